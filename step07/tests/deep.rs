//! How deep a graph may be.

use ndarray::{ArrayD, arr0};
use std::env;
use std::mem::ManuallyDrop;
use std::process::{Command, Output};
use step07::{Function, Variable};

/// Changes the sign, so that the gradient stays 1 or -1.
struct Neg;

impl Function for Neg {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        -x
    }

    fn backward(&self, _: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        -gy
    }
}

/// The two ends of a chain of 100,000 calls. It is never freed, which would overflow the stack too.
fn chain() -> ManuallyDrop<(Variable, Variable)> {
    let x = Variable::new(arr0(1.0));
    let mut y = x.clone();
    for _ in 0..100_000 {
        y = Neg.call(&y);
    }
    ManuallyDrop::new((x, y))
}

/// Runs one of the two tests below in a process of its own.
fn run(test: &str) -> Output {
    let mut command = Command::new(env::current_exe().expect("this test has a path"));
    command.args(["--exact", "--ignored", test]).env_remove("RUST_MIN_STACK");
    command.output().expect("the test starts")
}

#[test]
#[ignore = "ends the whole process"]
fn with_backward() {
    let y = &chain().1;
    y.set_grad(arr0(1.0).into_dyn());
    y.backward();
}

#[test]
#[ignore = "part of the test below"]
fn without_backward() {
    let y = &chain().1;
    y.set_grad(arr0(1.0).into_dyn());
}

#[test]
fn backward_of_100_000_calls_overflows_the_stack() {
    let overflow = run("with_backward");
    assert!(!overflow.status.success(), "{overflow:?}");
    // In these words on Linux, macOS and Windows.
    let words = String::from_utf8_lossy(&overflow.stderr);
    assert!(words.contains("has overflowed its stack"), "{overflow:?}");

    let chain_alone = run("without_backward");
    assert!(chain_alone.status.success(), "{chain_alone:?}");
    assert!(String::from_utf8_lossy(&chain_alone.stdout).contains("1 passed"), "{chain_alone:?}");
}
