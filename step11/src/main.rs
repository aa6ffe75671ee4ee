//! The session: what the reader of this step types.

use step11::{Add, Function, Variable};

fn main() {
    let x0 = Variable::from(2.0);
    let x1 = Variable::from(3.0);
    let ys = Add.call(&[&x0, &x1]);
    let y = &ys[0];
    println!("y = {}", y.data);
}
