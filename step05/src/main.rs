//! The session: what the reader of this step types.

use ndarray::arr0;
use step05::{Exp, Function, Square, Variable, numerical_diff};

fn composition(x: &Variable) -> Variable {
    let a = Square.call(x);
    let b = Exp.call(&a);
    Square.call(&b)
}

fn main() {
    let x: f64 = 0.5;
    let a = x * x;
    let b = a.exp();

    // From the output to the input: each factor is the derivative of one function.
    let mut gradient = 1.0;
    for (name, factor) in [("dy/db", 2.0 * b), ("db/da", a.exp()), ("da/dx", 2.0 * x)] {
        gradient *= factor;
        println!("{name} = {factor:.4}, product = {gradient:.4}");
    }
    println!("dy/dx = {gradient}");

    let numerical = numerical_diff(composition, &Variable::new(arr0(x)), 1e-4);
    println!("numerical_diff = {numerical:.4}");

    // Three inputs: y = s^2, where s = x0 * x1 + x2, at (1, 2, 3).
    let mut evaluations = 0;
    let mut f = |x0: f64, x1: f64, x2: f64| {
        evaluations += 1;
        (x0 * x1 + x2).powi(2)
    };
    let eps = 1e-4;
    let numerical = [
        (f(1.0 + eps, 2.0, 3.0) - f(1.0 - eps, 2.0, 3.0)) / (2.0 * eps),
        (f(1.0, 2.0 + eps, 3.0) - f(1.0, 2.0 - eps, 3.0)) / (2.0 * eps),
        (f(1.0, 2.0, 3.0 + eps) - f(1.0, 2.0, 3.0 - eps)) / (2.0 * eps),
    ];
    println!("numerical gradient = {numerical:.4?} by {evaluations} evaluations");

    let dy_ds = 2.0 * (1.0 * 2.0 + 3.0);
    println!("gradient = {:.4?} by one pass from y back", [dy_ds * 2.0, dy_ds * 1.0, dy_ds]);
}
