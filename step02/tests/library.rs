//! What the library does, as far as this step takes it.

use ndarray::{ArrayD, arr0, array};
use step02::{Function, Square, Variable};

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

#[test]
fn a_square_is_a_new_variable_of_the_same_shape() {
    let x = Variable::new(array![[1.0, -2.0], [3.0, 0.5]]);
    let y = Square.call(&x);
    assert_eq!(y.data, array![[1.0, 4.0], [9.0, 0.25]].into_dyn());
    assert_eq!(x.data, array![[1.0, -2.0], [3.0, 0.5]].into_dyn());
}

/// A function of the reader's own.
struct Cube;

impl Function for Cube {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.mapv(|x| x * x * x)
    }
}

#[test]
fn a_function_of_ones_own_is_called_like_the_others() {
    let y = Cube.call(&Variable::new(array![2.0, -1.0]));
    assert_eq!(y.data, array![8.0, -1.0].into_dyn());
}
