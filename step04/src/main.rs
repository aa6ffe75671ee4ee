//! The session: what the reader of this step types.

use ndarray::arr0;
use step04::{Exp, Function, Square, Variable, numerical_diff};

fn composition(x: &Variable) -> Variable {
    let a = Square.call(x);
    let b = Exp.call(&a);
    Square.call(&b)
}

fn main() {
    let x = Variable::new(arr0(2.0));
    let dy_dx = numerical_diff(|x| Square.call(x), &x, 1e-4);
    println!("square: dy/dx = {dy_dx}");

    let x = Variable::new(arr0(0.5));
    let dy_dx = numerical_diff(composition, &x, 1e-4);
    println!("composition: dy/dx = {dy_dx}");

    // The derivative of x^4 at 2 is 32.
    let fourth_power = |x: &Variable| Square.call(&Square.call(x));
    let x = Variable::new(arr0(2.0));
    let y = fourth_power(&x).data;
    for eps in [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10, 1e-12] {
        let y1 = fourth_power(&Variable::new(&x.data + eps)).data;
        let forward = ((y1 - &y) / eps - 32.0).abs();
        let central = (numerical_diff(fourth_power, &x, eps) - 32.0).abs();
        println!("eps = {eps:.0e}: error forward = {forward:.0e}, central = {central:.0e}");
    }
}
