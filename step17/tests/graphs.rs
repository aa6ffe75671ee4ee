//! Random graphs of all functions: `backward` against dual numbers, which carry the derivative
//! along forward and know nothing of graphs.

use approx::assert_relative_eq;
use ndarray::ArrayD;
use proptest::prelude::*;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use step17::{Add, Function, Square, Variable, add, exp, square};

trait Number: Clone {
    fn value(&self) -> f64;
    fn square(&self) -> Self;
    fn exp(&self) -> Self;
    fn add(&self, other: &Self) -> Self;
}

impl Number for Variable {
    fn value(&self) -> f64 {
        self.data[[]]
    }
    fn square(&self) -> Self {
        square(self)
    }
    fn exp(&self) -> Self {
        exp(self)
    }
    fn add(&self, other: &Self) -> Self {
        add(self, other)
    }
}

#[derive(Clone)]
struct Dual {
    value: f64,
    derivative: f64,
}

impl Number for Dual {
    fn value(&self) -> f64 {
        self.value
    }
    fn square(&self) -> Self {
        Dual { value: self.value * self.value, derivative: 2.0 * self.value * self.derivative }
    }
    fn exp(&self) -> Self {
        Dual { value: self.value.exp(), derivative: self.value.exp() * self.derivative }
    }
    fn add(&self, other: &Self) -> Self {
        let derivative = self.derivative + other.derivative;
        Dual { value: self.value + other.value, derivative }
    }
}

/// Applies a function to numbers made so far: which function, which first and second operand.
type Operation = (u8, usize, usize);

fn graph<T: Number>(inputs: Vec<T>, operations: &[Operation]) -> T {
    let mut numbers = inputs;
    for &(function, i, j) in operations {
        let (x0, x1) = (&numbers[i % numbers.len()], &numbers[j % numbers.len()]);
        // A large number is only added to, so that all stay finite.
        let y = match function {
            0 if x0.value().abs() < 2.0 => x0.square(),
            1 if x0.value().abs() < 2.0 => x0.exp(),
            _ => x0.add(x1),
        };
        numbers.push(y);
    }
    numbers.pop().expect("a graph has inputs")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn backward_agrees_with_dual_numbers(
        values in prop::collection::vec(-1.5..1.5, 3),
        operations in prop::collection::vec((0..3_u8, any::<usize>(), any::<usize>()), 1..40),
    ) {
        let inputs: Vec<Variable> = values.iter().map(|&value| Variable::from(value)).collect();
        let y = graph(inputs.clone(), &operations);
        // An input that plays no part has no gradient; its derivative is zero.
        let gradient = |x: &Variable| x.grad().map_or(0.0, |gradient| gradient[[]]);
        y.backward();
        let once: Vec<f64> = inputs.iter().map(gradient).collect();
        y.backward();
        let twice: Vec<f64> = inputs.iter().map(gradient).collect();
        for i in 0..inputs.len() {
            let dual = |(j, &value)| Dual { value, derivative: f64::from(u8::from(i == j)) };
            let expected = graph(values.iter().enumerate().map(dual).collect(), &operations);
            let derivative = expected.derivative;
            assert_relative_eq!(once[i], derivative, epsilon = 1e-9, max_relative = 1e-9);
            assert_relative_eq!(twice[i], 2.0 * derivative, epsilon = 1e-9, max_relative = 1e-9);
        }
    }
}

/// An addition that counts how often `backward` comes to it.
struct Counted(Rc<Cell<usize>>);

impl Function<2, 1> for Counted {
    fn forward(&self, xs: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        Add.forward(xs)
    }

    fn backward(&self, xs: [&ArrayD<f64>; 2], gys: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        self.0.set(self.0.get() + 1);
        Add.backward(xs, gys)
    }
}

#[test]
fn backward_comes_to_each_call_once() {
    let count = Rc::new(Cell::new(0));
    let x = Variable::from(1.0);
    let mut y = x.clone();
    // Three times as many paths from y to x each time, of different lengths.
    for _ in 0..20 {
        let [twice] = Counted(count.clone()).call([&y, &y]);
        [y] = Counted(count.clone()).call([&y, &twice]);
    }
    y.backward();
    assert_eq!(count.get(), 40);
    assert_eq!(x.grad().unwrap()[[]], 3.0_f64.powi(20));
}

/// A square whose `backward` panics while the flag is set.
struct Fragile(Rc<Cell<bool>>);

impl Function<1, 1> for Fragile {
    fn forward(&self, xs: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        Square.forward(xs)
    }

    fn backward(&self, xs: [&ArrayD<f64>; 1], gys: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        assert!(!self.0.get(), "broken on purpose");
        Square.backward(xs, gys)
    }
}

#[test]
fn a_panic_in_one_backward_leaves_the_next_one_right() {
    let broken = Rc::new(Cell::new(true));
    let x = Variable::from(3.0);
    let [a] = Fragile(broken.clone()).call([&x]);
    let y = add(&add(&a, &a), &square(&a));
    panic::catch_unwind(AssertUnwindSafe(|| y.backward())).expect_err("it is broken");
    broken.set(false);
    x.cleargrad();
    y.backward();
    assert_eq!(x.grad().unwrap()[[]], 4.0 * 3.0 + 4.0 * 27.0);
}

#[test]
fn generations_count_the_longest_way() {
    let x = Variable::from(1.0);
    let a = square(&x);
    let b = square(&a);
    let y = add(&x, &b);
    assert_eq!([&x, &a, &b, &y].map(Variable::generation), [0, 1, 2, 3]);
}
