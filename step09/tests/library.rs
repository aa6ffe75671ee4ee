//! What the library does, as far as this step takes it.

use ndarray::{ArrayD, arr0, array};
use std::rc::Rc;
use step09::{Function, Variable, exp, square};

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
    x.backward();
    assert_eq!(again.grad(), Some(arr0(1.0).into_dyn()));
}

#[test]
fn an_output_knows_its_creator_and_through_it_its_input() {
    let x = Variable::new(array![1.0, -2.0]);
    let y = square(&x);
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
    square(&square(&x)).backward();
    assert_eq!(x.grad(), Some(array![4.0, -32.0].into_dyn()));
    square(&exp(&x)).backward();
    assert_eq!(x.grad(), Some(2.0 * x.data.mapv(f64::exp) * x.data.mapv(f64::exp)));
    square(&Cube.call(&x)).backward();
    assert_eq!(x.grad(), Some(array![6.0, -192.0].into_dyn()));
}

#[test]
fn a_variable_in_between_keeps_its_gradient() {
    let x = Variable::new(arr0(3.0));
    let a = square(&x);
    let y = square(&a);
    y.backward();
    assert_eq!(a.grad(), Some(arr0(18.0).into_dyn()));
    assert_eq!(x.grad(), Some(arr0(108.0).into_dyn()));
    y.backward();
    assert_eq!(a.grad(), Some(arr0(18.0).into_dyn()));
    assert_eq!(x.grad(), Some(arr0(108.0).into_dyn()));
}

/// A function with a mistake: its gradient has another shape than its input.
struct Flattened;

impl Function for Flattened {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.flatten().into_owned().into_dyn()
    }

    fn backward(&self, _: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy
    }
}

#[test]
#[should_panic(expected = "Flattened: gradient and input differ in shape")]
fn a_gradient_of_a_wrong_shape_is_refused() {
    let y = Flattened.call(&Variable::new(array![[1.0, 2.0], [3.0, 4.0]]));
    y.backward();
}

#[test]
fn a_gradient_of_the_right_shape_is_not() {
    let x = Variable::new(array![1.0, 2.0]);
    Flattened.call(&x).backward();
    assert_eq!(x.grad(), Some(array![1.0, 1.0].into_dyn()));
}
