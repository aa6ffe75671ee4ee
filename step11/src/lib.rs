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
    creator: OnceCell<Rc<Call>>,
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
    pub fn creator(&self) -> Option<&Rc<Call>> {
        self.creator.get()
    }

    /// Backpropagation: the gradient of this variable, ones, is passed on from call to call, to
    /// every variable that this one was made from (section 9.2).
    pub fn backward(&self) {
        self.set_grad(ArrayD::ones(self.data.raw_dim()));
        let mut calls = Vec::from_iter(self.creator());
        while let Some(call) = calls.pop() {
            calls.extend(call.inputs.iter().filter_map(Variable::creator));
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

/// A function makes variables from variables (section 2.1).
pub trait Function {
    /// The mathematics: the arrays `ys` for the arrays `xs` (section 11.1). It cannot be left out.
    fn forward(&self, xs: &[&ArrayD<f64>]) -> Vec<ArrayD<f64>>;

    /// The gradient of `x`, in its shape, given `gy`, the gradient of `y`: the derivative at `x`
    /// times `gy` (section 6.2). For functions of one input and one output.
    fn backward(&self, x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64>;

    /// Applies the function to variables: Python's `f(xs)` (section 11.1).
    #[track_caller]
    fn call(self, inputs: &[&Variable]) -> Vec<Variable>
    where
        Self: Sized + 'static,
    {
        let xs: Vec<_> = inputs.iter().map(|x| &x.data).collect();
        let ys = self.forward(&xs);
        let outputs: Vec<_> = ys.into_iter().map(Variable::new).collect();
        let name = type_name::<Self>();
        let call = Rc::new(Call {
            name,
            function: Box::new(self),
            inputs: inputs.iter().map(|&x| x.clone()).collect(),
            outputs: outputs.clone(),
        });
        for output in &outputs {
            output.creator.set(call.clone()).ok().expect("a new variable has no creator");
        }
        outputs
    }
}

/// One application of a function: what `backward` has to remember of it (section 6.2).
pub struct Call {
    /// The name of the function's type.
    pub name: &'static str,
    function: Box<dyn Function>,
    /// The variables that the function was applied to.
    pub inputs: Vec<Variable>,
    outputs: Vec<Variable>,
}

impl Call {
    /// Passes the gradient of the output on to the input. Panics if there is none, or if there
    /// are several inputs or outputs (section 8.2).
    #[track_caller]
    pub fn backward(&self) {
        let name = self.name;
        let ([x], [y]) = (&self.inputs[..], &self.outputs[..]) else {
            panic!("{name}: a gradient for several inputs or outputs comes in step 13");
        };
        let gy = y.grad().expect("Call::backward: the output has no gradient");
        let gx = self.function.backward(&x.data, gy);
        assert_eq!(gx.shape(), x.data.shape(), "{name}: gradient and input differ in shape");
        x.set_grad(gx);
    }
}

/// The square of each element (section 2.3).
pub struct Square;

impl Function for Square {
    #[track_caller]
    fn forward(&self, xs: &[&ArrayD<f64>]) -> Vec<ArrayD<f64>> {
        let &[x] = xs else { panic!("Square: expected 1 input, got {}", xs.len()) };
        vec![x.mapv(|x| x * x)]
    }

    fn backward(&self, x: &ArrayD<f64>, mut gy: ArrayD<f64>) -> ArrayD<f64> {
        gy.zip_mut_with(x, |gy, x| *gy *= 2.0 * x);
        gy
    }
}

/// The square of each element (section 9.1).
pub fn square(x: &Variable) -> Variable {
    Square.call(&[x])[0].clone()
}

/// The exponential of each element (section 3.1).
pub struct Exp;

impl Function for Exp {
    #[track_caller]
    fn forward(&self, xs: &[&ArrayD<f64>]) -> Vec<ArrayD<f64>> {
        let &[x] = xs else { panic!("Exp: expected 1 input, got {}", xs.len()) };
        vec![x.mapv(f64::exp)]
    }

    fn backward(&self, x: &ArrayD<f64>, mut gy: ArrayD<f64>) -> ArrayD<f64> {
        gy.zip_mut_with(x, |gy, x| *gy *= x.exp());
        gy
    }
}

/// The exponential of each element (section 9.1).
pub fn exp(x: &Variable) -> Variable {
    Exp.call(&[x])[0].clone()
}

/// The sum of two arrays, element by element (section 11.2).
pub struct Add;

impl Function for Add {
    #[track_caller]
    fn forward(&self, xs: &[&ArrayD<f64>]) -> Vec<ArrayD<f64>> {
        let &[x0, x1] = xs else { panic!("Add: expected 2 inputs, got {}", xs.len()) };
        assert_eq!(x0.shape(), x1.shape(), "Add: expected two inputs of the same shape");
        vec![x0 + x1]
    }

    fn backward(&self, _x: &ArrayD<f64>, _gy: ArrayD<f64>) -> ArrayD<f64> {
        unimplemented!("Add: a gradient for two inputs comes in step 13")
    }
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
