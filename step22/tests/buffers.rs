//! An array that was cut from a larger one keeps the larger one as a hidden buffer. What the
//! library makes has none.

use ndarray::{Array1, ArrayD, Axis, array};
use step22::{Function, Variable, add, exp, square};

/// One number, and behind it a buffer of a million: 8 bytes that hold 8 MB.
fn slice() -> ArrayD<f64> {
    let mut array = Array1::ones(1_000_000);
    array.slice_axis_inplace(Axis(0), (..1).into());
    array.into_dyn()
}

/// For how many numbers `array` holds memory. A clone holds as much.
fn buffer(array: &ArrayD<f64>) -> usize {
    array.clone().into_raw_vec_and_offset().0.len()
}

#[test]
fn a_slice_has_a_hidden_buffer() {
    assert_eq!((slice().len(), buffer(&slice())), (1, 1_000_000));
}

#[test]
fn results_have_none() {
    let x = Variable::new(slice());
    assert_eq!(buffer(&square(&x).data), 1);
    assert_eq!(buffer(&exp(&x).data), 1);
    assert_eq!(buffer(&add(&x, &x).data), 1);
    assert_eq!(buffer(&(&x * &x).data), 1);
    assert_eq!(buffer(&(&x + 1.0).creator().unwrap().inputs()[1].data), 1);
    assert_eq!(buffer(&(-&x).data), 1);
    assert_eq!(buffer(&(&x - &x).data), 1);
    assert_eq!(buffer(&(&x / &x).data), 1);
    assert_eq!(buffer(&x.powi(3).data), 1);
}

/// A function whose gradient is such a slice.
struct Sliced;

impl Function<1, 1> for Sliced {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.to_owned()]
    }

    fn backward(&self, _: [&ArrayD<f64>; 1], _: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [slice()]
    }
}

#[test]
fn gradients_have_none() {
    let x = Variable::new(array![1.0]);
    let a = square(&x);
    let [y] = Sliced.call([&a]);
    y.backward_retain_grad();
    assert_eq!(buffer(&x.grad().unwrap()), 1);
    assert_eq!(buffer(&a.grad().unwrap()), 1);
}

#[test]
fn nor_have_those_that_add_hands_on() {
    let (x0, x1) = (Variable::new(array![1.0]), Variable::new(array![1.0]));
    let [y] = Sliced.call([&add(&x0, &x1)]);
    y.backward();
    assert_eq!(buffer(&x0.grad().unwrap()), 1);
    assert_eq!(buffer(&x1.grad().unwrap()), 1);
}
