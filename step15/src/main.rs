//! The session: what the reader of this step types.

use ndarray::ArrayD;
use step15::{Function, Square, Variable, add};

/// A square that says when `backward` comes to it.
struct Traced(&'static str);

impl Function<1, 1> for Traced {
    fn forward(&self, xs: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        Square.forward(xs)
    }

    fn backward(&self, xs: [&ArrayD<f64>; 1], gys: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        println!("backward of {}, with gradient {}", self.0, gys[0]);
        Square.backward(xs, gys)
    }
}

fn main() {
    let x = Variable::from(2.0);
    let [a] = Traced("a = square(x)").call([&x]);
    let [b] = Traced("b = square(a)").call([&a]);
    let [c] = Traced("c = square(a)").call([&a]);
    let y = add(&b, &c);
    println!("y = {}", y.data);

    y.backward();
    println!("dy/dx = {}, which is wrong", x.grad().unwrap());
    println!("y = 2 x^4, so dy/dx = 8 x^3 = {}", 8.0 * &x.data * &x.data * &x.data);
}
