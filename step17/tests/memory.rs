//! What stays in memory, and how deep a graph may be.

use std::rc::{Rc, Weak};
use std::thread;
use step17::{Variable, VariableBox, add, square};

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
