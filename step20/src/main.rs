//! The session: what the reader of this step types.

use step20::Variable;

fn main() {
    let [a, b, c] = [3.0, 2.0, 1.0].map(Variable::from);
    let y = &(&a * &b) + &c;
    y.backward();
    println!("y = {y}");
    println!("dy/da = {}, dy/db = {}", a.grad().unwrap(), b.grad().unwrap());
}
