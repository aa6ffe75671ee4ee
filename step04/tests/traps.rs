//! What is refused, with the message that the reader gets.

use ndarray::{Array, arr0, array};
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use step04::{Function, Square, Variable, numerical_diff};

/// What `f` panics with. Must name a line of this file: the caller's, not the library's.
fn refusal(f: impl FnOnce()) -> String {
    static HOOK: Once = Once::new();
    thread_local!(static MESSAGE: RefCell<String> = const { RefCell::new(String::new()) });
    HOOK.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            MESSAGE.set(info.to_string());
            hook(info);
        }));
    });

    panic::catch_unwind(AssertUnwindSafe(f))
        .expect_err("this call should be refused, and it went through");
    let message = MESSAGE.take();
    assert!(message.contains("traps.rs"), "not the caller's line: {message}");
    message
}

#[test]
fn eps_of_zero() {
    let message = refusal(|| {
        numerical_diff(|x| Square.call(x), &Variable::new(arr0(1.0)), 0.0);
    });
    assert!(message.contains("numerical_diff: eps must be above 0, not 0"), "{message}");
}

#[test]
fn eps_that_is_infinite_or_no_number() {
    let double = |x: &Variable| Variable::new(&x.data * 2.0);
    let x = Variable::new(array![1.0, 3.0]);
    let message = refusal(|| drop(numerical_diff(double, &x, f64::INFINITY)));
    assert!(message.contains("numerical_diff: eps must be finite, not inf"), "{message}");
    let message = refusal(|| drop(numerical_diff(double, &x, f64::NAN)));
    // It is neither above 0 nor finite: the words may be those of either.
    assert!(message.contains("numerical_diff: eps") && message.contains("NaN"), "{message}");
    assert_eq!(numerical_diff(double, &x, 0.5), array![2.0, 2.0].into_dyn());
}

#[test]
fn a_function_that_gives_two_shapes() {
    let one_or_two = |x: &Variable| {
        let length = if x.data[[0]] < 1.0 { 1 } else { 2 };
        Variable::new(Array::zeros(length))
    };
    let message = refusal(|| {
        numerical_diff(one_or_two, &Variable::new(array![1.0]), 0.5);
    });
    assert!(message.contains("numerical_diff: f gave two shapes"), "{message}");
    assert!(message.contains("left: [1]\n right: [2]"), "{message}");
    let one_shape = numerical_diff(one_or_two, &Variable::new(array![3.0]), 0.5);
    assert_eq!(one_shape, array![0.0, 0.0].into_dyn());
}
