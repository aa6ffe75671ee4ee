//! The session: what the reader of this step types.

use step24::{Variable, numerical_diff};

fn sphere(x: &Variable, y: &Variable) -> Variable {
    x.powi(2) + y.powi(2)
}

fn matyas(x: &Variable, y: &Variable) -> Variable {
    0.26 * (x.powi(2) + y.powi(2)) - 0.48 * x * y
}

fn goldstein_price(x: &Variable, y: &Variable) -> Variable {
    let a = 19.0 - 14.0 * x + 3.0 * x.powi(2) - 14.0 * y + 6.0 * x * y + 3.0 * y.powi(2);
    let b = 18.0 - 32.0 * x + 12.0 * x.powi(2) + 48.0 * y - 36.0 * x * y + 27.0 * y.powi(2);
    (1.0 + (x + y + 1.0).powi(2) * a) * (30.0 + (2.0 * x - 3.0 * y).powi(2) * b)
}

fn rosenbrock(x: &Variable, y: &Variable) -> Variable {
    100.0 * (y - x.powi(2)).powi(2) + (x - 1.0).powi(2)
}

fn gradient(z: fn(&Variable, &Variable) -> Variable, x: f64, y: f64) -> [f64; 2] {
    let [x, y] = [x, y].map(Variable::from);
    z(&x, &y).backward();
    [x, y].map(|v| v.grad().unwrap()[[]])
}

fn main() {
    println!("sphere at (1, 1): {:?}", gradient(sphere, 1.0, 1.0));
    println!("Matyas at (1, 1): {:?}", gradient(matyas, 1.0, 1.0));
    println!("Goldstein-Price at (1, 1): {:?}", gradient(goldstein_price, 1.0, 1.0));
    let one = Variable::from(1.0);
    let dx = numerical_diff(|x| goldstein_price(x, &one), &one, 1e-4);
    let dy = numerical_diff(|y| goldstein_price(&one, y), &one, 1e-4);
    println!("by numerical differentiation: [{dx:.2}, {dy:.2}]");

    let [mut x, mut y] = [0.0, 2.0];
    for _ in 0..999 {
        let [dx, dy] = gradient(rosenbrock, x, y);
        x -= 0.001 * dx;
        y -= 0.001 * dy;
    }
    println!("after 999 steps down from (0, 2): ({x}, {y})");
}
