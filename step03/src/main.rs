//! The session: what the reader of this step types.

use ndarray::arr0;
use step03::{Exp, Function, Square, Variable};

fn main() {
    let x = Variable::new(arr0(0.5));
    let a = Square.call(&x);
    let b = Exp.call(&a);
    let y = Square.call(&b);
    println!("a = {:.4}", a.data);
    println!("b = {:.4}", b.data);
    println!("y = {}", y.data);
}
