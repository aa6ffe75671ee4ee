//! Chapter 16: paths, and a list of the calls.

use std::collections::BTreeMap;
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

/// The calls that `y` was made by, in the order in which `backward` comes to them: the highest
/// generation among the inputs, and the function's name.
fn calls(y: &Variable) -> Vec<(usize, &'static str)> {
    let mut list = Vec::new();
    let mut queue = BTreeMap::from_iter(y.creator().map(|call| (call.order(), call)));
    while let Some(((generation, _), call)) = queue.pop_last() {
        list.push((generation, call.name()));
        let creators = call.inputs().iter().filter_map(Variable::creator);
        queue.extend(creators.map(|creator| (creator.order(), creator)));
    }
    list
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
        [(2, "step16::Add"), (1, "step16::Add"), (1, "step16::Exp"), (0, "step16::Square")];
    assert_eq!(calls(&y), expected);
    assert_eq!(calls(&x), []);
}
