//! What this crate does with memory, beyond what the steps do.

use fast::{Add, Function, Square, Variable, add, square};
use ndarray::{ArrayD, array};
use std::rc::Rc;
use std::thread;

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
    let small = thread::Builder::new().stack_size(128 * 1024);
    small.spawn(many).unwrap().join().expect("no overflow");
}
