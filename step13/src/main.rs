//! The session: what the reader of this step types.

use step13::{Variable, add, numerical_diff, square};

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
    println!("numerical_diff = {:.4}", numerical_diff(|x| add(x, x), &x, 1e-4));
}
