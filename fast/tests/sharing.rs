//! What this crate does with memory, beyond what the steps do.

use fast::{Add, Function, Square, Variable, add, exp, square};
use ndarray::{Array1, ArrayD, Axis, Slice, array};
use std::rc::Rc;

#[test]
fn a_gradient_that_two_inputs_share_is_not_changed_for_both() {
    let (x0, x1) = (Variable::from(3.0), Variable::from(5.0));
    let (a, b) = (square(&x0), square(&x1));
    add(&a, &b).backward_retain_grad();
    assert_eq!((x0.grad().unwrap()[[]], x1.grad().unwrap()[[]]), (6.0, 10.0));
    assert_eq!((a.grad().unwrap()[[]], b.grad().unwrap()[[]]), (1.0, 1.0));
}

#[test]
fn backward_and_backward_shared_agree() {
    let (x, gy) = (array![1.0, 2.0].into_dyn(), array![3.0, 5.0].into_dyn());
    let [owned] = Square.backward([&x], [gy.clone()]);
    let [shared] = Square.backward_shared([&x], [Rc::new(gy.clone())]);
    assert_eq!(owned, *shared);
    let [g0, g1] = Add.backward_shared([&x, &x], [Rc::new(gy)]);
    assert!(Rc::ptr_eq(&g0, &g1));
}

/// How many numbers an array has in memory, with its hidden part.
fn in_memory(array: &ArrayD<f64>) -> usize {
    array.clone().into_raw_vec_and_offset().0.len()
}

#[test]
fn no_result_carries_the_hidden_part_of_a_slice() {
    for n in [1, 3] {
        let mut slice = Array1::<f64>::ones(1000);
        slice.slice_axis_inplace(Axis(0), Slice::from(0..n));
        let x = Variable::new(slice);
        assert_eq!(in_memory(&x.data), 1000);
        for y in [add(&x, &x), square(&x), exp(&x)] {
            assert_eq!(in_memory(&y.data), n);
        }
    }
}

#[test]
fn a_call_of_several_outputs_is_one() {
    struct Twice;

    impl Function<1, 2> for Twice {
        fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
            [x.to_owned(), x.to_owned()]
        }

        fn backward(&self, _: [&ArrayD<f64>; 1], [g0, g1]: [ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
            [g0 + g1]
        }
    }

    let [y0, y1] = Twice.call([&Variable::from(1.0)]);
    assert!(Rc::ptr_eq(y0.creator().unwrap(), y1.creator().unwrap()));
    assert_eq!(y0.creator().unwrap().generation(), 0);
}

/// A function that holds a variable, which must be freed with it.
struct Holder(#[allow(dead_code)] Variable);

impl Function<1, 1> for Holder {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.to_owned()]
    }

    fn backward(&self, _: [&ArrayD<f64>; 1], gys: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        gys
    }
}

#[test]
fn many_functions_that_hold_variables_are_freed_on_a_small_stack() {
    let many = || {
        let mut y = Variable::from(1.0);
        for _ in 0..100_000 {
            [y] = Holder(y).call([&Variable::from(2.0)]);
        }
    };
    let small = std::thread::Builder::new().stack_size(128 * 1024);
    small.spawn(many).unwrap().join().expect("no overflow");
}

#[test]
fn many_creators_are_freed_on_a_small_stack() {
    let many = || {
        let mut y = Variable::from(1.0);
        for _ in 0..100_000 {
            y = square(&y);
            y.creator();
        }
        let creator = y.creator().cloned();
        drop(y);
        drop(creator);
    };
    let small = std::thread::Builder::new().stack_size(128 * 1024);
    small.spawn(many).unwrap().join().expect("no overflow");
}
