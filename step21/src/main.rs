//! The session: what the reader of this step types.

use step21::Variable;

fn main() {
    let x = Variable::from(2.0);
    println!("x + variable(3) = {}", &x + Variable::from(3.0));
    println!("x + 3.0 = {}", &x + 3.0);
    let y = 3.0 * &x + 1.0;
    y.backward();
    println!("3.0 * x + 1.0 = {y}, dy/dx = {}", x.grad().unwrap());
    println!("a vector + 1.0 = {}", Variable::new(ndarray::arr1(&[1.0, 2.0])) + 1.0);
}
