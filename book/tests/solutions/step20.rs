//! Chapter 20: a polynomial, the owner of a product, and a product that takes the name of its operand.

use ndarray::ArrayD;
use std::rc::Rc;
use step20::{Function, Variable};

/// The first coefficient times the highest power of `x`, and so on, the last one alone.
fn polynomial(coefficients: &[f64], x: &Variable) -> Variable {
    let mut y = Variable::from(0.0);
    for &coefficient in coefficients {
        y = &(&y * x) + &Variable::from(coefficient);
    }
    y
}

/// The product, with the two gradients exchanged.
struct Exchanged;

impl Function<2, 1> for Exchanged {
    fn forward(&self, [x0, x1]: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        [x0 * x1]
    }

    fn backward(&self, [x0, x1]: [&ArrayD<f64>; 2], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [&gy * x0, gy * x1]
    }
}

#[test]
fn a_polynomial() {
    let x = Variable::from(5.0);
    let y = polynomial(&[2.0, 3.0, 4.0], &x);
    y.backward();
    assert_eq!(y.data[[]], 69.0);
    assert_eq!(x.grad().unwrap()[[]], 23.0);
}

#[test]
fn the_call_owns_the_product() {
    let [a, b, c] = [3.0, 2.0, 1.0].map(Variable::from);
    let y = &(&a * &b) + &c;
    let product = &y.creator().unwrap().inputs()[0];
    assert_eq!(product.data[[]], 6.0);
    assert_eq!(Rc::strong_count(product), 1);
}

#[test]
fn the_new_variable_takes_the_name() {
    let mut x = Variable::from(3.0);
    let first = x.clone();
    let y = Variable::from(2.0);
    x = &x * &y;
    x.backward();
    assert_eq!(x.data[[]], 6.0);
    assert_eq!(x.grad(), None);
    assert_eq!(first.grad().unwrap()[[]], 2.0);
    assert_eq!(y.grad().unwrap()[[]], 3.0);
}

#[test]
fn a_square_does_not_tell_the_operands_apart() {
    let x = Variable::from(3.0);
    let [y] = Exchanged.call([&x, &x]);
    y.backward();
    assert_eq!(x.grad().unwrap()[[]], 6.0);

    let [a, b] = [3.0, 2.0].map(Variable::from);
    let [y] = Exchanged.call([&a, &b]);
    y.backward();
    assert_eq!(a.grad().unwrap()[[]], 3.0);
    assert_eq!(b.grad().unwrap()[[]], 2.0);
}
