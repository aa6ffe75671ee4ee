//! Chapter 10.

use ndarray::{ArrayD, arr0};
use step10::{Function, Variable, numerical_diff, square};

struct Neg;

impl Function for Neg {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        -x
    }

    // With the mistake: it should be -gy.
    fn backward(&self, _x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy
    }
}

fn error(f: impl Fn(&Variable) -> Variable, x: f64) -> f64 {
    let x = Variable::from(x);
    f(&x).backward();
    let difference = x.grad().unwrap() - numerical_diff(&f, &x, 1e-4);
    difference[[]].abs()
}

struct ForgetfulExp;

impl Function for ForgetfulExp {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.mapv(f64::exp)
    }

    // With the mistake: gy is overwritten, not multiplied.
    fn backward(&self, x: &ArrayD<f64>, mut gy: ArrayD<f64>) -> ArrayD<f64> {
        gy.zip_mut_with(x, |gy, x| *gy = x.exp());
        gy
    }
}

fn error_inside(f: impl Fn(&Variable) -> Variable, x: f64) -> f64 {
    error(|x| square(&f(x)), x)
}

struct Abs;

impl Function for Abs {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.abs()
    }

    fn backward(&self, x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy * x.signum()
    }
}

#[test]
fn the_sign_is_found() {
    let error = error(|x| Neg.call(x), 0.5);
    assert!((error - 2.0).abs() < 1e-6, "{error}");
}

#[test]
fn the_forgotten_gradient_is_found_inside_only() {
    assert!(error(|x| ForgetfulExp.call(x), 0.5) < 1e-6);
    assert!(error_inside(|x| ForgetfulExp.call(x), 0.5) > 1.0);
}

#[test]
fn abs_has_no_derivative_at_zero() {
    let x = Variable::from(0.0);
    Abs.call(&x).backward();
    assert_eq!(x.grad(), Some(arr0(1.0).into_dyn()));
    assert_eq!(numerical_diff(|x| Abs.call(x), &x, 1e-4), arr0(0.0).into_dyn());
    assert!(error(|x| Abs.call(x), -1.0) < 1e-6);
    assert!(error(|x| Abs.call(x), 1.0) < 1e-6);
}
