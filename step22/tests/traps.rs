//! What is refused, with the message that the reader gets.

use ndarray::{Array, array};
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use step22::{Function, Mul, Variable, add, numerical_diff, square};

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
        numerical_diff(square, &Variable::from(1.0), 0.0);
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

#[test]
fn inputs_of_different_shapes() {
    let x0 = Variable::new(Array::ones((2, 3)));
    let x1 = Variable::new(Array::ones(3));
    let message = refusal(|| drop(add(&x0, &x1)));
    assert!(message.contains("Add: the shapes of "), "{message}");
    assert!(message.contains("shape: [2, 3]"), "{message}");
    assert!(message.contains("shape: [3]"), "{message}");
}

#[test]
fn operands_of_different_shapes() {
    let x0 = Variable::new(Array::ones((2, 3)));
    let x1 = Variable::new(Array::ones(3));
    let refusals = [
        ("Add", refusal(|| drop(&x0 + &x1))),
        ("Add", refusal(|| drop(&x0 + x1.clone()))),
        ("Add", refusal(|| drop(x0.clone() + &x1))),
        ("Add", refusal(|| drop(x0.clone() + x1.clone()))),
        ("Mul", refusal(|| drop(&x0 * &x1))),
        ("Sub", refusal(|| drop(&x0 - &x1))),
        ("Sub", refusal(|| drop(&x0 - x1.clone()))),
        ("Div", refusal(|| drop(&x0 / &x1))),
        ("Div", refusal(|| drop(x0.clone() / &x1))),
        ("Mul", refusal(|| drop(Mul.call([&x0, &x1])))),
    ];
    for (name, message) in refusals {
        let words = format!("{name}: the shapes of {x0:?} and {x1:?} differ");
        assert!(message.contains(&words), "{message}");
    }
    // The same variables work where the shapes agree.
    assert_eq!((&x0 * &x0).shape(), [2, 3]);
    assert_eq!((&x1 + &x1).shape(), [3]);
    assert_eq!((&x0 - &x0).shape(), [2, 3]);
    assert_eq!((&x1 / &x1).shape(), [3]);
}

#[test]
fn a_second_name() {
    let x = Variable::from(1.0);
    x.set_name("x");
    x.set_name("x");
    let message = refusal(|| x.set_name("y"));
    assert!(
        message.contains(r#"set_name: this variable stays "x", it cannot become "y""#),
        "{message}"
    );
    assert_eq!(x.name(), Some("x"));
}

#[test]
fn a_refusal_says_which_variables() {
    let x0 = Variable::new(Array::ones((2, 3)));
    let x1 = Variable::new(Array::ones(3));
    x0.set_name("weight");
    x1.set_name("bias");
    let message = refusal(|| drop(add(&x0, &x1)));
    assert!(message.contains(&format!("Add: the shapes of {x0:?} and {x1:?} differ")), "{message}");
    assert!(message.contains("weight"), "{message}");
    assert!(message.contains("bias"), "{message}");
}
