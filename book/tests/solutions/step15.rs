//! Chapter 15: an order that waits.

use std::collections::HashMap;
use std::rc::Rc;
use step15::{Call, Variable, add, square};

/// Where the call lies in memory: the same for the same call only.
fn place(call: &Rc<dyn Call>) -> *const () {
    Rc::as_ptr(call).cast()
}

/// The calls that `y` was made by, each one after all calls that use its outputs.
fn waiting_order(y: &Variable) -> Vec<&Rc<dyn Call>> {
    // How many uses of its outputs each call has to wait for.
    let mut uses = HashMap::new();
    let mut calls = Vec::from_iter(y.creator());
    while let Some(call) = calls.pop() {
        for creator in call.inputs().iter().filter_map(Variable::creator) {
            let count = uses.entry(place(creator)).or_insert(0);
            *count += 1;
            // Its own inputs are looked at once, however often it is used.
            if *count == 1 {
                calls.push(creator);
            }
        }
    }

    let mut order = Vec::new();
    let mut ready = Vec::from_iter(y.creator());
    while let Some(call) = ready.pop() {
        order.push(call);
        for creator in call.inputs().iter().filter_map(Variable::creator) {
            let count = uses.get_mut(&place(creator)).expect("it was counted above");
            *count -= 1;
            if *count == 0 {
                ready.push(creator);
            }
        }
    }
    order
}

#[test]
fn the_call_that_made_a_waits_for_its_users_in_y() {
    let x = Variable::from(2.0);
    let a = square(&x);
    let y = add(&square(&a), &square(&a));
    let z = square(&a);
    let order = waiting_order(&y);
    assert_eq!(order.len(), 4);
    assert!(Rc::ptr_eq(order[0], y.creator().unwrap()));
    assert!(Rc::ptr_eq(order[3], a.creator().unwrap()));
    assert!(!order.iter().any(|call| Rc::ptr_eq(call, z.creator().unwrap())));
}

#[test]
fn each_call_comes_once_and_after_its_users() {
    let x = Variable::from(0.5);
    let mut y = x.clone();
    for _ in 0..40 {
        y = add(&y, &square(&add(&y, &y)));
    }
    let order = waiting_order(&y);
    assert_eq!(order.len(), 120);
    for (i, call) in order.iter().enumerate() {
        for creator in call.inputs().iter().filter_map(Variable::creator) {
            assert!(order[i + 1..].iter().any(|later| place(later) == place(creator)));
        }
    }
}

#[test]
fn no_creator_no_calls() {
    assert!(waiting_order(&Variable::from(2.0)).is_empty());
}

#[test]
fn a_chain_of_doublings() {
    let doublings = |n| {
        let x = Variable::from(1.0);
        let mut y = x.clone();
        for _ in 0..n {
            y = add(&y, &y);
        }
        y.backward();
        x.grad().unwrap()[[]]
    };
    assert_eq!([1, 2, 3].map(doublings), [2.0, 8.0, 48.0]);
}
