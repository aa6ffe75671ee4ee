//! DeZero, as far as this step takes it. Section numbers are those of the book
//! *Deep Learning from Scratch 3*.
#![cfg_attr(doctest, doc = include_str!("../tests/does_not_compile.md"))]

use ndarray::{Array, ArrayD, Dimension, arr0};
use std::any::type_name;
use std::array;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashSet;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::{Rc, Weak};

/// A handle to a box. A clone is a second handle to the same box.
#[derive(Clone)]
pub struct Variable(Rc<VariableBox>);

/// A box that holds an array of numbers (section 1.1).
pub struct VariableBox {
    /// The array: a scalar, a vector, a matrix, or more dimensions (section 1.3).
    pub data: ArrayD<f64>,
    grad: RefCell<Option<ArrayD<f64>>>,
    creator: OnceCell<Rc<dyn Call>>,
    name: OnceCell<String>,
}

impl Variable {
    /// Puts `data`, an array of any shape, into a new box (section 1.2).
    pub fn new<D: Dimension>(data: Array<f64, D>) -> Self {
        Variable(Rc::new(VariableBox {
            data: data.into_dyn(),
            grad: RefCell::new(None),
            creator: OnceCell::new(),
            name: OnceCell::new(),
        }))
    }

    /// The name of this variable; `None` if it was given none (section 19.1).
    pub fn name(&self) -> Option<&str> {
        self.name.get().map(String::as_str)
    }

    /// Gives this variable a name, and with it the clones: they are the same variable. Panics if
    /// it has another name already (section 19.1).
    #[track_caller]
    pub fn set_name(&self, name: &str) {
        let first = self.name.get_or_init(|| name.into());
        assert!(
            first == name,
            "set_name: this variable stays {first:?}, it cannot become {name:?}"
        );
    }

    /// The lengths of the dimensions of `data` (section 19.2).
    pub fn shape(&self) -> &[usize] {
        self.data.shape()
    }

    /// How many dimensions `data` has: 0 for a scalar (section 19.2).
    pub fn ndim(&self) -> usize {
        self.data.ndim()
    }

    /// How many numbers `data` holds, in all dimensions together (section 19.2).
    #[expect(clippy::len_without_is_empty, reason = "whether it is 0 is never asked")]
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// The gradient that backpropagation left here, of the shape of `data`; `None` if it left
    /// none (section 6.1).
    pub fn grad(&self) -> Option<ArrayD<f64>> {
        // Not `clone`: of a slice it would copy the hidden part as well.
        self.grad.borrow().as_ref().map(ArrayD::to_owned)
    }

    /// Forgets the gradient, so that the next one does not add to it (section 14.3).
    pub fn cleargrad(&self) {
        self.grad.take();
    }

    fn add_grad(&self, grad: ArrayD<f64>) {
        let mut slot = self.grad.borrow_mut();
        match &mut *slot {
            Some(sum) => *sum += &grad,
            None => *slot = Some(grad),
        }
    }

    /// The call that made this variable; `None` if no function did (section 7.1).
    pub fn creator(&self) -> Option<&Rc<dyn Call>> {
        self.creator.get()
    }

    /// 0 if no function made this variable, else one more than the highest generation among the
    /// inputs of its creator (section 16.1).
    pub fn generation(&self) -> usize {
        self.creator().map_or(0, |call| call.generation() + 1)
    }

    /// Backpropagation: the gradient of this variable, ones, is passed on from call to call, to
    /// every variable that this one was made from. One that no function made keeps the sum of
    /// all that it gets, until `cleargrad` (section 14.2). The others keep none, unless a function
    /// panics (section 18.1).
    pub fn backward(&self) {
        self.run_backward(|y| y.grad.take());
    }

    /// Like `backward`, but the variables in between keep theirs (section 18.1).
    pub fn backward_retain_grad(&self) {
        self.run_backward(Variable::grad);
    }

    fn run_backward(&self, grad_of: fn(&Variable) -> Option<ArrayD<f64>>) {
        let calls = self.calls_by_generation();
        // What an earlier `backward` left in between would be passed on a second time.
        for call in calls.iter().flatten() {
            call.clear_outputs();
        }

        self.add_grad(ArrayD::ones(self.data.raw_dim()));
        // The highest generation first: all of its output gradients are complete.
        for call in calls.iter().rev().flatten() {
            call.backward(grad_of);
        }
    }

    /// The calls that this variable was made by, each once, in a list for each generation
    /// (section 16.2).
    fn calls_by_generation(&self) -> Vec<Vec<&Rc<dyn Call>>> {
        let mut lists = vec![Vec::new(); self.generation()];
        let mut seen = HashSet::new();
        let mut calls = Vec::from_iter(self.creator());
        while let Some(call) = calls.pop() {
            // An address is an identity: no two calls share one.
            if seen.insert(Rc::as_ptr(call)) {
                calls.extend(call.inputs().iter().filter_map(Variable::creator));
                lists[call.generation()].push(call);
            }
        }
        lists
    }
}

impl From<f64> for Variable {
    /// A scalar (section 9.3). Anything but an `f64` does not compile.
    fn from(data: f64) -> Self {
        Variable::new(arr0(data))
    }
}

impl fmt::Display for Variable {
    /// The numbers, each row below the one before it (section 19.3).
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let data = self.data.to_string().replace('\n', "\n         ");
        write!(f, "variable({data})")
    }
}

impl fmt::Debug for Variable {
    /// What the variable is, without its numbers (section 19.4).
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let (name, shape) = (self.name(), self.shape());
        let has_grad = self.grad.borrow().is_some();
        write!(f, "Variable {{ name: {name:?}, shape: {shape:?}, has_grad: {has_grad} }}")
    }
}

thread_local! {
    static FREEING: Cell<bool> = const { Cell::new(false) };
    // Not dropped with the thread: its last variables may be freed after that.
    static WAITING: ManuallyDrop<RefCell<Vec<Rc<dyn Call>>>> =
        const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

impl Drop for VariableBox {
    // The outermost `drop` frees all calls in a loop: if each freed the next, a deep graph would
    // overflow the stack.
    fn drop(&mut self) {
        let Some(creator) = self.creator.take() else { return };
        WAITING.with(|calls| calls.borrow_mut().push(creator));
        if FREEING.replace(true) {
            return;
        }
        let mut result = Ok(());
        while let Some(call) = WAITING.with(|calls| calls.borrow_mut().pop()) {
            // A function's own `drop` may panic. The others are freed all the same.
            result = result.and(catch_unwind(AssertUnwindSafe(|| drop(call))));
        }
        WAITING.with(|calls| calls.take());
        FREEING.set(false);
        result.unwrap_or_else(|panic| resume_unwind(panic));
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
    ///
    /// Must not run `Variable::backward` on the calls that are being differentiated: the gradients
    /// of two runs would mix (section 14.2).
    fn backward(&self, xs: [&ArrayD<f64>; IN], gys: [ArrayD<f64>; OUT]) -> [ArrayD<f64>; IN];

    /// Panics if the function cannot be applied to these variables. It sees them, and not their
    /// arrays only, so that it can say which they are (section 19.5).
    fn check(&self, _: [&Variable; IN]) {}

    /// Applies the function to variables: Python's `f(*xs)` (section 12.1). With a wrong number of
    /// variables it does not compile.
    #[track_caller]
    fn call(self, inputs: [&Variable; IN]) -> [Variable; OUT] {
        self.check(inputs);
        let outputs = self.forward(inputs.map(|x| &x.data)).map(Variable::new);
        if !ENABLE_BACKPROP.get() {
            return outputs;
        }
        let generation = inputs.iter().map(|x| x.generation()).max().unwrap_or(0);
        let call: Rc<dyn Call> = Rc::new(CallOf {
            function: self,
            inputs: inputs.map(Variable::clone),
            outputs: outputs.each_ref().map(|y| Rc::downgrade(y)),
            shapes: outputs.each_ref().map(|y| y.data.shape().into()),
            generation,
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

    /// The highest generation among the inputs (section 16.1).
    fn generation(&self) -> usize;
}

/// What `Variable::backward` asks of a call (section 12.2).
trait Backward {
    /// Forgets the gradients of the outputs.
    fn clear_outputs(&self);

    /// Passes the gradients of the outputs on to the inputs. An output without a gradient counts
    /// as zero (section 13.2). `grad_of` says whether the outputs keep theirs (section 18.1).
    fn backward(&self, grad_of: fn(&Variable) -> Option<ArrayD<f64>>);
}

/// What `backward` has to remember of a call.
struct CallOf<F, const IN: usize, const OUT: usize> {
    function: F,
    inputs: [Variable; IN],
    outputs: [Weak<VariableBox>; OUT],
    shapes: [Box<[usize]>; OUT],
    generation: usize,
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Call for CallOf<F, IN, OUT> {
    fn name(&self) -> &'static str {
        type_name::<F>()
    }

    fn inputs(&self) -> &[Variable] {
        &self.inputs
    }

    fn generation(&self) -> usize {
        self.generation
    }
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Backward for CallOf<F, IN, OUT> {
    fn clear_outputs(&self) {
        for y in self.outputs.iter().filter_map(Weak::upgrade).map(Variable) {
            y.cleargrad();
        }
    }

    fn backward(&self, grad_of: fn(&Variable) -> Option<ArrayD<f64>>) {
        let name = self.name();
        let xs = self.inputs.each_ref().map(|x| &x.data);
        let gys = array::from_fn(|i| {
            let gy = self.outputs[i].upgrade().map(Variable).and_then(|y| grad_of(&y));
            // An output that plays no part in the final one has no gradient: it counts as zero.
            gy.unwrap_or_else(|| ArrayD::zeros(&*self.shapes[i]))
        });
        for (x, gx) in self.inputs.iter().zip(self.function.backward(xs, gys)) {
            assert_eq!(gx.shape(), x.data.shape(), "{name}: gradient and input differ in shape");
            x.add_grad(gx);
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
    fn check(&self, [x0, x1]: [&Variable; 2]) {
        assert!(x0.shape() == x1.shape(), "Add: the shapes of {x0:?} and {x1:?} differ");
    }

    fn forward(&self, [x0, x1]: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
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

/// The product of two arrays, element by element (section 20.1).
pub struct Mul;

impl Function<2, 1> for Mul {
    #[track_caller]
    fn check(&self, [x0, x1]: [&Variable; 2]) {
        assert!(x0.shape() == x1.shape(), "Mul: the shapes of {x0:?} and {x1:?} differ");
    }

    fn forward(&self, [x0, x1]: [&ArrayD<f64>; 2]) -> [ArrayD<f64>; 1] {
        [x0 * x1]
    }

    fn backward(&self, [x0, x1]: [&ArrayD<f64>; 2], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [&gy * x1, gy * x0]
    }
}

/// `&x0 + &x1`; panics if the shapes differ (section 20.2).
impl std::ops::Add for &Variable {
    type Output = Variable;

    #[track_caller]
    fn add(self, other: &Variable) -> Variable {
        let [y] = Add.call([self, other]);
        y
    }
}

/// `&x0 * &x1`; panics if the shapes differ (section 20.2).
impl std::ops::Mul for &Variable {
    type Output = Variable;

    #[track_caller]
    fn mul(self, other: &Variable) -> Variable {
        let [y] = Mul.call([self, other]);
        y
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

thread_local! {
    static ENABLE_BACKPROP: Cell<bool> = const { Cell::new(true) };
}

/// Runs `f` with the recording of graphs on or off, on this thread. After it, also if it panics,
/// the switch is back where it was (section 18.5).
pub fn using_config<T>(enable_backprop: bool, f: impl FnOnce() -> T) -> T {
    struct Restore(bool);

    impl Drop for Restore {
        fn drop(&mut self) {
            ENABLE_BACKPROP.set(self.0);
        }
    }

    let _restore = Restore(ENABLE_BACKPROP.replace(enable_backprop));
    f()
}

/// Runs `f` without recording a graph: the variables that functions make in it have no creator
/// (section 18.5).
pub fn no_grad<T>(f: impl FnOnce() -> T) -> T {
    using_config(false, f)
}
