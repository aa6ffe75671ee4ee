//! Solutions of chapter 01.

use ndarray::{Array3, arr0, array};
use step01::Variable;

/// Two layers of three rows of four zeros.
fn block() -> Variable {
    Variable::new(Array3::zeros((2, 3, 4)))
}

/// How many numbers lie along each dimension of the array in the box.
fn shape(x: &Variable) -> &[usize] {
    x.data.shape()
}

/// Whether the numbers of an array are where they were, when it has been put into a box.
fn address_stays() -> bool {
    let array = array![1.0, 2.0, 3.0];
    let before = array.as_ptr();
    let x = Variable::new(array);
    x.data.as_ptr() == before
}

#[test]
fn a_box_copies_no_numbers() {
    assert!(address_stays());
}

#[test]
fn a_block_has_three_dimensions() {
    let x = block();
    assert_eq!(x.data.ndim(), 3);
    assert_eq!(x.data.len(), 24);
}

#[test]
fn shapes() {
    assert_eq!(shape(&Variable::new(arr0(1.0))), []);
    assert_eq!(shape(&Variable::new(array![1.0, 2.0, 3.0])), [3]);
    assert_eq!(shape(&Variable::new(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])), [2, 3]);
    assert_eq!(shape(&block()), [2, 3, 4]);
}
