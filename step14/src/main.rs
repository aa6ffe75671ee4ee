//! The session: what the reader of this step types.

use step14::{Variable, add, square};

fn main() {
    let x0 = Variable::from(2.0);
    let x1 = Variable::from(3.0);
    let y = add(&square(&x0), &square(&x1));
    y.backward();
    println!("y = {}", y.data);
    println!("dy/dx0 = {}", x0.grad().unwrap());
    println!("dy/dx1 = {}", x1.grad().unwrap());

    let x = Variable::from(3.0);
    let y = add(&x, &x);
    y.backward();
    println!("add(x, x): dy/dx = {}", x.grad().unwrap());

    let y = add(&add(&x, &x), &x);
    y.backward();
    println!("add(add(x, x), x): dy/dx = {}, on top of the 2", x.grad().unwrap());

    x.cleargrad();
    y.backward();
    println!("add(add(x, x), x): dy/dx = {} after cleargrad", x.grad().unwrap());
}
