//! The session: what the reader of this step types.

use fast::{Variable, add, no_grad, square};
use ndarray::Array1;
use std::rc::Rc;

/// Three squares, and how many of the two variables in between are alive after them.
fn three_squares(x: &Variable) -> (Variable, usize) {
    let a = square(x);
    let b = square(&a);
    let y = square(&b);
    let between = [a, b].map(|v| Rc::downgrade(&v));
    (y, between.iter().filter(|v| v.strong_count() > 0).count())
}

fn main() {
    let x0 = Variable::from(1.0);
    let x1 = Variable::from(1.0);
    let t = add(&x0, &x1);
    let y = add(&x0, &t);
    y.backward();
    println!("y.grad = {:?}", y.grad());
    println!("t.grad = {:?}", t.grad());
    println!("x0.grad = {}", x0.grad().unwrap());
    println!("x1.grad = {}", x1.grad().unwrap());
    y.backward_retain_grad();
    println!("t.grad = {} with retain_grad", t.grad().unwrap());

    let x = Variable::new(Array1::ones(10_000));
    let (y, alive) = three_squares(&x);
    println!("with a graph: creator = {}, alive = {alive}", y.creator().is_some());
    let (y, alive) = no_grad(|| three_squares(&x));
    println!("in no_grad: creator = {}, alive = {alive}", y.creator().is_some());
}
