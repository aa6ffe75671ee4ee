//! How deep a graph may be.

use ndarray::{ArrayD, arr0};
use step22::{Function, Variable};

/// Changes the sign, so that the gradient stays 1 or -1.
struct Neg;

impl Function<1, 1> for Neg {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [-x]
    }

    fn backward(&self, _: [&ArrayD<f64>; 1], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [-gy]
    }
}

/// The two ends of a chain of 100,000 calls.
fn chain() -> (Variable, Variable) {
    let x = Variable::from(1.0);
    let mut y = x.clone();
    for _ in 0..100_000 {
        [y] = Neg.call([&y]);
    }
    (x, y)
}

#[test]
fn backward_goes_through_100_000_calls() {
    let (x, y) = chain();
    y.backward();
    assert_eq!(x.grad(), Some(arr0(1.0).into_dyn()));
}
