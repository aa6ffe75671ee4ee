//! The functions there are, and how a program calls them.

use crate::function::Function;
use crate::variable::Variable;
use ndarray::ArrayD;

/// The square of each element (section 2.3).
pub struct Square;

impl Function<1, 1> for Square {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.mapv(|x| x * x)]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        gy.zip_mut_with(x, |gy, x| *gy *= 2.0 * x);
        [gy]
    }
}

/// The square of each element (section 9.1).
pub fn square(x: &Variable) -> Variable {
    let [y] = Square.call([x]);
    y
}

/// The exponential of each element (section 3.1).
pub struct Exp;

impl Function<1, 1> for Exp {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.mapv(f64::exp)]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        gy.zip_mut_with(x, |gy, x| *gy *= x.exp());
        [gy]
    }
}

/// The exponential of each element (section 9.1).
pub fn exp(x: &Variable) -> Variable {
    let [y] = Exp.call([x]);
    y
}

/// The sum of two arrays, element by element (section 11.2).
pub struct Add;

impl Function<2, 1> for Add {
    #[track_caller]
    fn check(&self, [x0, x1]: [&Variable; 2]) {
        assert!(x0.shape() == x1.shape(), "Add: the shapes of {x0:?} and {x1:?} differ");
    }

    fn forward(&self, [x0, x1]: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        [x0 + x1]
    }

    fn backward(&self, _: [&ArrayD<f64>; 2], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [gy.to_owned(), gy]
    }
}

/// The sum of two variables of the same shape; panics if the shapes differ (section 12.3).
#[track_caller]
pub fn add(x0: &Variable, x1: &Variable) -> Variable {
    let [y] = Add.call([x0, x1]);
    y
}

/// The product of two arrays, element by element (section 20.1).
pub struct Mul;

impl Function<2, 1> for Mul {
    #[track_caller]
    fn check(&self, [x0, x1]: [&Variable; 2]) {
        assert!(x0.shape() == x1.shape(), "Mul: the shapes of {x0:?} and {x1:?} differ");
    }

    fn forward(&self, [x0, x1]: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        [x0 * x1]
    }

    fn backward(&self, [x0, x1]: [&ArrayD<f64>; 2], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [&gy * x1, gy * x0]
    }
}

/// Each element with the opposite sign (section 22.1).
pub struct Neg;

impl Function<1, 1> for Neg {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [-x]
    }

    fn backward(&self, _: [&ArrayD<f64>; 1], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [-gy]
    }
}

/// The difference of two arrays, element by element (section 22.2).
pub struct Sub;

impl Function<2, 1> for Sub {
    #[track_caller]
    fn check(&self, [x0, x1]: [&Variable; 2]) {
        assert!(x0.shape() == x1.shape(), "Sub: the shapes of {x0:?} and {x1:?} differ");
    }

    fn forward(&self, [x0, x1]: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        [x0 - x1]
    }

    fn backward(&self, _: [&ArrayD<f64>; 2], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [gy.to_owned(), -gy]
    }
}

/// The quotient of two arrays, element by element (section 22.3). A division by zero gives what it
/// gives with `f64`: an infinity or NaN, in the gradients as well.
pub struct Div;

impl Function<2, 1> for Div {
    #[track_caller]
    fn check(&self, [x0, x1]: [&Variable; 2]) {
        assert!(x0.shape() == x1.shape(), "Div: the shapes of {x0:?} and {x1:?} differ");
    }

    fn forward(&self, [x0, x1]: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        [x0 / x1]
    }

    fn backward(&self, [x0, x1]: [&ArrayD<f64>; 2], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [&gy / x1, gy * (-x0 / (x1 * x1))]
    }
}

/// Each element to the power of a whole number (section 22.4).
pub struct Pow(pub i32);

impl Function<1, 1> for Pow {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.mapv(|x| power(x, self.0.into()))]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        let n = f64::from(self.0);
        // The 0th power is 1 everywhere: its derivative is 0, where 0 to the power of -1 is infinite.
        let derivative = |x: f64| if n == 0.0 { 0.0 } else { n * power(x, n - 1.0) };
        gy.zip_mut_with(x, |gy, x| *gy *= derivative(*x));
        [gy]
    }
}

// Rounded once: `powi` rounds at each multiplication, and `powf` may miss a square by a digit.
fn power(x: f64, n: f64) -> f64 {
    if n == 2.0 { x * x } else { x.powf(n) }
}

impl Variable {
    /// Each element to the power `n` (section 22.4).
    #[must_use]
    pub fn powi(&self, n: i32) -> Variable {
        let [y] = Pow(n).call([self]);
        y
    }
}
