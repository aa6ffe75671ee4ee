//! DeZero, as far as this step takes it. Section numbers are those of the book
//! *Deep Learning from Scratch 3*.
#![cfg_attr(doctest, doc = include_str!("../tests/does_not_compile.md"))]

use ndarray::{Array, ArrayD, Dimension};

/// A box that holds an array of numbers (section 1.1).
#[derive(Clone)]
pub struct Variable {
    /// The array: a scalar, a vector, a matrix, or more dimensions (section 1.3).
    pub data: ArrayD<f64>,
    grad: Option<ArrayD<f64>>,
}

impl Variable {
    /// Puts `data`, an array of any shape, into a new box (section 1.2).
    pub fn new<D: Dimension>(data: Array<f64, D>) -> Self {
        Variable { data: data.into_dyn(), grad: None }
    }

    /// The gradient that backpropagation left here, of the shape of `data`; `None` if it left
    /// none (section 6.1).
    pub fn grad(&self) -> Option<ArrayD<f64>> {
        // Not `clone`: of a slice it would copy the hidden part as well.
        self.grad.as_ref().map(ArrayD::to_owned)
    }

    /// Sets the gradient. Panics unless it has the shape of `data` (section 6.1).
    #[track_caller]
    pub fn set_grad(&mut self, grad: ArrayD<f64>) {
        assert_eq!(grad.shape(), self.data.shape(), "set_grad: gradient and data differ in shape");
        self.grad = Some(grad);
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
    fn call(self, input: &Variable) -> (Variable, Call)
    where
        Self: Sized + 'static,
    {
        let y = self.forward(&input.data);
        let call = Call { function: Box::new(self), input: input.clone() };
        (Variable::new(y), call)
    }
}

/// One application of a function: what `backward` has to remember of it (section 6.2).
pub struct Call {
    function: Box<dyn Function>,
    /// The variable that the function was applied to.
    pub input: Variable,
}

impl Call {
    /// The gradient of the input, given `gy`, the gradient of the output (section 6.2).
    pub fn backward(&self, gy: ArrayD<f64>) -> ArrayD<f64> {
        self.function.backward(&self.input.data, gy)
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
