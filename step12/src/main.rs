//! The session: what the reader of this step types.

use step12::{Add, Function, Variable, add};

fn main() {
    let x0 = Variable::from(2.0);
    let x1 = Variable::from(3.0);
    let [y] = Add.call([&x0, &x1]);
    println!("y = {}", y.data);

    let y = add(&x0, &x1);
    println!("y = {}", y.data);
}
