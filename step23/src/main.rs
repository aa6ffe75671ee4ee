//! The session: what the reader of this step types.

use step23::Variable;

fn main() {
    let x = Variable::from(1.0);
    let y = (&x + 3.0).powi(2);
    y.backward();
    println!("y = {y}");
    println!("dy/dx = {}", x.grad().unwrap());
}
