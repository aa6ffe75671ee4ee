//! What stays in memory, and how deep a graph may be.

use std::panic;
use std::rc::{Rc, Weak};
use std::thread;
use step24::{Variable, VariableBox, add, no_grad, square, using_config};

/// Handles that keep nothing alive.
fn watch<const N: usize>(variables: [&Variable; N]) -> [Weak<VariableBox>; N] {
    variables.map(|v| Rc::downgrade(v))
}

fn alive(watched: &[Weak<VariableBox>]) -> usize {
    watched.iter().filter(|v| v.strong_count() > 0).count()
}

#[test]
fn a_graph_lives_as_long_as_its_last_variable() {
    let x = Variable::from(2.0);
    let a = square(&x);
    let y = add(&a, &square(&a));
    let watched = watch([&x, &a, &y]);
    drop((x, a));
    assert_eq!(alive(&watched), 3);
    drop(y);
    assert_eq!(alive(&watched), 0);
}

#[test]
fn a_graph_is_freed_after_backward() {
    let x = Variable::from(2.0);
    let y = square(&square(&x));
    y.backward();
    let watched = watch([&x, &y]);
    drop((x, y));
    assert_eq!(alive(&watched), 0);
}

#[test]
fn a_part_that_others_need_stays() {
    let x = Variable::from(2.0);
    let a = square(&x);
    let y = square(&a);
    let z = square(&a);
    let watched = watch([&x, &a, &y]);
    drop((x, a, y));
    assert_eq!(alive(&watched), 2);
    z.backward();
    drop(z);
    assert_eq!(alive(&watched), 0);
}

#[test]
fn a_creator_keeps_the_inputs() {
    let x = Variable::from(2.0);
    let y = square(&x);
    let watched = watch([&x, &y]);
    let creator = y.creator().unwrap().clone();
    drop((x, y));
    assert_eq!(alive(&watched), 1);
    drop(creator);
    assert_eq!(alive(&watched), 0);
}

#[test]
fn many_graphs_leave_nothing_behind() {
    let x = Variable::from(0.5);
    for _ in 0..10_000 {
        let a = square(&x);
        add(&square(&a), &add(&a, &x)).backward();
    }
    assert_eq!((Rc::strong_count(&x), Rc::weak_count(&x)), (1, 0));
}

#[test]
fn no_grad_keeps_nothing_but_the_result() {
    let x = Variable::from(2.0);
    let (y, watched) = no_grad(|| {
        let a = square(&x);
        (square(&a), watch([&a]))
    });
    assert!(y.creator().is_none());
    assert_eq!(y.generation(), 0);
    assert_eq!(alive(&watched), 0);
}

#[test]
fn no_grad_ends_where_its_closure_ends() {
    let x = Variable::from(2.0);
    no_grad(|| {
        no_grad(|| assert!(square(&x).creator().is_none()));
        assert!(square(&x).creator().is_none());
        using_config(true, || assert!(square(&x).creator().is_some()));
        assert!(square(&x).creator().is_none());
    });
    assert!(square(&x).creator().is_some());
}

#[test]
fn no_grad_ends_with_a_panic() {
    let panic = panic::catch_unwind(|| no_grad(|| panic!("in the closure")));
    assert!(panic.is_err());
    assert!(square(&Variable::from(2.0)).creator().is_some());
}

#[test]
fn no_grad_and_backward_go_together() {
    let x = Variable::from(3.0);
    let constant = no_grad(|| square(&x));
    let y = add(&square(&x), &constant);
    no_grad(|| y.backward());
    assert_eq!(x.grad().unwrap()[[]], 6.0);
    assert_eq!(constant.grad().unwrap()[[]], 1.0);
}

#[test]
fn no_grad_is_for_one_thread() {
    let elsewhere = || square(&Variable::from(2.0)).creator().is_some();
    assert!(no_grad(|| thread::spawn(elsewhere).join().expect("no panic")));
}

#[test]
fn a_million_calls_on_a_small_stack() {
    let million = || {
        let x = Variable::from(1.0);
        let mut y = x.clone();
        for _ in 0..1_000_000 {
            y = add(&y, &x);
        }
        y.backward();
        assert_eq!(x.grad().unwrap()[[]], 1_000_001.0);
    };
    let small = thread::Builder::new().stack_size(128 * 1024);
    small.spawn(million).expect("a thread starts").join().expect("no overflow, and freed as well");
}

#[test]
fn a_hundred_thousand_operators_are_differentiated_and_freed() {
    let x = Variable::from(1.0);
    let mut y = x.clone();
    let mut watched = Vec::new();
    // The value stays 1. The derivative: from d to d + 1, then to d + 2, -d - 2, d + 2 and d + 1.
    for _ in 0..20_000 {
        let product = &y * &x;
        let power = (2.0 - product.powi(-1)) * &x;
        let minus = -&power;
        let plus = 0.0 - &minus;
        y = &plus / &x;
        watched.extend(watch([&product, &power, &minus, &plus, &y]));
    }
    y.backward();
    assert_eq!(x.grad().unwrap()[[]], 20_001.0);
    assert_eq!((watched.len(), alive(&watched)), (100_000, 100_000));
    drop(y);
    assert_eq!(alive(&watched), 0);
    assert_eq!((Rc::strong_count(&x), Rc::weak_count(&x)), (1, 0));
}
