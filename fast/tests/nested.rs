//! A `backward` within the `backward` of a function: gradients of two runs must not mix.

use fast::{Function, Variable, add, square};
use ndarray::ArrayD;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Hands its input on. Its `backward` first runs that of `square` of another variable.
struct Nested(Variable);

impl Function<1, 1> for Nested {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.to_owned()]
    }

    fn backward(&self, _: [&ArrayD<f64>; 1], gys: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        square(&self.0).backward();
        gys
    }
}

fn gradient(x: &Variable) -> f64 {
    x.grad().unwrap()[[]]
}

#[test]
fn on_the_same_graph_it_is_refused() {
    let x = Variable::from(3.0);
    let a = square(&x);
    let [b] = Nested(a.clone()).call([&a]);
    let y = add(&a, &b);
    let panic = catch_unwind(AssertUnwindSafe(|| y.backward())).expect_err("it mixes gradients");
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("fast::Square is being differentiated already"), "{message}");
    assert!(message.contains("run it on a graph of its own"), "{message}");
}

#[test]
fn after_a_refusal_all_goes_on() {
    let x = Variable::from(3.0);
    let a = square(&x);
    let [b] = Nested(a.clone()).call([&a]);
    let y = add(&a, &b);
    catch_unwind(AssertUnwindSafe(|| y.backward())).unwrap_err();
    x.cleargrad();
    a.backward();
    assert_eq!(gradient(&x), 6.0);
}

#[test]
fn on_a_graph_of_its_own_it_works() {
    let (x, z) = (Variable::from(3.0), Variable::from(5.0));
    let own = square(&z);
    let a = square(&x);
    // The second run within comes to what the first one came to.
    let [b] = Nested(own.clone()).call([&a]);
    let [c] = Nested(own).call([&b]);
    add(&a, &c).backward();
    assert_eq!(gradient(&x), 12.0);
    assert_eq!(gradient(&z), 2.0 * (4.0 * 125.0));
}

#[test]
fn it_may_share_what_no_function_made() {
    let x = Variable::from(3.0);
    let [y] = Nested(x.clone()).call([&square(&x)]);
    y.backward();
    assert_eq!(gradient(&x), 12.0);
}

#[test]
fn on_what_comes_later_in_the_graph_it_is_right() {
    let x = Variable::from(3.0);
    let a = square(&x);
    let b = square(&a);
    let [c] = Nested(a).call([&b]);
    c.backward();
    assert_eq!(gradient(&x), 2.0 * (4.0 * 27.0));
}
