//! Chapter 12.

use ndarray::{ArrayD, arr0, array};
use std::mem::size_of;
use std::rc::Rc;
use step12::{Call, Function, Variable, add, exp, square};

/// The sum of `N` arrays of the same shape.
struct Total;

impl<const N: usize> Function<N, 1> for Total {
    #[track_caller]
    fn forward(&self, xs: [&ArrayD<f64>; N]) -> [ArrayD<f64>; 1] {
        const { assert!(N > 0, "Total: expected 1 input or more") };
        let mut y = xs[0].to_owned();
        for x in &xs[1..] {
            assert_eq!(x.shape(), y.shape(), "Total: expected inputs of the same shape");
            y += *x;
        }
        [y]
    }

    fn backward(&self, _x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy
    }
}

#[test]
fn total_of_one_two_and_three() {
    let [a, b, c] = [1.0, 2.0, 4.0].map(Variable::from);
    let [y] = Total.call([&a]);
    assert_eq!(y.data, arr0(1.0).into_dyn());
    let [y] = Total.call([&a, &b]);
    assert_eq!(y.data, arr0(3.0).into_dyn());
    let [y] = Total.call([&a, &b, &c]);
    assert_eq!(y.data, arr0(7.0).into_dyn());
    assert_eq!(y.creator().unwrap().inputs().len(), 3);
}

#[test]
#[should_panic(expected = "Total: expected inputs of the same shape")]
fn total_of_different_shapes() {
    Total.call([&Variable::new(array![1.0, 2.0]), &Variable::from(1.0)]);
}

#[test]
fn total_has_a_gradient_for_one_input() {
    let x = Variable::from(3.0);
    let [y] = Total.call([&x]);
    y.backward();
    assert_eq!(x.grad(), Some(arr0(1.0).into_dyn()));
}

/// How a variable was made: the functions' names around the values that they began with.
fn history(x: &Variable) -> String {
    let Some(call) = x.creator() else { return x.data.to_string() };
    let name = call.name().rsplit("::").next().unwrap_or_default();
    let inputs = call.inputs().iter().map(history).collect::<Vec<_>>();
    format!("{name}({})", inputs.join(", "))
}

#[test]
fn history_of_a_graph() {
    let (x0, x1) = (Variable::from(2.0), Variable::from(3.0));
    assert_eq!(history(&x0), "2");
    assert_eq!(history(&add(&square(&x0), &exp(&x1))), "Add(Square(2), Exp(3))");
}

#[test]
fn sizes() {
    let word = size_of::<usize>();
    assert_eq!(size_of::<Variable>(), word);
    assert_eq!(size_of::<Rc<dyn Call>>(), 2 * word);

    // One handle for each input and each output; the functions themselves take no space.
    let (x0, x1) = (Variable::from(2.0), Variable::from(3.0));
    assert_eq!(size_of_val(&**square(&x0).creator().unwrap()), 2 * word);
    assert_eq!(size_of_val(&**add(&x0, &x1).creator().unwrap()), 3 * word);
}
