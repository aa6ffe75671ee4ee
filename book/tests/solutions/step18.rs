//! Chapter 18: a constant, a question to the switch, and a descent.

use step18::{Variable, add, exp, no_grad, square, using_config};

/// Whether graphs are recorded on this thread at the moment.
fn is_recording() -> bool {
    square(&Variable::from(0.0)).creator().is_some()
}

/// The x with the smallest e^x + x^2, by gradient descent from `x`.
fn descent(mut x: Variable) -> Variable {
    for _ in 0..100 {
        let y = add(&exp(&x), &square(&x));
        y.backward();
        let gradient = x.grad().expect("y is made from x");
        // A new variable: `data` of the old one cannot change.
        x = Variable::new(&x.data - 0.1 * gradient);
    }
    x
}

#[test]
fn a_constant_is_made_in_no_grad() {
    let x = Variable::from(3.0);
    let c = no_grad(|| square(&x));
    let y = add(&square(&x), &c);
    y.backward();
    assert_eq!(x.grad().unwrap()[[]], 6.0);
    assert_eq!(c.grad().unwrap()[[]], 1.0);
    assert_eq!(y.grad(), None);
}

#[test]
fn the_switch_answers() {
    assert!(is_recording());
    no_grad(|| {
        assert!(!is_recording());
        using_config(true, || assert!(is_recording()));
        assert!(!is_recording());
    });
    assert!(is_recording());
}

#[test]
fn the_descent_arrives_and_leaves_no_graph() {
    let x = descent(Variable::from(2.0));
    assert!(x.creator().is_none());
    let slope = f64::exp(x.data[[]]) + 2.0 * x.data[[]];
    assert!(slope.abs() < 1e-9, "{slope}");
    assert!((x.data[[]] - -0.351_733_711).abs() < 1e-9);
}
