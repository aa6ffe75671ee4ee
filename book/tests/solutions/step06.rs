//! Chapter 06.

use ndarray::{ArrayD, arr0};
use step06::{Call, Exp, Function, Square, Variable};

struct Cube;

impl Function for Cube {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.mapv(|x| x * x * x)
    }

    fn backward(&self, x: &ArrayD<f64>, mut gy: ArrayD<f64>) -> ArrayD<f64> {
        gy.zip_mut_with(x, |gy, x| *gy *= 3.0 * x * x);
        gy
    }
}

struct Scale(f64);

impl Function for Scale {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x * self.0
    }

    fn backward(&self, _x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy * self.0
    }
}

fn walk_back(calls: &[Call], gy: ArrayD<f64>) -> ArrayD<f64> {
    let mut gradient = gy;
    for call in calls.iter().rev() {
        gradient = call.backward(gradient);
    }
    gradient
}

#[test]
fn cube_at_two() {
    let (y, call) = Cube.call(&Variable::new(arr0(2.0)));
    assert_eq!(y.data, arr0(8.0).into_dyn());
    assert_eq!(call.backward(arr0(1.0).into_dyn()), arr0(12.0).into_dyn());
}

#[test]
fn scale_by_three() {
    let (y, call) = Scale(3.0).call(&Variable::new(arr0(2.0)));
    assert_eq!(y.data, arr0(6.0).into_dyn());
    assert_eq!(call.backward(arr0(1.0).into_dyn()), arr0(3.0).into_dyn());
}

#[test]
fn the_list_gives_the_same_derivative() {
    let x = Variable::new(arr0(0.5));
    let mut calls = Vec::new();
    let (a, call) = Square.call(&x);
    calls.push(call);
    let (b, call) = Exp.call(&a);
    calls.push(call);
    let (_, call) = Square.call(&b);
    calls.push(call);
    let gradient = walk_back(&calls, arr0(1.0).into_dyn());
    assert_eq!(gradient, arr0(3.297_442_541_400_256).into_dyn());
}
