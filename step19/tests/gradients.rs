//! Values and gradients. The gradients are held against `numerical_diff`, which knows nothing of
//! `backward` (section 10.3).

use approx::assert_relative_eq;
use ndarray::{ArrayD, arr0, array};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::cell::Cell;
use std::rc::Rc;
use step19::{Function, Square, Variable, add, exp, numerical_diff, square};

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
fn gradients_of_both_inputs_of_add() {
    let constant = |x: &Variable| Variable::new(ArrayD::from_elem(x.data.raw_dim(), 0.7));
    check_gradient(|x| square(&add(x, &constant(x))));
    check_gradient(|x| square(&add(&constant(x), x)));
    check_gradient(|x| exp(&add(&square(x), &exp(&constant(x)))));
}

#[test]
fn a_variable_that_no_function_made_gets_ones_and_nothing_else_happens() {
    let x = Variable::new(array![1.0, 2.0]);
    x.backward();
    assert_eq!(x.grad(), Some(array![1.0, 1.0].into_dyn()));
    assert!(x.creator().is_none());
}

#[test]
fn a_variable_used_twice() {
    check_gradient(|x| add(x, x));
    check_gradient(|x| add(&add(x, x), x));
    check_gradient(|x| add(&square(x), &exp(x)));
    check_gradient(|x| exp(&add(&square(&exp(x)), x)));
}

/// A function of three inputs: x0 + 2 x1 + 4 x2.
struct Weighted;

impl Function<3, 1> for Weighted {
    fn forward(&self, [x0, x1, x2]: [&ArrayD<f64>; 3]) -> [ArrayD<f64>; 1] {
        [x0 + 2.0 * x1 + 4.0 * x2]
    }

    fn backward(&self, _: [&ArrayD<f64>; 3], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 3] {
        [gy.to_owned(), 2.0 * &gy, 4.0 * gy]
    }
}

#[test]
fn a_variable_in_three_places_of_one_call() {
    let weighted = |x0: &Variable, x1: &Variable, x2: &Variable| {
        let [y] = Weighted.call([x0, x1, x2]);
        y
    };
    check_gradient(|x| weighted(x, x, x));
    check_gradient(|x| weighted(x, &square(x), x));
}

#[test]
fn a_variable_used_in_two_generations() {
    let shared = |x: &Variable| {
        let a = square(x);
        add(&square(&a), &add(&a, &exp(&square(&a))))
    };
    check_gradient(shared);
    check_gradient(|x| {
        let a = add(x, &square(x));
        add(&exp(&a), &add(&square(&a), x))
    });
}

#[test]
fn gradients_of_different_variables_share_no_memory() {
    let (x0, x1) = (Variable::from(2.0), Variable::from(3.0));
    let y = add(&add(&x0, &x1), &x0);
    y.backward();
    assert_eq!(x0.grad(), Some(arr0(2.0).into_dyn()));
    assert_eq!(x1.grad(), Some(arr0(1.0).into_dyn()));
}

#[test]
fn a_second_backward_adds_to_what_no_function_made_and_to_nothing_else() {
    let (x0, x1) = (Variable::from(2.0), Variable::from(3.0));
    let y = square(&add(&x0, &add(&x0, &x1)));
    y.backward_retain_grad();
    assert_eq!(x0.grad(), Some(arr0(28.0).into_dyn()));
    assert_eq!(x1.grad(), Some(arr0(14.0).into_dyn()));
    y.backward();
    assert_eq!(x0.grad(), Some(arr0(56.0).into_dyn()));
    assert_eq!(x1.grad(), Some(arr0(28.0).into_dyn()));
}

#[test]
fn gradients_in_between_are_kept_only_on_demand() {
    let x = Variable::from(3.0);
    let a = square(&x);
    let y = square(&a);
    y.backward();
    assert_eq!((a.grad(), y.grad()), (None, None));
    y.backward_retain_grad();
    let ones = arr0(1.0).into_dyn();
    assert_eq!((a.grad(), y.grad()), (Some(18.0 * &ones), Some(ones)));
}

#[test]
fn kept_gradients_do_not_leak_into_the_next_backward() {
    let (x0, x1) = (Variable::from(2.0), Variable::from(3.0));
    let t = add(&x0, &x1);
    let y = add(&x0, &t);
    y.backward_retain_grad();
    y.backward_retain_grad();
    assert_eq!(x0.grad(), Some(arr0(4.0).into_dyn()));
    assert_eq!(x1.grad(), Some(arr0(2.0).into_dyn()));
    assert_eq!(t.grad(), Some(arr0(1.0).into_dyn()));
    y.backward();
    assert_eq!(x0.grad(), Some(arr0(6.0).into_dyn()));
    assert_eq!(t.grad(), None);
}

#[test]
fn cleargrad_begins_anew() {
    let x = Variable::from(3.0);
    let y = square(&x);
    y.backward();
    x.cleargrad();
    assert_eq!(x.grad(), None);
    y.backward();
    assert_eq!(x.grad(), Some(arr0(6.0).into_dyn()));
}

#[test]
fn cleargrad_is_for_one_variable() {
    let (x0, x1) = (Variable::from(2.0), Variable::from(3.0));
    let a = add(&x0, &x1);
    let y = square(&a);
    y.backward();
    x0.cleargrad();
    a.cleargrad();
    assert_eq!((x0.grad(), a.grad()), (None, None));
    y.backward();
    assert_eq!(x0.grad(), Some(arr0(10.0).into_dyn()));
    assert_eq!(x1.grad(), Some(arr0(20.0).into_dyn()));
}

#[test]
fn a_stale_gradient_of_another_output_does_not_leak_in() {
    let (x0, x1) = (Variable::from(3.0), Variable::from(5.0));
    let [sum, difference] = SumAndDifference.call([&x0, &x1]);
    add(&sum, &difference).backward_retain_grad();
    x0.cleargrad();
    difference.backward();
    sum.backward();
    assert_eq!(x0.grad(), Some(arr0(2.0).into_dyn()));
}

#[test]
fn a_variable_that_no_function_made_adds_up_its_own_ones() {
    let x = Variable::from(3.0);
    x.backward();
    x.backward();
    assert_eq!(x.grad(), Some(arr0(2.0).into_dyn()));
}

/// A function of two inputs and two outputs.
struct SumAndDifference;

impl Function<2, 2> for SumAndDifference {
    fn forward(&self, [x0, x1]: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 2] {
        [x0 + x1, x0 - x1]
    }

    fn backward(&self, _: [&ArrayD<f64>; 2], [gs, gd]: [ArrayD<f64>; 2]) -> [ArrayD<f64>; 2] {
        [&gs + &gd, gs - gd]
    }
}

#[test]
fn two_outputs() {
    let (x0, x1) = (Variable::from(3.0), Variable::from(5.0));
    let [sum, difference] = SumAndDifference.call([&x0, &x1]);
    add(&square(&sum), &exp(&difference)).backward();
    let (d_sum, d_difference) = (2.0 * 8.0, f64::exp(-2.0));
    assert_close(&x0.grad().unwrap(), &arr0(d_sum + d_difference).into_dyn());
    assert_close(&x1.grad().unwrap(), &arr0(d_sum - d_difference).into_dyn());
}

#[test]
fn an_output_that_plays_no_part_counts_as_zero() {
    let (x0, x1) = (Variable::from(3.0), Variable::from(5.0));
    let [_sum, difference] = SumAndDifference.call([&x0, &x1]);
    square(&difference).backward();
    assert_eq!(x0.grad(), Some(arr0(-4.0).into_dyn()));
    assert_eq!(x1.grad(), Some(arr0(4.0).into_dyn()));
}

/// The squares and their sum: outputs of different shapes. Counts the calls of `forward`.
struct Squares(Rc<Cell<usize>>);

impl Function<1, 2> for Squares {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        self.0.set(self.0.get() + 1);
        let squares = x * x;
        let sum = arr0(squares.sum()).into_dyn();
        [squares, sum]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [gy, gsum]: [ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        assert_eq!(gy.shape(), x.shape());
        assert!(gsum.shape().is_empty());
        [2.0 * x * (gy + gsum)]
    }
}

#[test]
fn the_zero_for_an_output_has_its_shape() {
    let count = Rc::new(Cell::new(0));
    let x = Variable::new(array![1.0, 2.0, 3.0]);
    let [_squares, sum] = Squares(count.clone()).call([&x]);
    square(&sum).backward();
    assert_eq!(x.grad(), Some(array![56.0, 112.0, 168.0].into_dyn()));
    assert_eq!(count.get(), 1);
}

#[test]
fn a_call_none_of_whose_outputs_is_used_plays_no_part() {
    let (x0, x1) = (Variable::from(3.0), Variable::from(5.0));
    let [_sum, _difference] = SumAndDifference.call([&x0, &x1]);
    square(&x0).backward();
    assert_eq!(x0.grad(), Some(arr0(6.0).into_dyn()));
    assert_eq!(x1.grad(), None);
}

/// The numbers as they are, and their exponentials.
struct WithExp;

impl Function<1, 2> for WithExp {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [x.to_owned(), x.mapv(f64::exp)]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [gx, ge]: [ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        [gx + ge * x.mapv(f64::exp)]
    }
}

#[test]
fn the_zero_for_an_output_times_infinity_is_no_number() {
    let x = Variable::new(array![1.0, 1000.0]);
    let [same, _exponentials] = WithExp.call([&x]);
    same.backward();
    let gx = x.grad().unwrap();
    assert_eq!(gx[[0]], 1.0);
    assert!(gx[[1]].is_nan());
}

#[test]
fn an_output_that_is_gone_counts_as_zero() {
    let (x0, x1) = (Variable::from(3.0), Variable::from(5.0));
    let [sum, difference] = SumAndDifference.call([&x0, &x1]);
    drop(sum);
    square(&difference).backward();
    assert_eq!(x0.grad(), Some(arr0(-4.0).into_dyn()));
    assert_eq!(x1.grad(), Some(arr0(4.0).into_dyn()));

    let x = Variable::new(array![1.0, 2.0, 3.0]);
    let [squares, _] = Squares(Rc::default()).call([&x]);
    squares.backward();
    assert_eq!(x.grad(), Some(array![2.0, 4.0, 6.0].into_dyn()));
    let [_, sum] = Squares(Rc::default()).call([&x]);
    sum.backward();
    assert_eq!(x.grad(), Some(array![4.0, 8.0, 12.0].into_dyn()));
}

/// A square that works out its gradient with a graph of its own.
struct OwnGraph;

impl Function<1, 1> for OwnGraph {
    fn forward(&self, xs: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        Square.forward(xs)
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        let x = Variable::new(x.to_owned());
        square(&x).backward();
        [gy * x.grad().unwrap()]
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

/// Hands its input on. Its `backward` runs another one, which ends at the same leaf.
struct SharedLeaf(Variable);

impl Function<1, 1> for SharedLeaf {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.to_owned()]
    }

    fn backward(&self, _: [&ArrayD<f64>; 1], gys: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        exp(&self.0).backward();
        gys
    }
}

#[test]
fn a_backward_may_run_another_that_ends_at_the_same_leaf() {
    let x = Variable::from(0.0);
    let [y] = SharedLeaf(x.clone()).call([&add(&x, &square(&x))]);
    add(&y, &square(&x)).backward();
    assert_eq!(x.grad(), Some(arr0(1.0 + 1.0).into_dyn()));
}

/// A function with a mistake: its gradient has another shape than its input.
struct Flattened;

impl Function<1, 1> for Flattened {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.flatten().into_owned().into_dyn()]
    }

    fn backward(&self, _: [&ArrayD<f64>; 1], gys: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        gys
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
