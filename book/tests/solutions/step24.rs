//! Chapter 24: how long the way down is, and how many calls a formula makes.

use step24::Variable;

fn rosenbrock(x: &Variable, y: &Variable) -> Variable {
    100.0 * (y - x.powi(2)).powi(2) + (x - 1.0).powi(2)
}

fn goldstein_price(x: &Variable, y: &Variable) -> Variable {
    let a = 19.0 - 14.0 * x + 3.0 * x.powi(2) - 14.0 * y + 6.0 * x * y + 3.0 * y.powi(2);
    let b = 18.0 - 32.0 * x + 12.0 * x.powi(2) + 48.0 * y - 36.0 * x * y + 27.0 * y.powi(2);
    (1.0 + (x + y + 1.0).powi(2) * a) * (30.0 + (2.0 * x - 3.0 * y).powi(2) * b)
}

/// How many rounds it takes from (0, 2) to come as near as `distance` to (1, 1).
fn rounds_to(distance: f64) -> usize {
    let [mut x, mut y] = [0.0, 2.0];
    let mut rounds = 0;
    while f64::hypot(x - 1.0, y - 1.0) >= distance {
        let [at_x, at_y] = [x, y].map(Variable::from);
        rosenbrock(&at_x, &at_y).backward();
        let [dx, dy] = [at_x, at_y].map(|v| v.grad().expect("the formula uses it")[[]]);
        x -= 0.001 * dx;
        y -= 0.001 * dy;
        rounds += 1;
    }
    rounds
}

/// How many calls made `y`, each counted once for every path to it.
fn calls(y: &Variable) -> usize {
    y.creator().map_or(0, |call| 1 + call.inputs().iter().map(calls).sum::<usize>())
}

#[test]
fn the_second_half_of_the_way_is_as_long_again() {
    assert_eq!([rounds_to(0.1), rounds_to(0.01)], [5280, 10_515]);
}

#[test]
fn calls_of_a_long_formula() {
    let [x, y] = [1.0, 1.0].map(Variable::from);
    assert_eq!(calls(&goldstein_price(&x, &y)), 37);
}
