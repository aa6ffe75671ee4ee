//! Values and gradients. The gradients are held against `numerical_diff`, which knows nothing of
//! `backward` (section 10.3).

use approx::assert_relative_eq;
use ndarray::{ArrayD, arr0, array};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::rc::Rc;
use step12::{Function, Square, Variable, add, exp, numerical_diff, square};

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

    let (x0, x1) = (Variable::new(array![1.0, 2.0]), Variable::new(array![3.0, 5.0]));
    assert_eq!(add(&x0, &x1).data, array![4.0, 7.0].into_dyn());

    // The numbers of the second lie in memory column by column.
    let x0 = Variable::new(array![[10.0, 20.0], [30.0, 40.0]]);
    let x1 = Variable::new(array![[1.0, 3.0], [2.0, 4.0]].reversed_axes());
    assert_eq!(add(&x0, &x1).data, array![[11.0, 22.0], [33.0, 44.0]].into_dyn());
}

#[test]
fn a_creator_knows_its_function_and_inputs() {
    let (x0, x1) = (Variable::from(1.0), Variable::from(2.0));
    let y = add(&x0, &x1);
    let creator = y.creator().unwrap();
    assert!(creator.name().ends_with("Add"));
    assert!(Rc::ptr_eq(&creator.inputs()[0], &x0));
    assert!(Rc::ptr_eq(&creator.inputs()[1], &x1));
}

#[test]
fn gradient_of_square_at_three() {
    let x = Variable::from(3.0);
    square(&x).backward();
    assert_eq!(x.grad(), Some(arr0(6.0).into_dyn()));
}

#[test]
#[should_panic(expected = "Add: a gradient for several inputs or outputs comes in step 13")]
fn add_has_no_gradient() {
    let x = Variable::from(1.0);
    add(&x, &x).backward();
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

impl Function<1, 1> for OwnGraph {
    fn forward(&self, xs: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        Square.forward(xs)
    }

    fn backward(&self, x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        let x = Variable::new(x.to_owned());
        square(&x).backward();
        gy * x.grad().unwrap()
    }
}

#[test]
fn a_backward_may_run_another_on_a_graph_of_its_own() {
    let own = |x: &Variable| {
        let [y] = OwnGraph.call([x]);
        y
    };
    check_gradient(own);
    check_gradient(|x| exp(&own(&square(x))));
}

/// A function with a mistake: its gradient has another shape than its input.
struct Flattened;

impl Function<1, 1> for Flattened {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.flatten().into_owned().into_dyn()]
    }

    fn backward(&self, _: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy
    }
}

#[test]
#[should_panic(expected = "Flattened: gradient and input differ in shape")]
fn a_gradient_of_a_wrong_shape_is_refused() {
    let [y] = Flattened.call([&Variable::new(array![[1.0, 2.0], [3.0, 4.0]])]);
    y.backward();
}

#[test]
fn a_gradient_of_the_right_shape_is_not() {
    let x = Variable::new(array![1.0, 2.0]);
    let [y] = Flattened.call([&x]);
    y.backward();
    assert_eq!(x.grad(), Some(array![1.0, 1.0].into_dyn()));
}
