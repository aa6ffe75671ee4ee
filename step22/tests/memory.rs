//! What stays in memory, and how deep a graph may be.

use ndarray::ArrayD;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::rc::{Rc, Weak};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use step22::{Function, Variable, VariableBox, add, no_grad, square, using_config};

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
fn a_hundred_thousand_calls_on_a_small_stack() {
    let run = || {
        let x = Variable::from(1.0);
        let mut y = x.clone();
        for _ in 0..100_000 {
            y = add(&y, &x);
        }
        y.backward();
        assert_eq!(x.grad().unwrap()[[]], 100_001.0);
    };
    let small = thread::Builder::new().stack_size(128 * 1024);
    small.spawn(run).expect("a thread starts").join().expect("no overflow, and freed as well");
}

/// How many functions were freed, on whatever thread.
#[derive(Clone, Default)]
struct Freed(Arc<AtomicUsize>);

impl Freed {
    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Hands its input on and keeps a variable in a field, as functions in Python may.
struct Keeps {
    _variable: Variable,
    freed: Freed,
}

impl Drop for Keeps {
    fn drop(&mut self) {
        self.freed.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Function<1, 1> for Keeps {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.to_owned()]
    }

    fn backward(&self, _: [&ArrayD<f64>; 1], gys: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        gys
    }
}

/// A chain of calls, and `start` before it. Each variable is kept by the next function alone.
fn chain(start: Variable, length: usize, freed: &Freed) -> Vec<Variable> {
    let x = Variable::from(1.0);
    let mut chain = vec![start];
    for i in 0..length {
        let function = Keeps { _variable: chain[i].clone(), freed: freed.clone() };
        chain.extend(function.call([&x]));
    }
    chain
}

/// How many functions are freed when `f` has run, on a thread with a small stack that has ended.
fn freed_on_a_small_stack(f: impl FnOnce(&Freed) + Send + 'static) -> usize {
    let freed = Freed::default();
    let here = freed.clone();
    let small = thread::Builder::new().stack_size(256 * 1024);
    small.spawn(move || f(&here)).expect("a thread starts").join().expect("no panic");
    freed.count()
}

/// Enough to overflow that stack many times.
const MANY: usize = 20_000;

#[test]
fn a_hundred_thousand_functions_that_keep_variables_are_freed_from_the_front() {
    let count = freed_on_a_small_stack(|freed| {
        // A list drops its first variable first. All wait for the last.
        drop(chain(Variable::from(1.0), 100_000, freed));
    });
    assert_eq!(count, 100_000);
}

#[test]
fn freed_from_the_middle() {
    let count = freed_on_a_small_stack(|freed| {
        let chain = chain(Variable::from(1.0), MANY, freed);
        let middle = chain[MANY / 2].clone();
        drop(chain);
        assert_eq!(freed.count(), MANY / 2);
        drop(middle);
        assert_eq!(freed.count(), MANY);
    });
    assert_eq!(count, MANY);
}

#[test]
fn freed_by_its_calls_alone() {
    let count = freed_on_a_small_stack(|freed| {
        let chain = chain(Variable::from(1.0), MANY, freed);
        let mut calls: Vec<_> = chain.iter().filter_map(|y| y.creator().cloned()).collect();
        drop(chain);
        let last = calls.pop();
        drop(calls);
        assert_eq!(freed.count(), 0);
        drop(last);
        assert_eq!(freed.count(), MANY);
    });
    assert_eq!(count, MANY);
}

#[test]
fn freed_at_the_end_of_a_thread() {
    thread_local!(static LAST: RefCell<Option<Variable>> = const { RefCell::new(None) });
    let count = freed_on_a_small_stack(|freed| {
        LAST.set(chain(Variable::from(1.0), MANY, freed).pop());
        // What a thread used last goes first: the library's own list, if it went, before `LAST`.
        drop(chain(Variable::from(1.0), 1, freed));
        assert_eq!(freed.count(), 1);
    });
    assert_eq!(count, MANY + 1);
}

#[test]
fn freed_while_unwinding() {
    let count = freed_on_a_small_stack(|freed| {
        let chain = chain(Variable::from(1.0), MANY, freed);
        let panic = panic::catch_unwind(AssertUnwindSafe(|| {
            let _chain = chain;
            panic!("above the graph")
        }));
        assert!(panic.is_err());
        assert_eq!(freed.count(), MANY);
    });
    assert_eq!(count, MANY);
}

/// A function whose own `drop` panics, before that of its field.
struct Broken(Keeps);

impl Drop for Broken {
    fn drop(&mut self) {
        panic!("broken on purpose");
    }
}

impl Function<1, 1> for Broken {
    fn forward(&self, xs: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        self.0.forward(xs)
    }

    fn backward(&self, xs: [&ArrayD<f64>; 1], gys: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        self.0.backward(xs, gys)
    }
}

#[test]
fn a_drop_that_panics_leaves_nothing_behind() {
    let count = freed_on_a_small_stack(|freed| {
        let mut y = Variable::from(1.0);
        for _ in 0..2 {
            let end = chain(y, MANY, freed).pop().expect("a chain has an end");
            let broken = Broken(Keeps { _variable: end, freed: freed.clone() });
            [y] = broken.call([&Variable::from(1.0)]);
        }
        let end = chain(y, MANY, freed).pop();
        let panic = panic::catch_unwind(AssertUnwindSafe(|| drop(end))).expect_err("two drops");
        assert_eq!(panic.downcast_ref(), Some(&"broken on purpose"));
        assert_eq!(freed.count(), 3 * MANY + 2);
        drop(chain(Variable::from(1.0), MANY, freed));
        assert_eq!(freed.count(), 4 * MANY + 2);
    });
    assert_eq!(count, 4 * MANY + 2);
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
