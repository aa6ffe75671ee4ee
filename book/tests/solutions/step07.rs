//! Chapter 07.

use ndarray::arr0;
use std::rc::Rc;
use step07::{Exp, Function, Square, Variable};

fn counts() -> [[usize; 4]; 2] {
    let x = Variable::new(arr0(0.5));
    let a = Square.call(&x);
    let b = Exp.call(&a);
    let y = Square.call(&b);
    let with_call = [&x, &a, &b, &y].map(|variable| Rc::strong_count(variable));
    let last = Square.call(&y);
    let with_second_call = [&x, &a, &b, &y].map(|variable| Rc::strong_count(variable));
    drop(last);
    [with_call, with_second_call]
}

fn names(y: &Variable) -> Vec<&'static str> {
    let mut names = Vec::new();
    let mut variable = y;
    while let Some(call) = variable.creator() {
        names.push(call.name);
        variable = &call.input;
    }
    names
}

fn second_handle() -> Variable {
    let x = Variable::new(arr0(0.5));
    let z = x.clone();
    assert!(Rc::ptr_eq(&x, &z));
    z.set_grad(arr0(1.0).into_dyn());
    x
}

#[test]
fn a_clone_is_a_second_handle() {
    assert_eq!(second_handle().grad(), Some(arr0(1.0).into_dyn()));
}

#[test]
fn a_call_holds_its_input() {
    assert_eq!(counts(), [[2, 2, 2, 1], [2, 2, 2, 2]]);
}

#[test]
fn names_from_the_output_back() {
    let x = Variable::new(arr0(0.5));
    let y = Square.call(&Exp.call(&x));
    assert_eq!(names(&y), ["step07::Square", "step07::Exp"]);
    assert!(names(&x).is_empty());
}
