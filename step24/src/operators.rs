//! Functions as operators, for variables and numbers.

use crate::function::Function;
use crate::functions::{Add, Div, Mul, Neg, Sub};
use crate::variable::Variable;
use ndarray::ArrayD;

/// `&x0 + &x1`; panics if the shapes differ (section 20.2).
impl std::ops::Add for &Variable {
    type Output = Variable;

    #[track_caller]
    fn add(self, other: &Variable) -> Variable {
        let [y] = Add.call([self, other]);
        y
    }
}

/// `&x0 * &x1`; panics if the shapes differ (section 20.2).
impl std::ops::Mul for &Variable {
    type Output = Variable;

    #[track_caller]
    fn mul(self, other: &Variable) -> Variable {
        let [y] = Mul.call([self, other]);
        y
    }
}

/// `-&x` (section 22.1).
impl std::ops::Neg for &Variable {
    type Output = Variable;

    fn neg(self) -> Variable {
        let [y] = Neg.call([self]);
        y
    }
}

/// `-x` (section 22.1).
impl std::ops::Neg for Variable {
    type Output = Variable;

    fn neg(self) -> Variable {
        -&self
    }
}

/// `&x0 - &x1`; panics if the shapes differ (section 22.2).
impl std::ops::Sub for &Variable {
    type Output = Variable;

    #[track_caller]
    fn sub(self, other: &Variable) -> Variable {
        let [y] = Sub.call([self, other]);
        y
    }
}

/// `&x0 / &x1`; panics if the shapes differ (section 22.3).
impl std::ops::Div for &Variable {
    type Output = Variable;

    #[track_caller]
    fn div(self, other: &Variable) -> Variable {
        let [y] = Div.call([self, other]);
        y
    }
}

/// A number as a variable, in the shape of `x` (section 21.1).
fn full_like(x: &Variable, number: f64) -> Variable {
    Variable::new(ArrayD::from_elem(x.shape(), number))
}

/// An operator on two references, for the seven other pairs of operands (section 21.3).
macro_rules! operator {
    ($Operator:ident, $method:ident, $sign:tt) => {
        operator!($Operator, $method, |x0: &Variable, x1: Variable| x0 $sign &x1);
        operator!($Operator, $method, |x0: Variable, x1: &Variable| &x0 $sign x1);
        operator!($Operator, $method, |x0: Variable, x1: Variable| &x0 $sign &x1);
        operator!($Operator, $method, |x: &Variable, number: f64| x $sign &full_like(x, number));
        operator!($Operator, $method, |x: Variable, number: f64| &x $sign &full_like(&x, number));
        operator!($Operator, $method, |number: f64, x: &Variable| &full_like(x, number) $sign x);
        operator!($Operator, $method, |number: f64, x: Variable| &full_like(&x, number) $sign &x);
    };
    ($Operator:ident, $method:ident, |$x0:ident: $X0:ty, $x1:ident: $X1:ty| $y:expr) => {
        impl std::ops::$Operator<$X1> for $X0 {
            type Output = Variable;

            #[track_caller]
            fn $method(self, $x1: $X1) -> Variable {
                let $x0 = self;
                $y
            }
        }
    };
}

operator!(Add, add, +);
operator!(Mul, mul, *);
operator!(Sub, sub, -);
operator!(Div, div, /);
