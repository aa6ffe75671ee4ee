//! Chapter 11.

use ndarray::{Array1, ArrayD, Axis, Slice, arr0, array};
use std::rc::Rc;
use step11::{Function, Variable};

/// Sine and cosine: one input, two outputs.
struct SinCos;

impl Function for SinCos {
    fn forward(&self, xs: &[&ArrayD<f64>]) -> Vec<ArrayD<f64>> {
        let &[x] = xs else { panic!("SinCos: expected 1 input, got {}", xs.len()) };
        vec![x.mapv(f64::sin), x.mapv(f64::cos)]
    }

    fn backward(&self, _x: &ArrayD<f64>, _gy: ArrayD<f64>) -> ArrayD<f64> {
        unimplemented!("SinCos: a gradient for two outputs comes in step 13")
    }
}

#[test]
fn both_outputs_have_the_same_creator() {
    let x = Variable::from(0.5);
    let ys = SinCos.call(&[&x]);
    assert_eq!(ys[0].data, arr0(0.5_f64.sin()).into_dyn());
    assert_eq!(ys[1].data, arr0(0.5_f64.cos()).into_dyn());
    assert!(Rc::ptr_eq(ys[0].creator().unwrap(), ys[1].creator().unwrap()));
    // One owner more for each output; the third is the handle made here.
    let creator = ys[0].creator().unwrap().clone();
    assert_eq!(Rc::strong_count(&creator), 3);
}

/// The sum of one or more arrays of the same shape.
struct Total;

impl Function for Total {
    #[track_caller]
    fn forward(&self, xs: &[&ArrayD<f64>]) -> Vec<ArrayD<f64>> {
        let [first, rest @ ..] = xs else { panic!("Total: expected 1 input or more, got 0") };
        let mut y = ArrayD::to_owned(first);
        for x in rest {
            assert_eq!(x.shape(), y.shape(), "Total: expected inputs of the same shape");
            y += *x;
        }
        vec![y]
    }

    fn backward(&self, _x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy
    }
}

#[test]
fn total_of_one_two_and_three() {
    let xs = [1.0, 2.0, 4.0].map(Variable::from);
    for (count, expected) in [(1, 1.0), (2, 3.0), (3, 7.0)] {
        let inputs = Vec::from_iter(&xs[..count]);
        assert_eq!(Total.call(&inputs)[0].data, arr0(expected).into_dyn());
    }
}

#[test]
#[should_panic(expected = "Total: expected 1 input or more, got 0")]
fn total_of_none() {
    Total.call(&[]);
}

#[test]
#[should_panic(expected = "Total: expected inputs of the same shape")]
fn total_of_different_shapes() {
    Total.call(&[&Variable::new(array![1.0, 2.0]), &Variable::from(1.0)]);
}

#[test]
fn total_has_a_gradient_for_one_input() {
    let x = Variable::from(3.0);
    Total.call(&[&x])[0].backward();
    assert_eq!(x.grad(), Some(arr0(1.0).into_dyn()));
}

#[test]
fn ndarray_broadcasts() {
    let (matrix, bias) = (ArrayD::<f64>::ones(vec![2, 3]), ArrayD::<f64>::ones(vec![3]));
    assert_eq!((&matrix + &bias).shape(), [2, 3]);
    assert_eq!((&bias + &matrix).shape(), [2, 3]);
    // The gradient that a bias needs: the sum over the rows that it was added to.
    assert_eq!(matrix.sum_axis(Axis(0)).shape(), [3]);
}

#[test]
fn a_clone_copies_what_is_hidden() {
    let mut x = Array1::<f64>::ones(1_000_000);
    x.slice_axis_inplace(Axis(0), Slice::from(..1));
    assert_eq!(x.len(), 1);

    let numbers_in_memory = |x: Array1<f64>| x.into_raw_vec_and_offset().0.len();
    assert_eq!(numbers_in_memory(x.clone()), 1_000_000);
    assert_eq!(numbers_in_memory(x.to_owned()), 1);
    assert_eq!(numbers_in_memory(&x + &x), 1);
}
