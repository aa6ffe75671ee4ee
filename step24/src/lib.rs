//! DeZero, as far as this step takes it. Section numbers are those of the book
//! *Deep Learning from Scratch 3*.
//!
//! Write a formula with [`Variable`]s, and differentiate it:
//!
//! ```
//! use step24::Variable;
//!
//! let x = Variable::from(1.0);
//! let y = (&x + 3.0).powi(2);
//! y.backward();
//! assert_eq!(x.grad().unwrap()[[]], 8.0);
//! ```
//!
//! A function that is missing is a type with the trait [`Function`]; [`numerical_diff`] checks its
//! gradient. Where none is needed, [`no_grad`] saves the memory.
#![cfg_attr(doctest, doc = include_str!("../tests/does_not_compile.md"))]

mod call;
mod config;
mod function;
mod functions;
mod numerical_diff;
mod operators;
mod variable;

pub use call::Call;
pub use config::{no_grad, using_config};
pub use function::Function;
pub use functions::{Add, Div, Exp, Mul, Neg, Pow, Square, Sub, add, exp, square};
pub use numerical_diff::numerical_diff;
pub use variable::{Variable, VariableBox};
