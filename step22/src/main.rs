//! The session: what the reader of this step types.

use step22::Variable;

fn main() {
    let x = Variable::from(2.0);
    println!("-x = {}", -&x);
    println!("2.0 - x = {}", 2.0 - &x);
    println!("x - 1.0 = {}", &x - 1.0);
    println!("3.0 / x = {}", 3.0 / &x);
    let y = x.powi(3);
    y.backward();
    println!("x.powi(3) = {y}, dy/dx = {}", x.grad().unwrap());
}
