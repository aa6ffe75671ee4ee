//! Chapter 09.

use ndarray::{ArrayD, array};
use step09::{Function, Variable, exp, square};

struct Sin;

impl Function for Sin {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.mapv(f64::sin)
    }

    fn backward(&self, x: &ArrayD<f64>, mut gy: ArrayD<f64>) -> ArrayD<f64> {
        gy.zip_mut_with(x, |gy, x| *gy *= x.cos());
        gy
    }
}

fn sin(x: &Variable) -> Variable {
    Sin.call(x)
}

fn apply_all(functions: &[fn(&Variable) -> Variable], x: &Variable) -> Variable {
    let mut y = x.clone();
    for function in functions {
        y = function(&y);
    }
    y
}

struct Weigh(ArrayD<f64>);

impl Function for Weigh {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x * &self.0
    }

    fn backward(&self, _x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy * &self.0
    }
}

#[test]
fn sine_of_a_square() {
    let x = Variable::from(1.5);
    let y = sin(&square(&x));
    y.backward();
    assert_eq!(y.data[[]], 2.25_f64.sin());
    assert_eq!(x.grad().unwrap()[[]], 2.25_f64.cos() * 3.0);
}

#[test]
fn a_chain_from_a_list() {
    let x = Variable::from(0.5);
    let y = apply_all(&[square, exp, square], &x);
    y.backward();
    assert_eq!(y.data[[]], 1.648_721_270_700_128);
    assert_eq!(x.grad().unwrap()[[]], 3.297_442_541_400_256);
}

#[test]
fn weights_take_the_place_of_set_grad() {
    let x = Variable::new(array![1.0, 2.0, 3.0]);
    square(&x).backward();
    assert_eq!(x.grad(), Some(array![2.0, 4.0, 6.0].into_dyn()));

    let y = Weigh(array![1.0, 10.0, 100.0].into_dyn()).call(&square(&x));
    y.backward();
    assert_eq!(x.grad(), Some(array![2.0, 40.0, 600.0].into_dyn()));
}

#[test]
fn backward_from_the_middle() {
    let x = Variable::from(0.5);
    let a = square(&x);
    let b = exp(&a);
    let y = square(&b);
    y.backward();
    b.backward();
    let gradients = [&x, &a, &b, &y].map(|variable| variable.grad().unwrap()[[]]);
    let [x, a, b, y] = gradients.map(|gradient| format!("{gradient:.4}"));
    assert_eq!([&x[..], &a, &b, &y], ["1.2840", "1.2840", "1.0000", "1.0000"]);
}
