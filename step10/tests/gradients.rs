//! Values and gradients. The gradients are held against `numerical_diff`, which knows nothing of
//! `backward` (section 10.3).

use approx::assert_relative_eq;
use ndarray::{ArrayD, arr0, array};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use step10::{Function, Square, Variable, exp, numerical_diff, square};

/// Random arrays of several shapes. The seed is fixed, so that a failure comes again.
fn points() -> Vec<ArrayD<f64>> {
    let mut rng = StdRng::seed_from_u64(3);
    let shapes: [&[usize]; 6] = [&[], &[0], &[1], &[4], &[2, 3], &[3, 1, 2]];
    let random = |shape| ArrayD::from_shape_simple_fn(shape, || rng.random_range(-1.0..1.0));
    let mut points = shapes.map(random).to_vec();
    // One whose rows are not contiguous in memory.
    points.push(points[4].clone().reversed_axes());
    points
}

fn assert_close(actual: &ArrayD<f64>, expected: &ArrayD<f64>) {
    assert_eq!(actual.shape(), expected.shape());
    for (actual, expected) in actual.iter().zip(expected) {
        assert_relative_eq!(actual, expected, epsilon = 1e-6, max_relative = 1e-6);
    }
}

fn check_gradient(f: impl Fn(&Variable) -> Variable) {
    // The square after it, so that the gradient that comes in is not 1.
    let f = |x: &Variable| square(&f(x));
    for point in points() {
        let x = Variable::new(point);
        f(&x).backward();
        assert_close(&x.grad().unwrap(), &numerical_diff(f, &x, 1e-5));
    }
}

#[test]
fn values() {
    assert_eq!(square(&Variable::from(3.0)).data, arr0(9.0).into_dyn());
    assert_eq!(exp(&Variable::from(0.0)).data, arr0(1.0).into_dyn());
}

#[test]
fn gradient_of_square_at_three() {
    let x = Variable::from(3.0);
    square(&x).backward();
    assert_eq!(x.grad(), Some(arr0(6.0).into_dyn()));
}

#[test]
fn gradients_of_functions() {
    check_gradient(square);
    check_gradient(exp);
}

#[test]
fn gradients_of_chains() {
    check_gradient(|x| square(&exp(&square(x))));
    check_gradient(|x| exp(&square(&exp(x))));
}

#[test]
fn a_variable_in_between_keeps_its_gradient() {
    let x = Variable::from(3.0);
    let a = square(&x);
    let y = square(&a);
    y.backward();
    assert_eq!(a.grad(), Some(arr0(18.0).into_dyn()));
    assert_eq!(x.grad(), Some(arr0(108.0).into_dyn()));
    y.backward();
    assert_eq!(a.grad(), Some(arr0(18.0).into_dyn()));
    assert_eq!(x.grad(), Some(arr0(108.0).into_dyn()));
}

#[test]
fn a_variable_that_no_function_made_gets_ones_and_nothing_else_happens() {
    let x = Variable::new(array![1.0, 2.0]);
    x.backward();
    assert_eq!(x.grad(), Some(array![1.0, 1.0].into_dyn()));
    assert!(x.creator().is_none());
}

/// A square that works out its gradient with a graph of its own.
struct OwnGraph;

impl Function for OwnGraph {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        Square.forward(x)
    }

    fn backward(&self, x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        let x = Variable::new(x.to_owned());
        square(&x).backward();
        gy * x.grad().unwrap()
    }
}

#[test]
fn a_backward_may_run_another_on_a_graph_of_its_own() {
    let own = |x: &Variable| OwnGraph.call(x);
    check_gradient(own);
    check_gradient(|x| exp(&own(&square(x))));
}

/// A function with a mistake: its gradient has another shape than its input.
struct Flattened;

impl Function for Flattened {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.flatten().into_owned().into_dyn()
    }

    fn backward(&self, _: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy
    }
}

#[test]
#[should_panic(expected = "Flattened: gradient and input differ in shape")]
fn a_gradient_of_a_wrong_shape_is_refused() {
    let y = Flattened.call(&Variable::new(array![[1.0, 2.0], [3.0, 4.0]]));
    y.backward();
}

#[test]
fn a_gradient_of_the_right_shape_is_not() {
    let x = Variable::new(array![1.0, 2.0]);
    Flattened.call(&x).backward();
    assert_eq!(x.grad(), Some(array![1.0, 1.0].into_dyn()));
}
