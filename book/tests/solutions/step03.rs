//! Solutions of chapter 03.

use ndarray::{ArrayD, arr0};
use step03::{Exp, Function, Square, Variable};

/// The natural logarithm of each element.
struct Ln;

impl Function for Ln {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.mapv(f64::ln)
    }
}

#[test]
fn the_logarithm_undoes_the_exponential() {
    let x = Variable::new(arr0(0.5));
    assert_eq!(Ln.call(&Exp.call(&x)).data, arr0(0.5).into_dyn());

    let x = Variable::new(arr0(0.8));
    let error = (Ln.call(&Exp.call(&x)).data - &x.data)[[]];
    assert!(error != 0.0 && error.abs() < 1e-15, "{error}");

    let x = Variable::new(arr0(1000.0));
    assert_eq!(Ln.call(&Exp.call(&x)).data, arr0(f64::INFINITY).into_dyn());
}

#[test]
fn a_variable_survives_the_input_it_was_made_from() {
    let x = Variable::new(arr0(0.5));
    let a = Square.call(&x);
    let b = Exp.call(&a);
    drop(a);
    assert_eq!(Square.call(&b).data, arr0(1.648_721_270_700_128).into_dyn());
}
