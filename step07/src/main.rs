//! The session: what the reader of this step types.

use ndarray::arr0;
use std::rc::Rc;
use step07::{Exp, Function, Square, Variable};

fn main() {
    let x = Variable::new(arr0(0.5));
    let a = Square.call(&x);
    let b = Exp.call(&a);
    let y = Square.call(&b);

    y.set_grad(arr0(1.0).into_dyn());
    let mut output = &y;
    for input in [&b, &a, &x] {
        let call = output.creator().unwrap();
        let same = Rc::ptr_eq(&call.input, input);
        println!("made by {} from the variable we expect: {same}", call.name);
        call.input.set_grad(call.backward(output.grad().unwrap()));
        output = &call.input;
    }
    println!("walking back: dy/dx = {}", x.grad().unwrap());

    let x = Variable::new(arr0(0.5));
    let y = Square.call(&Exp.call(&Square.call(&x)));
    y.set_grad(arr0(1.0).into_dyn());
    y.backward();
    println!("dy/dx = {}", x.grad().unwrap());
}
