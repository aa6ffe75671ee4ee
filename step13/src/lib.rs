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
    creator: OnceCell<Rc<dyn Call>>,
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
    pub fn creator(&self) -> Option<&Rc<dyn Call>> {
        self.creator.get()
    }

    /// Backpropagation: the gradient of this variable, ones, is passed on from call to call, to
    /// every variable that this one was made from (section 9.2).
    pub fn backward(&self) {
        self.set_grad(ArrayD::ones(self.data.raw_dim()));
        let mut calls = Vec::from_iter(self.creator());
        while let Some(call) = calls.pop() {
            calls.extend(call.inputs().iter().filter_map(Variable::creator));
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

/// A function makes `OUT` variables from `IN` variables (section 2.1).
pub trait Function<const IN: usize, const OUT: usize>: Sized + 'static {
    /// The mathematics: the arrays `ys` for the arrays `xs` (section 12.2). It cannot be left out.
    fn forward(&self, xs: [&ArrayD<f64>; IN]) -> [ArrayD<f64>; OUT];

    /// The gradients of `xs`, in their shapes, given `gys`, the gradients of `ys`: for each `x`,
    /// the sum over the `ys` of `gy` times the derivative of `y` with respect to `x` (section 13.1).
    /// An output that plays no part in the final one has a `gy` of 0; times infinity, that is NaN.
    fn backward(&self, xs: [&ArrayD<f64>; IN], gys: [ArrayD<f64>; OUT]) -> [ArrayD<f64>; IN];

    /// Applies the function to variables: Python's `f(*xs)` (section 12.1). With a wrong number of
    /// variables it does not compile.
    #[track_caller]
    fn call(self, inputs: [&Variable; IN]) -> [Variable; OUT] {
        let outputs = self.forward(inputs.map(|x| &x.data)).map(Variable::new);
        let call: Rc<dyn Call> = Rc::new(CallOf {
            function: self,
            inputs: inputs.map(Variable::clone),
            outputs: outputs.clone(),
        });
        for output in &outputs {
            output.creator.set(call.clone()).ok().expect("a new variable has no creator");
        }
        outputs
    }
}

/// One application of a function, whatever its numbers of inputs and outputs (section 6.2).
#[expect(private_bounds, reason = "a call is run by `Variable::backward` and by nobody else")]
pub trait Call: Backward {
    /// The name of the function's type.
    fn name(&self) -> &'static str;

    /// The variables that the function was applied to.
    fn inputs(&self) -> &[Variable];
}

/// What `Variable::backward` asks of a call (section 12.2).
trait Backward {
    /// Passes the gradients of the outputs on to the inputs. An output without a gradient counts
    /// as zero (section 13.2).
    fn backward(&self);
}

/// What `backward` has to remember of a call.
struct CallOf<F, const IN: usize, const OUT: usize> {
    function: F,
    inputs: [Variable; IN],
    outputs: [Variable; OUT],
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Call for CallOf<F, IN, OUT> {
    fn name(&self) -> &'static str {
        type_name::<F>()
    }

    fn inputs(&self) -> &[Variable] {
        &self.inputs
    }
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Backward for CallOf<F, IN, OUT> {
    fn backward(&self) {
        let name = self.name();
        let xs = self.inputs.each_ref().map(|x| &x.data);
        // An output that plays no part in the final one has no gradient: it counts as zero.
        let zeros = |y: &Variable| ArrayD::zeros(y.data.raw_dim());
        let gys = self.outputs.each_ref().map(|y| y.grad().unwrap_or_else(|| zeros(y)));
        for (x, gx) in self.inputs.iter().zip(self.function.backward(xs, gys)) {
            assert_eq!(gx.shape(), x.data.shape(), "{name}: gradient and input differ in shape");
            x.set_grad(gx);
        }
    }
}

/// The square of each element (section 2.3).
pub struct Square;

impl Function<1, 1> for Square {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.mapv(|x| x * x)]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        gy.zip_mut_with(x, |gy, x| *gy *= 2.0 * x);
        [gy]
    }
}

/// The square of each element (section 9.1).
pub fn square(x: &Variable) -> Variable {
    let [y] = Square.call([x]);
    y
}

/// The exponential of each element (section 3.1).
pub struct Exp;

impl Function<1, 1> for Exp {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [x.mapv(f64::exp)]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        gy.zip_mut_with(x, |gy, x| *gy *= x.exp());
        [gy]
    }
}

/// The exponential of each element (section 9.1).
pub fn exp(x: &Variable) -> Variable {
    let [y] = Exp.call([x]);
    y
}

/// The sum of two arrays, element by element (section 11.2).
pub struct Add;

impl Function<2, 1> for Add {
    #[track_caller]
    fn forward(&self, [x0, x1]: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        assert_eq!(x0.shape(), x1.shape(), "Add: expected two inputs of the same shape");
        [x0 + x1]
    }

    fn backward(&self, _: [&ArrayD<f64>; 2], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [gy.to_owned(), gy]
    }
}

/// The sum of two variables of the same shape; panics if the shapes differ (section 12.3).
#[track_caller]
pub fn add(x0: &Variable, x1: &Variable) -> Variable {
    let [y] = Add.call([x0, x1]);
    y
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
