//! What the library does, as far as this step takes it.

use ndarray::{ArrayD, arr0, array};
use std::rc::Rc;
use step07::{Exp, Function, Square, Variable};

#[test]
fn a_box_holds_an_array_of_any_dimension() {
    let scalar = Variable::new(arr0(1.0));
    assert_eq!(scalar.data, arr0(1.0).into_dyn());
    let matrix = Variable::new(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    assert_eq!(matrix.data, array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].into_dyn());
}

#[test]
fn a_clone_is_a_second_handle_to_the_same_box() {
    let x = Variable::new(arr0(3.0));
    let again = x.clone();
    assert!(Rc::ptr_eq(&x, &again));
    x.set_grad(arr0(5.0).into_dyn());
    assert_eq!(again.grad(), Some(arr0(5.0).into_dyn()));
}

#[test]
fn an_output_knows_its_creator_and_through_it_its_input() {
    let x = Variable::new(array![1.0, -2.0]);
    let y = Square.call(&x);
    assert_eq!(y.data, array![1.0, 4.0].into_dyn());
    let creator = y.creator().unwrap();
    assert!(creator.name.ends_with("Square"));
    assert!(Rc::ptr_eq(&creator.input, &x));
    assert!(x.creator().is_none());
}

/// A function of the reader's own.
struct Cube;

impl Function for Cube {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.mapv(|x| x * x * x)
    }

    fn backward(&self, x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy * 3.0 * x * x
    }
}

#[test]
fn a_gradient_is_the_derivative_times_the_one_that_comes_in() {
    let x = Variable::new(array![1.0, -2.0]);
    let gy = array![10.0, 100.0].into_dyn();
    let y = Square.call(&x);
    y.set_grad(gy.clone());
    y.backward();
    assert_eq!(x.grad(), Some(array![20.0, -400.0].into_dyn()));
    let y = Exp.call(&x);
    y.set_grad(gy.clone());
    y.backward();
    assert_eq!(x.grad(), Some(&gy * x.data.mapv(f64::exp)));
    let y = Cube.call(&x);
    y.set_grad(gy);
    y.backward();
    assert_eq!(x.grad(), Some(array![30.0, 1200.0].into_dyn()));
}

#[test]
fn a_variable_in_between_keeps_its_gradient() {
    let x = Variable::new(arr0(3.0));
    let a = Square.call(&x);
    let y = Square.call(&a);
    y.set_grad(arr0(1.0).into_dyn());
    y.backward();
    assert_eq!(a.grad(), Some(arr0(18.0).into_dyn()));
    assert_eq!(x.grad(), Some(arr0(108.0).into_dyn()));
    y.backward();
    assert_eq!(a.grad(), Some(arr0(18.0).into_dyn()));
    assert_eq!(x.grad(), Some(arr0(108.0).into_dyn()));
}
