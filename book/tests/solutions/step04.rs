//! Solutions of chapter 04.

use ndarray::{ArrayD, arr0, array};
use step04::{Function, Square, Variable, numerical_diff};

/// The derivative of `f` at `x` by forward difference.
fn forward_diff(f: impl Fn(&Variable) -> Variable, x: &Variable, eps: f64) -> ArrayD<f64> {
    let y0 = f(x);
    let y1 = f(&Variable::new(&x.data + eps));
    (&y1.data - &y0.data) / eps
}

/// The squares of all elements of `x`, added up.
fn sum_of_squares(x: &Variable) -> Variable {
    Variable::new(arr0(Square.call(x).data.sum()))
}

/// The gradient of an `f` that makes one number of all elements of `x`.
fn numerical_gradient(f: impl Fn(&Variable) -> Variable, x: &Variable, eps: f64) -> ArrayD<f64> {
    let mut gradient = ArrayD::zeros(x.data.shape());
    for (index, slot) in gradient.indexed_iter_mut() {
        let (mut left, mut right) = (x.data.clone(), x.data.clone());
        left[&index] -= eps;
        right[&index] += eps;
        let change = f(&Variable::new(right)).data.sum() - f(&Variable::new(left)).data.sum();
        *slot = change / (2.0 * eps);
    }
    gradient
}

fn fourth_power(x: &Variable) -> Variable {
    Square.call(&Square.call(x))
}

/// The derivative of the square at 2, which is 4.
fn square_at_two(eps: f64) -> f64 {
    numerical_diff(|x| Square.call(x), &Variable::new(arr0(2.0)), eps)[[]]
}

#[test]
fn a_square_has_no_truncation_error() {
    assert_eq!(square_at_two(1.0), 4.0);
    assert!(square_at_two(1e-5) != 4.0);
}

#[test]
fn forward_difference_has_its_best_eps_near_1e_minus_8() {
    let x = Variable::new(arr0(2.0));
    let error = |eps| (forward_diff(fourth_power, &x, eps)[[]] - 32.0).abs();
    for eps in [1e-4, 1e-5, 1e-6, 1e-7, 1e-9, 1e-10, 1e-12] {
        assert!(error(1e-8) < error(eps), "eps = {eps:e}");
    }
}

#[test]
fn all_elements_moved_together() {
    let x = Variable::new(array![1.0, 2.0, 3.0]);
    let sum_of_derivatives = numerical_diff(sum_of_squares, &x, 1e-4);
    assert_eq!(sum_of_derivatives.shape(), []);
    assert!((sum_of_derivatives[[]] - 12.0).abs() < 1e-8);
}

#[test]
fn each_element_moved_alone() {
    let x = Variable::new(array![1.0, 2.0, 3.0]);
    let gradient = numerical_gradient(sum_of_squares, &x, 1e-4);
    let error = (&gradient - array![2.0, 4.0, 6.0]).mapv(f64::abs).sum();
    assert!(error < 1e-8, "{gradient}");
}
