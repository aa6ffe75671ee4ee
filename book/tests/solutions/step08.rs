//! Chapter 08.

use ndarray::{ArrayD, arr0};
use std::cell::Cell;
use std::rc::Rc;

fn backward_without_outputs(y: &step07::Variable) {
    let mut output = y;
    while let Some(call) = output.creator() {
        call.input.set_grad(call.backward(output.grad().unwrap()));
        output = &call.input;
    }
}

fn backward_without_a_vec(y: &step08::Variable) {
    let mut next = y.creator();
    while let Some(call) = next {
        call.backward();
        next = call.input.creator();
    }
}

struct Counted(Rc<Cell<u32>>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.set(self.0.get() + 1);
    }
}

impl step07::Function for Counted {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.clone()
    }

    fn backward(&self, _x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy
    }
}

fn freed_in_step07() -> u32 {
    use step07::{Function, Variable};
    let freed = Rc::new(Cell::new(0));
    let mut y = Variable::new(arr0(0.5));
    for _ in 0..3 {
        y = Counted(freed.clone()).call(&y);
    }
    drop(y);
    freed.get()
}

impl step08::Function for Counted {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.clone()
    }

    fn backward(&self, _x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
        gy
    }
}

fn freed_in_step08() -> u32 {
    use step08::{Function, Variable};
    let freed = Rc::new(Cell::new(0));
    let mut y = Variable::new(arr0(0.5));
    for _ in 0..3 {
        y = Counted(freed.clone()).call(&y);
    }
    drop(y);
    freed.get()
}

#[test]
fn a_loop_suffices_for_step_07() {
    use step07::{Function, Square, Variable};
    let x = Variable::new(arr0(1.0));
    let mut y = x.clone();
    for _ in 0..100_000 {
        y = Square.call(&y);
    }
    y.set_grad(arr0(0.0).into_dyn());
    backward_without_outputs(&y);
    assert_eq!(x.grad(), Some(arr0(0.0).into_dyn()));
    // Freeing the chain would overflow the stack.
    std::mem::forget(y);
}

#[test]
fn an_option_suffices_for_a_chain() {
    use step08::{Exp, Function, Square, Variable};
    let x = Variable::new(arr0(0.5));
    let y = Square.call(&Exp.call(&Square.call(&x)));
    y.set_grad(arr0(1.0).into_dyn());
    backward_without_a_vec(&y);
    assert_eq!(x.grad(), Some(arr0(3.297_442_541_400_256).into_dyn()));
}

#[test]
fn step_08_frees_nothing() {
    assert_eq!([freed_in_step07(), freed_in_step08()], [3, 0]);
}
