//! Formulas of several variables: their gradients against `numerical_diff`, one variable at a
//! time, and against what the original prints.

use approx::assert_relative_eq;
use ndarray::{ArrayD, arr1};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use step24::{Variable, exp, numerical_diff};

type Formula<const N: usize> = fn([&Variable; N]) -> Variable;

fn sphere([x, y]: [&Variable; 2]) -> Variable {
    x.powi(2) + y.powi(2)
}

fn matyas([x, y]: [&Variable; 2]) -> Variable {
    0.26 * (x.powi(2) + y.powi(2)) - 0.48 * x * y
}

fn goldstein_price([x, y]: [&Variable; 2]) -> Variable {
    (1.0 + (x + y + 1.0).powi(2)
        * (19.0 - 14.0 * x + 3.0 * x.powi(2) - 14.0 * y + 6.0 * x * y + 3.0 * y.powi(2)))
        * (30.0
            + (2.0 * x - 3.0 * y).powi(2)
                * (18.0 - 32.0 * x + 12.0 * x.powi(2) + 48.0 * y - 36.0 * x * y + 27.0 * y.powi(2)))
}

fn rosenbrock([x, y]: [&Variable; 2]) -> Variable {
    100.0 * (y - x.powi(2)).powi(2) + (x - 1.0).powi(2)
}

fn of_three([x, y, z]: [&Variable; 3]) -> Variable {
    let inner = x * y - z / (x.powi(2) + 1.0);
    -exp(&(inner / 4.0)) + (3.0 - y).powi(-2) * x.powi(0) - 2.0 / (z.powi(4) + 0.5)
}

fn gradients<const N: usize>(f: Formula<N>, point: [f64; N]) -> [f64; N] {
    let variables = point.map(Variable::from);
    f(variables.each_ref()).backward();
    variables.map(|x| x.grad().unwrap()[[]])
}

fn check_gradients<const N: usize>(f: Formula<N>) {
    let mut rng = StdRng::seed_from_u64(24);
    for shape in [&[][..], &[4], &[2, 3]] {
        let mut random = || ArrayD::from_shape_simple_fn(shape, || rng.random_range(-1.5..1.5));
        let variables: [Variable; N] = std::array::from_fn(|_| Variable::new(random()));
        // With an incoming gradient that is not 1.
        (0.5 * f(variables.each_ref())).backward();
        for i in 0..N {
            let of_one = |x: &Variable| {
                let mut inputs = variables.each_ref();
                inputs[i] = x;
                0.5 * f(inputs)
            };
            let expected = numerical_diff(of_one, &variables[i], 1e-5);
            let actual = variables[i].grad().unwrap();
            assert_eq!(actual.shape(), shape);
            for (actual, expected) in actual.iter().zip(&expected) {
                assert_relative_eq!(actual, expected, epsilon = 1e-5, max_relative = 1e-5);
            }
        }
    }
}

#[test]
fn gradients_at_random_points() {
    check_gradients(sphere);
    check_gradients(matyas);
    check_gradients(goldstein_price);
    check_gradients(rosenbrock);
    check_gradients(of_three);
}

#[test]
fn gradients_as_the_original_prints_them() {
    assert_eq!(gradients(sphere, [1.0, 1.0]), [2.0, 2.0]);
    assert_eq!(gradients(matyas, [1.0, 1.0]), [0.040_000_000_000_000_036; 2]);
    assert_eq!(gradients(goldstein_price, [1.0, 1.0]), [-5376.0, 8064.0]);
}

#[test]
fn minima_are_where_the_gradient_is_zero() {
    assert_eq!(gradients(sphere, [0.0, 0.0]), [0.0, 0.0]);
    assert_eq!(gradients(matyas, [0.0, 0.0]), [0.0, 0.0]);
    assert_eq!(gradients(goldstein_price, [0.0, -1.0]), [0.0, 0.0]);
    assert_eq!(gradients(rosenbrock, [1.0, 1.0]), [0.0, 0.0]);
}

#[test]
fn an_array_is_many_points_at_once() {
    let points = [[1.0, 1.0], [0.5, -0.25], [-2.0, 0.0]];
    let [xs, ys] = [0, 1].map(|i| Variable::new(arr1(&points.map(|point| point[i]))));
    goldstein_price([&xs, &ys]).backward();
    for (i, point) in points.into_iter().enumerate() {
        let gradient = [&xs, &ys].map(|v| v.grad().unwrap()[i]);
        assert_eq!(gradient, gradients(goldstein_price, point));
    }
}

#[test]
fn the_way_down_is_that_of_the_original() {
    let [mut x, mut y] = [0.0, 2.0];
    for _ in 0..999 {
        let [dx, dy] = gradients(rosenbrock, [x, y]);
        x -= 0.001 * dx;
        y -= 0.001 * dy;
    }
    assert_eq!((x, y), (0.683_491_784_042_028_9, 0.465_650_599_965_141_35));
}
