//! Chapter 16: paths, all of them and the longest.

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

/// The names of the calls on a longest path back from `y`.
fn longest_path(y: &Variable) -> Vec<&'static str> {
    let mut names = Vec::new();
    let mut next = Some(y);
    while let Some(call) = next.and_then(Variable::creator) {
        names.push(call.name());
        next = call.inputs().iter().max_by_key(|x| x.generation());
    }
    names
}

#[test]
fn thirty_doublings() {
    assert_eq!(paths(30), 1_073_741_824.0);
}

#[test]
fn the_longest_path() {
    let x = Variable::from(2.0);
    let a = square(&x);
    let y = add(&add(&a, &x), &exp(&exp(&a)));
    let expected = ["step16::Add", "step16::Exp", "step16::Exp", "step16::Square"];
    assert_eq!(longest_path(&y), expected);
    assert_eq!(y.generation(), 4);
    assert!(longest_path(&x).is_empty());
}
