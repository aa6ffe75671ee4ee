//! The session: what the reader of this step types.

use ndarray::arr0;
use step06::{Exp, Function, Square, Variable};

fn main() {
    let mut x = Variable::new(arr0(0.5));
    let (mut a, square_of_x) = Square.call(&x);
    let (mut b, exp_of_a) = Exp.call(&a);
    let (mut y, square_of_b) = Square.call(&b);

    y.set_grad(arr0(1.0).into_dyn());
    b.set_grad(square_of_b.backward(y.grad().unwrap()));
    a.set_grad(exp_of_a.backward(b.grad().unwrap()));
    x.set_grad(square_of_x.backward(a.grad().unwrap()));
    println!("dy/dx = {}", x.grad().unwrap());
    println!("input of the last call = {}", square_of_b.input.data);
}
