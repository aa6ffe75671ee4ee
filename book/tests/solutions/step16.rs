//! Chapter 16: paths, and a list of the calls.

use std::cmp::Reverse;
use std::rc::Rc;
use step16::{Variable, add, exp, square};

/// The number of paths from the last of `n` doublings back to the first variable.
fn paths(n: usize) -> f64 {
    let x = Variable::from(1.0);
    let mut y = x.clone();
    for _ in 0..n {
        y = add(&y, &y);
    }
    y.backward();
    x.grad().unwrap()[[]]
}

/// The calls that `y` was made by, the highest generation first.
fn calls(y: &Variable) -> Vec<(usize, &'static str)> {
    let mut calls = Vec::from_iter(y.creator());
    let mut next = 0;
    while let Some(&call) = calls.get(next) {
        for creator in call.inputs().iter().filter_map(Variable::creator) {
            if !calls.iter().any(|met| Rc::ptr_eq(met, creator)) {
                calls.push(creator);
            }
        }
        next += 1;
    }
    calls.sort_by_key(|call| Reverse(call.generation()));
    calls.iter().map(|call| (call.generation(), call.name())).collect()
}

#[test]
fn thirty_doublings() {
    assert_eq!(paths(30), 1_073_741_824.0);
}

#[test]
fn the_calls_of_a_graph() {
    let x = Variable::from(2.0);
    let a = square(&x);
    let y = add(&exp(&a), &add(&a, &x));
    let expected =
        [(2, "step16::Add"), (1, "step16::Exp"), (1, "step16::Add"), (0, "step16::Square")];
    assert_eq!(calls(&y), expected);
    assert_eq!(calls(&x), []);
}
