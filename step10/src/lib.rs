//! DeZero, as far as this step takes it. Section numbers are those of the book
//! *Deep Learning from Scratch 3*.
#![cfg_attr(doctest, doc = include_str!("../tests/does_not_compile.md"))]

use ndarray::{Array, ArrayD, Dimension, arr0};
use std::any::type_name;
use std::cell::{OnceCell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

/// A handle to a box. A clone is a second handle to the same box.
#[derive(Clone)]
pub struct Variable(Rc<VariableBox>);

/// A box that holds an array of numbers (section 1.1).
pub struct VariableBox {
    /// The array: a scalar, a vector, a matrix, or more dimensions (section 1.3).
    pub data: ArrayD<f64>,
    grad: RefCell<Option<ArrayD<f64>>>,
    creator: OnceCell<Call>,
}

impl Variable {
    /// Puts `data`, an array of any shape, into a new box (section 1.2).
    pub fn new<D: Dimension>(data: Array<f64, D>) -> Self {
        Variable(Rc::new(VariableBox {
            data: data.into_dyn(),
            grad: RefCell::new(None),
            creator: OnceCell::new(),
        }))
    }

    /// The gradient that backpropagation left here, of the shape of `data`; `None` if it left
    /// none (section 6.1).
    pub fn grad(&self) -> Option<ArrayD<f64>> {
        // Not `clone`: of a slice it would copy the hidden part as well.
        self.grad.borrow().as_ref().map(ArrayD::to_owned)
    }

    fn set_grad(&self, grad: ArrayD<f64>) {
        self.grad.replace(Some(grad));
    }

    /// The call that made this variable; `None` if no function did (section 7.1).
    pub fn creator(&self) -> Option<&Call> {
        self.creator.get()
    }

    /// Backpropagation: the gradient of this variable, ones, is passed on from call to call, to
    /// every variable that this one was made from (section 9.2).
    pub fn backward(&self) {
        self.set_grad(ArrayD::ones(self.data.raw_dim()));
        let mut calls = Vec::from_iter(self.creator());
        while let Some(call) = calls.pop() {
            calls.extend(call.input.creator());
            call.backward();
        }
    }
}

impl From<f64> for Variable {
    /// A scalar (section 9.3). Anything but an `f64` does not compile.
    fn from(data: f64) -> Self {
        Variable::new(arr0(data))
    }
}

/// Where an `Rc` is expected, a handle will do: `x.data` reads the box, `Rc::ptr_eq(&x, &y)` works.
impl Deref for Variable {
    type Target = Rc<VariableBox>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// A function makes a variable from a variable (section 2.1).
pub trait Function {
    /// The mathematics: the array `y` for the array `x` (section 2.2). It cannot be left out.
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64>;

    /// The gradient of `x`, in its shape, given `gy`, the gradient of `y`: the derivative at `x`
    /// times `gy` (section 6.2).
    fn backward(&self, x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64>;

    /// Applies the function to a variable: Python's `f(x)` (section 2.2).
    fn call(self, input: &Variable) -> Variable
    where
        Self: Sized + 'static,
    {
        let y = self.forward(&input.data);
        let output = Variable::new(y);
        let name = type_name::<Self>();
        let call =
            Call { name, function: Box::new(self), input: input.clone(), output: output.clone() };
        output.creator.set(call).ok().expect("a new variable has no creator");
        output
    }
}

/// One application of a function: what `backward` has to remember of it (section 6.2).
pub struct Call {
    /// The name of the function's type.
    pub name: &'static str,
    function: Box<dyn Function>,
    /// The variable that the function was applied to.
    pub input: Variable,
    output: Variable,
}

impl Call {
    /// Passes the gradient of the output on to the input. Panics if there is none (section 8.2).
    #[track_caller]
    pub fn backward(&self) {
        let (name, x) = (self.name, &self.input);
        let gy = self.output.grad().expect("Call::backward: the output has no gradient");
        let gx = self.function.backward(&x.data, gy);
        assert_eq!(gx.shape(), x.data.shape(), "{name}: gradient and input differ in shape");
        x.set_grad(gx);
    }
}

/// The square of each element (section 2.3).
pub struct Square;

impl Function for Square {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.mapv(|x| x * x)
    }

    fn backward(&self, x: &ArrayD<f64>, mut gy: ArrayD<f64>) -> ArrayD<f64> {
        gy.zip_mut_with(x, |gy, x| *gy *= 2.0 * x);
        gy
    }
}

/// The square of each element (section 9.1).
pub fn square(x: &Variable) -> Variable {
    Square.call(x)
}

/// The exponential of each element (section 3.1).
pub struct Exp;

impl Function for Exp {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.mapv(f64::exp)
    }

    fn backward(&self, x: &ArrayD<f64>, mut gy: ArrayD<f64>) -> ArrayD<f64> {
        gy.zip_mut_with(x, |gy, x| *gy *= x.exp());
        gy
    }
}

/// The exponential of each element (section 9.1).
pub fn exp(x: &Variable) -> Variable {
    Exp.call(x)
}

/// The derivative of `f` at `x` by central difference, for an `f` that works element by element
/// (section 4.2). Panics unless `eps` is above 0 and finite, and `f` gives one shape at both points.
#[track_caller]
pub fn numerical_diff(f: impl Fn(&Variable) -> Variable, x: &Variable, eps: f64) -> ArrayD<f64> {
    assert!(eps > 0.0, "numerical_diff: eps must be above 0, not {eps}");
    assert!(eps.is_finite(), "numerical_diff: eps must be finite, not {eps}");
    let y0 = f(&Variable::new(&x.data - eps));
    let y1 = f(&Variable::new(&x.data + eps));
    assert_eq!(y0.data.shape(), y1.data.shape(), "numerical_diff: f gave two shapes");
    (&y1.data - &y0.data) / (2.0 * eps)
}
