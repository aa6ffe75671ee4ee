//! What the library does, as far as this step takes it.

use ndarray::{arr0, array};
use step01::Variable;

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
