//! The session: what the reader of this step types.

use ndarray::ArrayD;
use step09::{Function, Variable, exp, square};

/// Changes the sign, so that the gradient of a long chain stays 1 or -1.
struct Neg;

impl Function for Neg {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        -x
    }

    fn backward(&self, _x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        -gy
    }
}

fn main() {
    let x = Variable::from(0.5);
    let y = square(&exp(&square(&x)));
    y.backward();
    println!("dy/dy = {}", y.grad().unwrap());
    println!("dy/dx = {}", x.grad().unwrap());

    let x = Variable::from(0.5);
    let mut y = x.clone();
    for _ in 0..100_000 {
        y = Neg.call(&y);
    }
    y.backward();
    println!("after 100,000 calls: dy/dx = {}", x.grad().unwrap());
}
