//! Solutions of chapter 05.

/// The derivatives of a, b and y with respect to x, for y = (exp(x^2))^2, from the input to the
/// output.
fn from_the_input(x: f64) -> [f64; 3] {
    let a = x * x;
    let b = a.exp();

    let da_dx = 2.0 * x;
    let db_dx = a.exp() * da_dx;
    let dy_dx = 2.0 * b * db_dx;
    [da_dx, db_dx, dy_dx]
}

/// y = (x0 + x1) * x2 and its gradient, in one pass forward and one back.
fn value_and_gradient([x0, x1, x2]: [f64; 3]) -> (f64, [f64; 3]) {
    let t = x0 + x1;
    let y = t * x2;

    let dy_dt = x2;
    let dy_dx2 = t;
    (y, [dy_dt, dy_dt, dy_dx2])
}

#[test]
fn both_directions_end_with_the_same_number() {
    let [da_dx, db_dx, dy_dx] = from_the_input(0.5);
    assert_eq!(da_dx, 1.0);
    assert_eq!(format!("{db_dx:.4}"), "1.2840");
    assert_eq!(dy_dx, 3.297_442_541_400_256);
}

#[test]
fn one_pass_gives_the_whole_gradient() {
    let (y, gradient) = value_and_gradient([2.0, 3.0, 4.0]);
    assert_eq!(y, 20.0);
    assert_eq!(gradient, [4.0, 4.0, 5.0]);

    let f = |x| value_and_gradient(x).0;
    let eps = 1e-4;
    for (i, expected) in gradient.into_iter().enumerate() {
        let (mut left, mut right) = ([2.0, 3.0, 4.0], [2.0, 3.0, 4.0]);
        left[i] -= eps;
        right[i] += eps;
        assert!(((f(right) - f(left)) / (2.0 * eps) - expected).abs() < 1e-8);
    }
}
