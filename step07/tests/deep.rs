//! How deep a graph may be.

use ndarray::arr0;
use std::env;
use std::process::Command;
use step07::{Function, Square, Variable};

/// Overflows the stack: the test below runs it in a process of its own.
#[test]
#[ignore = "ends the whole process"]
fn a_chain_of_100_000_calls() {
    let mut y = Variable::new(arr0(1.0));
    for _ in 0..100_000 {
        y = Square.call(&y);
    }
    y.set_grad(arr0(1.0).into_dyn());
    y.backward();
}

#[test]
fn a_chain_of_100_000_calls_overflows_the_stack() {
    let mut test = Command::new(env::current_exe().expect("this test has a path"));
    let run = test.args(["--exact", "--ignored", "a_chain_of_100_000_calls"]).output();
    assert!(!run.expect("the test starts").status.success());
}
