//! DeZero, as far as this step takes it. Section numbers are those of the book
//! *Deep Learning from Scratch 3*.

use ndarray::{Array, ArrayD, Dimension, arr0};
use std::any::type_name;
use std::array;
use std::cell::{Cell, OnceCell};
use std::ops::Deref;
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicU64, Ordering};

/// A handle to a box. A clone is a second handle to the same box.
#[derive(Clone)]
pub struct Variable(Rc<VariableBox>);

/// A box that holds an array of numbers (section 1.1).
pub struct VariableBox {
    /// The array: a scalar, a vector, a matrix, or more dimensions (section 1.3).
    pub data: ArrayD<f64>,
    // Boxed, since nearly all are empty: an empty slot is as small as a pointer.
    grad: Cell<Option<Box<ArrayD<f64>>>>,
    creator: OnceCell<Rc<dyn Creator>>,
}

impl Variable {
    /// Puts `data`, an array of any shape, into a new box (section 1.2).
    pub fn new<D: Dimension>(data: Array<f64, D>) -> Self {
        Variable(Rc::new(VariableBox {
            data: data.into_dyn(),
            grad: Cell::new(None),
            creator: OnceCell::new(),
        }))
    }

    /// The gradient that backpropagation left here, of the shape of `data`; `None` if it left
    /// none (section 6.1).
    pub fn grad(&self) -> Option<ArrayD<f64>> {
        let slot = self.grad.take();
        let grad = slot.as_deref().cloned();
        self.grad.set(slot);
        grad
    }

    /// Forgets the gradient, so that the next one does not add to it (section 14.3).
    pub fn cleargrad(&self) {
        self.grad.take();
    }

    fn take_grad(&self) -> Option<ArrayD<f64>> {
        self.grad.take().map(|grad| *grad)
    }

    fn add_grad(&self, grad: ArrayD<f64>) {
        let mut slot = self.grad.take();
        match &mut slot {
            Some(sum) => add_to(sum, &grad),
            None => slot = Some(Box::new(grad)),
        }
        self.grad.set(slot);
    }

    /// The call that made this variable; `None` if no function did (section 7.1).
    pub fn creator(&self) -> Option<&Rc<dyn Creator>> {
        self.creator.get()
    }

    /// 0 if no function made this variable, else one more than the highest generation among the
    /// inputs of its creator (section 16.1).
    pub fn generation(&self) -> usize {
        self.creator().map_or(0, |call| call.generation() + 1)
    }

    /// Backpropagation: the gradient of this variable, ones, is passed on from call to call, to
    /// every variable that this one was made from. One that no function made keeps the sum of
    /// all that it gets, until `cleargrad` (section 14.2). The others keep none (section 18.1).
    pub fn backward(&self) {
        self.run_backward(false);
    }

    /// Like `backward`, but the variables in between keep theirs (section 18.1).
    pub fn backward_retain_grad(&self) {
        self.run_backward(true);
    }

    fn run_backward(&self, retain_grad: bool) {
        // A number by which a call knows whether this run has come to it before.
        static RUNS: AtomicU64 = AtomicU64::new(1);
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        // One list for each generation of calls.
        let mut queue = vec![Vec::new(); self.generation()];
        self.queue_creator(run, &mut queue);
        self.add_grad(ArrayD::ones(self.data.raw_dim()));
        // The highest generation first: all of its output gradients are complete.
        while let Some(mut calls) = queue.pop() {
            while let Some(call) = calls.pop() {
                for x in call.inputs() {
                    x.queue_creator(run, &mut queue);
                }
                call.backward(retain_grad);
            }
        }
    }

    /// When this run meets the creator for the first time, puts it into the queue (section 16.2).
    fn queue_creator<'a>(&'a self, run: u64, queue: &mut [Vec<&'a Rc<dyn Creator>>]) {
        if let Some(call) = self.creator() {
            if call.first_visit(run) {
                // What an earlier `backward` left would be passed on a second time.
                call.clear_outputs();
                queue[call.generation()].push(call);
            }
        }
    }
}

impl From<f64> for Variable {
    /// A scalar (section 9.3). Anything but a number does not compile:
    ///
    /// ```compile_fail
    /// let x = step18::Variable::from("0.5");
    /// ```
    fn from(data: f64) -> Self {
        Variable::new(arr0(data))
    }
}

impl Drop for VariableBox {
    // A loop: if each creator freed the next, a deep graph would overflow the stack.
    fn drop(&mut self) {
        let mut creators = Vec::from_iter(self.creator.take());
        while let Some(creator) = creators.pop() {
            creator.release(&mut creators);
        }
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
    /// The mathematics: the arrays `ys` for the arrays `xs` (section 12.2). It cannot be left out:
    ///
    /// ```compile_fail
    /// struct Cube;
    /// impl step18::Function<1, 1> for Cube {}
    /// ```
    fn forward(&self, xs: [&ArrayD<f64>; IN]) -> [ArrayD<f64>; OUT];

    /// The gradients of `xs`, in their shapes, given `gys`, the gradients of `ys`: for each `x`,
    /// the sum over the `ys` of `gy` times the derivative of `y` with respect to `x` (section 13.1).
    fn backward(&self, xs: [&ArrayD<f64>; IN], gys: [ArrayD<f64>; OUT]) -> [ArrayD<f64>; IN];

    /// Applies the function to variables: Python's `f(*xs)` (section 12.1).
    ///
    /// With a wrong number of variables it does not compile:
    ///
    /// ```compile_fail
    /// use step18::{Add, Function, Variable};
    /// let [y] = Add.call([&Variable::from(1.0)]);
    /// ```
    #[track_caller]
    fn call(self, inputs: [&Variable; IN]) -> [Variable; OUT] {
        let ys = self.forward(inputs.map(|x| &x.data));
        let outputs = ys.map(Variable::new);
        if !ENABLE_BACKPROP.get() {
            return outputs;
        }
        let generation = inputs.iter().map(|x| x.generation()).max().unwrap_or(0);
        let call: Rc<dyn Creator> = Rc::new(Call {
            function: self,
            inputs: inputs.map(Variable::clone),
            outputs: outputs.each_ref().map(|y| Rc::downgrade(y)),
            shapes: outputs.each_ref().map(|y| y.data.shape().into()),
            generation,
            last_run: Cell::new(0),
        });
        for output in &outputs {
            output.creator.get_or_init(|| call.clone());
        }
        outputs
    }
}

/// What a graph needs of a call, whatever its numbers of inputs and outputs (section 7.1).
pub trait Creator {
    /// The name of the function's type.
    fn name(&self) -> &'static str;

    /// The variables that the function was applied to.
    fn inputs(&self) -> &[Variable];

    /// The highest generation among the inputs (section 16.1).
    fn generation(&self) -> usize;

    /// Notes that this run of `backward` came here; true the first time (section 16.2).
    fn first_visit(&self, run: u64) -> bool;

    /// Forgets the gradients of the outputs.
    fn clear_outputs(&self);

    /// Passes the gradients of the outputs on to the inputs. An output without a gradient counts
    /// as zero (section 13.2). The outputs keep theirs only with `retain_grad` (section 18.1).
    fn backward(&self, retain_grad: bool);

    /// Frees the call if this was its last owner, and the inputs of which it was the last. Their
    /// creators go to `creators` (section 17.3).
    fn release(self: Rc<Self>, creators: &mut Vec<Rc<dyn Creator>>);
}

/// One application of a function: what `backward` has to remember of it (section 6.2).
struct Call<F, const IN: usize, const OUT: usize> {
    function: F,
    inputs: [Variable; IN],
    outputs: [Weak<VariableBox>; OUT],
    shapes: [Box<[usize]>; OUT],
    generation: usize,
    last_run: Cell<u64>,
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Creator for Call<F, IN, OUT> {
    fn name(&self) -> &'static str {
        type_name::<F>()
    }

    fn inputs(&self) -> &[Variable] {
        &self.inputs
    }

    fn generation(&self) -> usize {
        self.generation
    }

    fn first_visit(&self, run: u64) -> bool {
        self.last_run.replace(run) != run
    }

    fn clear_outputs(&self) {
        for y in self.outputs.iter().filter_map(Weak::upgrade).map(Variable) {
            y.cleargrad();
        }
    }

    fn backward(&self, retain_grad: bool) {
        let name = self.name();
        let xs = self.inputs.each_ref().map(|x| &x.data);
        let gys = array::from_fn(|i| {
            let y = self.outputs[i].upgrade().map(Variable);
            let gy = y.and_then(|y| if retain_grad { y.grad() } else { y.take_grad() });
            // An output that plays no part in the final one has no gradient: it counts as zero.
            gy.unwrap_or_else(|| ArrayD::zeros(&*self.shapes[i]))
        });
        for (x, gx) in self.inputs.iter().zip(self.function.backward(xs, gys)) {
            assert_eq!(gx.shape(), x.data.shape(), "{name}: gradient and input differ in shape");
            x.add_grad(gx);
        }
    }

    fn release(self: Rc<Self>, creators: &mut Vec<Rc<dyn Creator>>) {
        let Some(call) = Rc::into_inner(self) else { return };
        for x in call.inputs {
            // Not `Rc::get_mut`: it refuses while `outputs` of a call refers to `x`.
            if let Some(mut x) = Rc::into_inner(x.0) {
                creators.extend(x.creator.take());
            }
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
        let mut y = x0.clone();
        add_to(&mut y, x1);
        [y]
    }

    fn backward(&self, _: [&ArrayD<f64>; 2], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [gy.clone(), gy]
    }
}

/// The sum of two variables of the same shape; panics if the shapes differ (section 12.3).
#[track_caller]
pub fn add(x0: &Variable, x1: &Variable) -> Variable {
    let [y] = Add.call([x0, x1]);
    y
}

/// The derivative of `f` at `x` by central difference, for an `f` that works element by element
/// (section 4.2). Panics unless `eps` is above 0.
#[track_caller]
pub fn numerical_diff(f: impl Fn(&Variable) -> Variable, x: &Variable, eps: f64) -> ArrayD<f64> {
    assert!(eps > 0.0, "numerical_diff: eps must be above 0, not {eps}");
    let y0 = f(&Variable::new(&x.data - eps));
    let y1 = f(&Variable::new(&x.data + eps));
    (&y1.data - &y0.data) / (2.0 * eps)
}

/// `sum += x`. The caller has compared the shapes: ndarray's own `+=` first finds out how they fit
/// together, which takes longer than a short sum.
fn add_to(sum: &mut ArrayD<f64>, x: &ArrayD<f64>) {
    match (sum.as_slice_mut(), x.as_slice()) {
        (Some(sum), Some(x)) => sum.iter_mut().zip(x).for_each(|(sum, x)| *sum += x),
        _ => *sum += x,
    }
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
