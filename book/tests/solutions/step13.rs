//! Chapter 13.

use ndarray::{ArrayD, arr0, array};
use step13::{Function, Variable, add, numerical_diff, square};

/// The product of two arrays, element by element.
struct Mul;

impl Function<2, 1> for Mul {
    #[track_caller]
    fn forward(&self, [x0, x1]: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        assert_eq!(x0.shape(), x1.shape(), "Mul: expected two inputs of the same shape");
        [x0 * x1]
    }

    fn backward(&self, [x0, x1]: [&ArrayD<f64>; 2], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [&gy * x1, gy * x0]
    }
}

/// The product of two variables of the same shape.
#[track_caller]
fn mul(x0: &Variable, x1: &Variable) -> Variable {
    let [y] = Mul.call([x0, x1]);
    y
}

fn assert_gradient(f: impl Fn(&Variable) -> Variable, x: &Variable) {
    f(x).backward();
    let difference = x.grad().unwrap() - numerical_diff(&f, x, 1e-4);
    assert!(difference.iter().all(|difference| difference.abs() < 1e-6), "{difference}");
}

#[test]
fn gradients_of_mul() {
    let (x0, x1) = (Variable::from(2.0), Variable::from(3.0));
    let y = mul(&x0, &x1);
    y.backward();
    assert_eq!(y.data, arr0(6.0).into_dyn());
    assert_eq!(x0.grad(), Some(arr0(3.0).into_dyn()));
    assert_eq!(x1.grad(), Some(arr0(2.0).into_dyn()));

    let x = Variable::new(array![-1.0, 0.5, 2.0]);
    let c = Variable::new(array![3.0, 4.0, 5.0]);
    assert_gradient(|x| square(&mul(x, &c)), &x);
    assert_gradient(|x| square(&mul(&c, x)), &x);
}

/// The sine and the cosine of each element.
struct SinCos;

impl Function<1, 2> for SinCos {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [x.mapv(f64::sin), x.mapv(f64::cos)]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [gsin, gcos]: [ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        [gsin * x.mapv(f64::cos) - gcos * x.mapv(f64::sin)]
    }
}

#[test]
fn gradients_of_sin_cos() {
    let x = Variable::new(array![-1.0, 0.5, 2.0]);
    let sin = |x: &Variable| SinCos.call([x])[0].clone();
    let cos = |x: &Variable| SinCos.call([x])[1].clone();
    assert_gradient(sin, &x);
    assert_gradient(|x| square(&cos(x)), &x);
    let both = |x: &Variable| {
        let [sin, cos] = SinCos.call([x]);
        add(&square(&sin), &cos)
    };
    assert_gradient(both, &x);
}

#[test]
fn changes_by_two_paths_add_up() {
    let (sum, difference) = (|x1: f64| 5.0 + x1, |x1: f64| 5.0 - x1);
    let (before, after) = (3.0, 3.001);
    let rows = [(before, before), (after, before), (before, after), (after, after)];
    let changes = rows.map(|(s, d)| format!("{:.6}", sum(s) * difference(d) - 16.0));
    assert_eq!(changes, ["0.000000", "0.002000", "-0.008000", "-0.006001"]);
}

/// x and exp(x).
struct WithExp;

impl Function<1, 2> for WithExp {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [x.to_owned(), x.exp()]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [gx, gexp]: [ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        [gx + gexp * x.exp()]
    }
}

#[test]
fn zero_times_infinity_is_nan() {
    let gradient = |x: f64| {
        let x = Variable::from(x);
        let [y, _] = WithExp.call([&x]);
        y.backward();
        x.grad().unwrap()[[]]
    };
    assert_eq!(gradient(700.0), 1.0);
    assert!(gradient(1000.0).is_nan());
}
