//! The steps of this project, and the crate `fast`.

use super::variables::Variables;
use ndarray::ArrayD;
use std::ops::Add;

fn numbers(array: &ArrayD<f64>) -> Vec<f64> {
    array.iter().copied().collect()
}

macro_rules! step {
    ($engine:ident, $step:ident, $add:expr $(, $no_grad:path)?) => {
        #[doc = concat!("The crate `", stringify!($step), "`, with `", stringify!($add), "`.")]
        pub struct $engine;

        impl Variables for $engine {
            type Var = $step::Variable;
            type Grads = ();

            fn scalar(&self, x: f64) -> Self::Var {
                Self::Var::from(x)
            }

            fn array(&self, x: &[f64]) -> Self::Var {
                Self::Var::new(ndarray::aview1(x).to_owned())
            }

            $(
                fn no_grad<T>(&self, f: impl FnOnce() -> T) -> T {
                    $no_grad(f)
                }
            )?

            fn add(&self, a: &Self::Var, b: &Self::Var) -> Self::Var {
                $add(a, b)
            }

            fn square(&self, x: &Self::Var) -> Self::Var {
                $step::square(x)
            }

            fn backward(&self, y: &Self::Var) {
                y.backward();
            }

            fn data(&self, y: &Self::Var) -> Vec<f64> {
                numbers(&y.data)
            }

            fn grad(&self, x: &Self::Var, (): &()) -> Vec<f64> {
                x.grad().as_ref().map_or_else(Vec::new, numbers)
            }
        }
    };
}

step!(Step13, step13, step13::add);
step!(Step14, step14, step14::add);
step!(Step16, step16, step16::add);
step!(Step17, step17, step17::add);
step!(Step18, step18, step18::add, step18::no_grad);
step!(Fast, fast, fast::add, fast::no_grad);
step!(Step24, step24, step24::add, step24::no_grad);
step!(Operators, step24, Add::add, step24::no_grad);
