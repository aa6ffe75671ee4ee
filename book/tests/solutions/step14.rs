//! Chapter 14.

use ndarray::ArrayD;
use step14::{Function, Variable, add, exp, numerical_diff, square};

/// The gradient of `x` after `backward` from one variable after the other, and from their sum.
fn one_by_one_and_together(x: &Variable, y0: &Variable, y1: &Variable) -> [ArrayD<f64>; 2] {
    x.cleargrad();
    y0.backward();
    y1.backward();
    let one_by_one = x.grad().expect("both were made from x");

    x.cleargrad();
    add(y0, y1).backward();
    let together = x.grad().expect("their sum was made from x");
    [one_by_one, together]
}

#[test]
fn gradients_of_a_sum_are_the_sum_of_the_gradients() {
    let x = Variable::from(2.0);
    let [one_by_one, together] = one_by_one_and_together(&x, &square(&x), &exp(&x));
    assert_eq!(one_by_one, together);
    assert!((one_by_one[[]] - (4.0 + 2.0_f64.exp())).abs() < 1e-12);
}

/// The sine and the cosine of each element.
struct SinCos;

impl Function<1, 2> for SinCos {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [x.mapv(f64::sin), x.mapv(f64::cos)]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [gsin, gcos]: [ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        println!("SinCos::backward with {gsin} and {gcos}");
        [gsin * x.mapv(f64::cos) - gcos * x.mapv(f64::sin)]
    }
}

fn sine_plus_cosine(x: &Variable) -> Variable {
    let [sin, cos] = SinCos.call([x]);
    add(&sin, &cos)
}

#[test]
fn two_used_outputs_give_twice_the_gradient() {
    let x = Variable::from(0.5);
    sine_plus_cosine(&x).backward();
    let backward = x.grad().unwrap()[[]];
    let numerical = numerical_diff(sine_plus_cosine, &x, 1e-4)[[]];
    assert!((backward - 2.0 * numerical).abs() < 1e-6, "{backward} and {numerical}");
}
