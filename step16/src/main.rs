//! The session: what the reader of this step types.

use ndarray::{Array1, ArrayD};
use std::rc::Rc;
use step16::{Function, Square, Variable, add, square};

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
    println!("generations of x, a, b, c, y = {:?}", [&x, &a, &b, &c, &y].map(Variable::generation));
    println!("y = {}", y.data);

    y.backward();
    println!("dy/dx = {}", x.grad().unwrap());

    let mut made = Vec::new();
    for _ in 0..10 {
        let x = Variable::new(Array1::ones(10_000));
        let a = square(&x);
        let b = square(&a);
        let y = square(&b);
        made.extend([x, a, b, y].map(|v| Rc::downgrade(&v)));
    }
    let alive = made.iter().filter(|v| v.strong_count() > 0).count();
    println!("variables made = {}, still alive = {alive}", made.len());
}
