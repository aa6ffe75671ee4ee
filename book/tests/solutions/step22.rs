//! Chapter 22: a sigmoid, Newton's method, signs of powers, and a quotient that is always 1.

use ndarray::array;
use step22::{Variable, exp, numerical_diff};

/// A number between 0 and 1 for any number: 0.5 at 0.
fn sigmoid(x: &Variable) -> Variable {
    1.0 / (1.0 + exp(&-x))
}

/// A zero of `f` near `x`, by Newton's method.
fn newton(f: impl Fn(&Variable) -> Variable, mut x: Variable) -> Variable {
    for _ in 0..10 {
        let y = f(&x);
        y.backward();
        let slope = x.grad().expect("f uses its x");
        x = Variable::new(&x.data - &y.data / slope);
    }
    x
}

/// The value and the derivative of `f` at `x`.
fn at(f: impl Fn(&Variable) -> Variable, x: f64) -> (f64, f64) {
    let x = Variable::from(x);
    let y = f(&x);
    y.backward();
    (y.data[[]], x.grad().unwrap()[[]])
}

#[test]
fn the_derivative_of_a_sigmoid() {
    let x = Variable::new(array![-2.0, 0.0, 2.0]);
    let y = sigmoid(&x);
    y.backward();
    let by_hand = &y.data * (1.0 - &y.data);
    let numerical = numerical_diff(sigmoid, &x, 1e-4);
    for i in 0..3 {
        let gradient = x.grad().unwrap()[i];
        assert!((gradient - by_hand[i]).abs() < 1e-15, "{gradient} {}", by_hand[i]);
        assert!((gradient - numerical[i]).abs() < 1e-8, "{gradient} {}", numerical[i]);
    }
    assert_eq!(y.data[1], 0.5);
}

#[test]
fn the_root_of_2() {
    let root = newton(|x| x.powi(2) - 2.0, Variable::from(1.0));
    assert!((root.data[[]] - 2_f64.sqrt()).abs() < 1e-15, "{root}");
    assert!(root.creator().is_none());
}

#[test]
fn a_method_binds_before_a_sign() {
    assert_eq!(at(|x| -x.powi(2), 3.0), (-9.0, -6.0));
    assert_eq!(at(|x| (-x).powi(2), 3.0), (9.0, 6.0));
}

#[test]
fn a_quotient_that_is_1() {
    assert_eq!(at(|x| x / x, 2.0), (1.0, 0.0));
    let (value, gradient) = at(|x| x / x, 0.0);
    assert!(value.is_nan() && gradient.is_nan());
    assert_eq!(at(|x| x.powi(0), 0.0), (1.0, 0.0));
}

#[test]
fn the_prediction() {
    let x = Variable::new(array![0.0, 4.0]);
    let y = 1.0 / &x;
    y.backward();
    assert_eq!(y.to_string(), "variable([inf, 0.25])");
    assert_eq!(x.grad().unwrap().to_string(), "[-inf, -0.0625]");
}

#[test]
fn the_table_at_zero() {
    let infinity = f64::INFINITY;
    assert_eq!(at(|x| x.powi(2), 0.0), (0.0, 0.0));
    assert_eq!(at(|x| x.powi(1), 0.0), (0.0, 1.0));
    assert_eq!(at(|x| x.powi(0), 0.0), (1.0, 0.0));
    assert_eq!(at(|x| x.powi(-1), 0.0), (infinity, -infinity));
}
