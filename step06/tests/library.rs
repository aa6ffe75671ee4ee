//! What the library does, as far as this step takes it.

use ndarray::{ArrayD, arr0, array};
use step06::{Exp, Function, Square, Variable};

#[test]
fn a_box_holds_an_array_of_any_dimension() {
    let scalar = Variable::new(arr0(1.0));
    assert_eq!(scalar.data, arr0(1.0).into_dyn());
    let matrix = Variable::new(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    assert_eq!(matrix.data, array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].into_dyn());
}

#[test]
fn what_is_in_a_box_can_be_replaced() {
    let mut x = Variable::new(arr0(1.0));
    x.data = array![2.0, 3.0].into_dyn();
    assert_eq!(x.data, array![2.0, 3.0].into_dyn());
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
fn a_call_remembers_its_input() {
    let mut x = Variable::new(array![1.0, -2.0]);
    let (y, call) = Square.call(&x);
    x.data = array![7.0, 7.0].into_dyn();
    assert_eq!(y.data, array![1.0, 4.0].into_dyn());
    assert_eq!(call.input.data, array![1.0, -2.0].into_dyn());
}

#[test]
fn a_gradient_is_the_derivative_times_the_one_that_comes_in() {
    let x = Variable::new(array![1.0, -2.0]);
    let gy = array![10.0, 100.0].into_dyn();
    let (_, call) = Square.call(&x);
    assert_eq!(call.backward(gy.clone()), array![20.0, -400.0].into_dyn());
    let (_, call) = Exp.call(&x);
    assert_eq!(call.backward(gy.clone()), &gy * x.data.mapv(f64::exp));
    let (_, call) = Cube.call(&x);
    assert_eq!(call.backward(gy), array![30.0, 1200.0].into_dyn());
}

#[test]
fn a_gradient_is_none_until_it_is_set() {
    let mut x = Variable::new(array![1.0, -2.0]);
    assert_eq!(x.grad(), None);
    x.set_grad(array![3.0, 4.0].into_dyn());
    assert_eq!(x.grad(), Some(array![3.0, 4.0].into_dyn()));
}
