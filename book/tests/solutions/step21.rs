//! Chapter 21: a polynomial with numbers, a mean, and variables that are named by a macro.

use ndarray::array;
use step21::Variable;

/// The first coefficient times the highest power of `x`, and so on, the last one alone.
fn polynomial(coefficients: &[f64], x: &Variable) -> Variable {
    let mut y = 0.0 * x;
    for &coefficient in coefficients {
        y = y * x + coefficient;
    }
    y
}

/// `variables!(x = 2.0, y = 3.0)`: two variables, named as they are bound.
macro_rules! variables {
    ($($name:ident = $number:expr),*) => {
        $(
            let $name = Variable::from($number);
            $name.set_name(stringify!($name));
        )*
    };
}

#[test]
fn a_polynomial_of_a_vector() {
    let x = Variable::new(array![0.0, 5.0]);
    let y = polynomial(&[2.0, 3.0, 4.0], &x);
    y.backward();
    assert_eq!(y.data, array![4.0, 69.0].into_dyn());
    assert_eq!(x.grad(), Some(array![3.0, 23.0].into_dyn()));
}

#[test]
fn the_number_as_a_variable() {
    let x = Variable::new(array![1.0, 2.0]);
    let y = 3.0 * &x;
    y.backward();
    let number = &y.creator().unwrap().inputs()[0];
    assert_eq!(number.data, array![3.0, 3.0].into_dyn());
    assert_eq!(number.grad(), Some(array![1.0, 2.0].into_dyn()));
    assert_eq!(x.grad(), Some(array![3.0, 3.0].into_dyn()));
}

#[test]
fn named_variables() {
    variables!(x = 2.0, rate = 0.5);
    assert_eq!((x.name(), rate.name()), (Some("x"), Some("rate")));
    assert_eq!((rate * x).data[[]], 1.0);
}

#[test]
fn the_call_has_a_handle_of_its_own() {
    let x = Variable::from(2.0);
    x.set_name("x");
    let y = 3.0 * x;
    y.backward();
    let x = &y.creator().unwrap().inputs()[1];
    assert_eq!(x.name(), Some("x"));
    assert_eq!(x.grad().unwrap()[[]], 3.0);
}
