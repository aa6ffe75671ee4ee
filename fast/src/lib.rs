//! Step 18, as fast as it gets. Section numbers are those of the book
//! *Deep Learning from Scratch 3*.
#![cfg_attr(doctest, doc = include_str!(concat!(env!("OUT_DIR"), "/does_not_compile.md")))]
#![expect(private_interfaces, reason = "`Made` is public as a part of `VariableBox` only")]

use ndarray::{Array, ArrayD, Dimension, arr0};
use std::any::{Any, type_name};
use std::array;
use std::cell::{Cell, OnceCell, RefCell};
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::{Rc, Weak};

/// A handle to a box. A clone is a second handle to the same box.
#[derive(Clone)]
pub struct Variable(Rc<VariableBox>);

/// A gradient: one array, perhaps with several owners.
pub type Gradient = Rc<ArrayD<f64>>;

/// A box that holds an array of numbers (section 1.1), and how it was made.
pub struct VariableBox<M: Made + ?Sized = dyn Made> {
    /// The array: a scalar, a vector, a matrix, or more dimensions (section 1.3).
    pub data: ArrayD<f64>,
    grad: Cell<Option<Gradient>>,
    generation: usize,
    last_run: Cell<u64>,
    // Filled when somebody asks.
    creator: OnceCell<Rc<dyn Call>>,
    made: M,
}

impl Variable {
    /// Puts `data`, an array of any shape, into a new box (section 1.2).
    pub fn new<D: Dimension>(data: Array<f64, D>) -> Self {
        Variable::made(data.into_dyn(), 0, ())
    }

    fn made(data: ArrayD<f64>, generation: usize, made: impl Made + 'static) -> Self {
        let (grad, last_run, creator) = (Cell::new(None), Cell::new(0), OnceCell::new());
        Variable(Rc::new(VariableBox { data, grad, generation, last_run, creator, made }))
    }

    /// The gradient that backpropagation left here, of the shape of `data`; `None` if it left
    /// none (section 6.1).
    pub fn grad(&self) -> Option<ArrayD<f64>> {
        // Not `clone`: of a slice it would copy the hidden part as well.
        self.share_grad().map(|grad| ArrayD::to_owned(&grad))
    }

    /// Forgets the gradient, so that the next one does not add to it (section 14.3).
    pub fn cleargrad(&self) {
        self.grad.take();
    }

    fn share_grad(&self) -> Option<Gradient> {
        let grad = self.grad.take();
        self.grad.set(grad.clone());
        grad
    }

    fn add_grad(&self, grad: Gradient) {
        let mut slot = self.grad.take();
        match &mut slot {
            Some(sum) => change(sum, &grad, |sum, grad| sum + grad),
            None => slot = Some(grad),
        }
        self.grad.set(slot);
    }

    /// The call that made this variable; `None` if no function did (section 7.1).
    pub fn creator(&self) -> Option<&Rc<dyn Call>> {
        let generation = self.generation.checked_sub(1)?;
        Some(self.creator.get_or_init(|| {
            let inputs = self.made.inputs().to_vec();
            Rc::new(Described { name: self.made.name(), inputs, generation, _call: None })
        }))
    }

    /// 0 if no function made this variable, else one more than the highest generation among the
    /// inputs of its creator (section 16.1).
    pub fn generation(&self) -> usize {
        self.generation
    }

    /// Backpropagation: the gradient of this variable, ones, is passed on from call to call, to
    /// every variable that this one was made from. One that no function made keeps the sum of
    /// all that it gets, until `cleargrad` (section 14.2). The others keep none, unless a function
    /// panics (section 18.1). Panics if a function's `backward` runs this on calls that are being
    /// differentiated already.
    #[track_caller]
    pub fn backward(&self) {
        self.run_backward(|y| y.grad.take());
    }

    /// Like `backward`, but the variables in between keep theirs (section 18.1).
    #[track_caller]
    pub fn backward_retain_grad(&self) {
        self.run_backward(Variable::share_grad);
    }

    #[track_caller]
    fn run_backward(&self, grad_of: fn(&Variable) -> Option<Gradient>) {
        let run = Run::start(grad_of);
        let mut queue = vec![Vec::new(); self.generation + 1];
        self.queue(&run, &mut queue);
        self.add_grad(Rc::new(each(&self.data, |_| 1.0)));
        let mut emptied = Vec::new();
        // The highest generation first: all of its gradients are complete.
        while let Some(mut list) = queue.pop() {
            if let Some(next) = queue.last_mut().filter(|next| next.is_empty()) {
                mem::swap(next, &mut emptied);
            }
            while let Some(y) = list.pop() {
                for x in y.made.inputs() {
                    x.queue(&run, &mut queue);
                }
                y.made.backward(y, &run);
            }
            emptied = list;
        }
    }

    /// When this run comes here for the first time, puts the variable into the queue if a function
    /// made it (section 16.2).
    #[track_caller]
    fn queue<'a>(&'a self, run: &Run, queue: &mut [Vec<&'a Variable>]) {
        let last_run = self.last_run.get();
        if self.generation > 0 && last_run != run.number {
            assert!(
                !run.nested || UNFINISHED.with_borrow(|runs| !runs.contains(&last_run)),
                "backward: {} is being differentiated already, by the `backward` around this one. \
                 Within a function's `backward`, run it on a graph of its own",
                self.made.name()
            );
            self.last_run.set(run.number);
            // What an earlier `backward` left would be passed on a second time.
            self.cleargrad();
            queue[self.generation].push(self);
        }
    }
}

impl From<f64> for Variable {
    /// A scalar (section 9.3). Anything but an `f64` does not compile.
    fn from(data: f64) -> Self {
        Variable::new(arr0(data))
    }
}

/// A run of `backward`.
struct Run {
    number: u64,
    nested: bool,
    grad_of: fn(&Variable) -> Option<Gradient>,
}

thread_local! {
    static RUNS: Cell<u64> = const { Cell::new(0) };
    static UNFINISHED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

impl Run {
    fn start(grad_of: fn(&Variable) -> Option<Gradient>) -> Self {
        let number = RUNS.get() + 1;
        RUNS.set(number);
        UNFINISHED.with_borrow_mut(|runs| {
            runs.push(number);
            Run { number, nested: runs.len() > 1, grad_of }
        })
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        UNFINISHED.with_borrow_mut(Vec::pop);
    }
}

/// What waits to be freed.
enum Waiting {
    Variable(Variable),
    Other(Box<dyn Any>),
}

thread_local! {
    // Some while a loop is at work. Not dropped with the thread: its last variables may be freed
    // after that.
    static WAITING: ManuallyDrop<RefCell<Option<Vec<Waiting>>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

impl<M: Made + ?Sized> Drop for VariableBox<M> {
    // The outermost `drop` frees all in a loop: if each variable freed the next, a deep graph would
    // overflow the stack.
    fn drop(&mut self) {
        if self.generation == 0 {
            return;
        }
        let outermost = WAITING.with(|waiting| {
            let waiting = &mut *waiting.borrow_mut();
            let outermost = waiting.is_none();
            let waiting = waiting.get_or_insert_default();
            self.made.release(waiting);
            if let Some(creator) = self.creator.take() {
                waiting.push(Waiting::Other(Box::new(creator)));
            }
            outermost
        });
        if !outermost {
            return;
        }
        let mut result = Ok(());
        while let Some(next) = WAITING.with(|waiting| waiting.borrow_mut().as_mut()?.pop()) {
            match next {
                Waiting::Variable(x) => drop(x),
                // A function's own `drop` may panic. The others are freed all the same.
                Waiting::Other(other) => {
                    result = result.and(catch_unwind(AssertUnwindSafe(|| drop(other))));
                }
            }
        }
        WAITING.with(|waiting| waiting.take());
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
    fn backward(&self, xs: [&ArrayD<f64>; IN], gys: [ArrayD<f64>; OUT]) -> [ArrayD<f64>; IN];

    /// The same for gradients that may have other owners: one that is handed on is not copied.
    fn backward_shared(&self, xs: [&ArrayD<f64>; IN], gys: [Gradient; OUT]) -> [Gradient; IN] {
        let own = |gy| Rc::try_unwrap(gy).unwrap_or_else(|gy| ArrayD::to_owned(&gy));
        self.backward(xs, gys.map(own)).map(Rc::new)
    }

    /// Applies the function to variables: Python's `f(*xs)` (section 12.1). With a wrong number of
    /// variables it does not compile.
    #[track_caller]
    fn call(self, inputs: [&Variable; IN]) -> [Variable; OUT] {
        let ys = self.forward(inputs.map(|x| &x.data));
        if !ENABLE_BACKPROP.get() {
            return ys.map(Variable::new);
        }
        let generation = inputs.iter().map(|x| x.generation).max().unwrap_or(0);
        let parts = Some((self, inputs.map(Variable::clone)));
        let call = CallOf { parts, siblings: OnceCell::new() };
        if OUT != 1 || mem::needs_drop::<Self>() {
            return call.shared(ys, generation);
        }
        let mut call = Some(call);
        ys.map(|y| Variable::made(y, generation + 1, call.take().expect("there is one output")))
    }
}

/// One application of a function, whatever its numbers of inputs and outputs (section 6.2).
pub trait Call {
    /// The name of the function's type.
    fn name(&self) -> &'static str;

    /// The variables that the function was applied to.
    fn inputs(&self) -> &[Variable];

    /// The highest generation among the inputs (section 16.1).
    fn generation(&self) -> usize;
}

/// A call as it is shown: it keeps the inputs and the function, and not the outputs.
struct Described {
    name: &'static str,
    inputs: Vec<Variable>,
    generation: usize,
    _call: Option<Rc<dyn Any>>,
}

impl Call for Described {
    fn name(&self) -> &'static str {
        self.name
    }

    fn inputs(&self) -> &[Variable] {
        &self.inputs
    }

    fn generation(&self) -> usize {
        self.generation
    }
}

/// How a variable was made. Here no function did it.
#[doc(hidden)]
pub trait Made {
    fn name(&self) -> &'static str {
        ""
    }

    fn inputs(&self) -> &[Variable] {
        &[]
    }

    /// Passes the gradient of `y`, the variable, on to the inputs.
    fn backward(&self, _y: &Variable, _run: &Run) {}

    /// Gives away what must be freed in the loop.
    fn release(&mut self, _waiting: &mut Vec<Waiting>) {}
}

impl Made for () {}

/// What `backward` has to remember of a call. It lies in the box of its only output, if there is
/// nothing to be freed but the inputs. Else the outputs share it.
struct CallOf<F, const IN: usize, const OUT: usize> {
    parts: Option<(F, [Variable; IN])>,
    siblings: OnceCell<Box<Siblings<OUT>>>,
}

/// What a call has to know of outputs that share it.
struct Siblings<const OUT: usize> {
    outputs: [Weak<VariableBox>; OUT],
    shapes: [Box<[usize]>; OUT],
    last_run: Cell<u64>,
}

impl<const OUT: usize> Siblings<OUT> {
    fn grad(&self, i: usize, run: &Run) -> Gradient {
        let gy = self.outputs[i].upgrade().map(Variable).and_then(|y| {
            if y.last_run.get() != run.number {
                y.cleargrad();
            }
            (run.grad_of)(&y)
        });
        // An output that plays no part in the final one has no gradient: it counts as zero.
        gy.unwrap_or_else(|| Rc::new(ArrayD::zeros(&*self.shapes[i])))
    }
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> CallOf<F, IN, OUT> {
    fn shared(self, ys: [ArrayD<f64>; OUT], generation: usize) -> [Variable; OUT] {
        let (shapes, last_run) = (ys.each_ref().map(|y| y.shape().into()), Cell::new(0));
        let call = Rc::new(self);
        let ys = ys.map(|y| Variable::made(y, generation + 1, Some(call.clone())));
        let outputs = ys.each_ref().map(|y| Rc::downgrade(y));
        call.siblings.get_or_init(|| Box::new(Siblings { outputs, shapes, last_run }));
        let (name, inputs) = (call.name(), call.inputs().to_vec());
        let creator = Rc::new(Described { name, inputs, generation, _call: Some(call) });
        for y in &ys {
            y.creator.get_or_init(|| creator.clone());
        }
        ys
    }
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Made for CallOf<F, IN, OUT> {
    fn name(&self) -> &'static str {
        type_name::<F>()
    }

    fn inputs(&self) -> &[Variable] {
        self.parts.as_ref().map_or(&[], |(_, inputs)| inputs)
    }

    fn backward(&self, y: &Variable, run: &Run) {
        let (name, Some((function, inputs))) = (self.name(), &self.parts) else { return };
        let gys = match self.siblings.get() {
            None => array::from_fn(|_| (run.grad_of)(y).expect("a call gave it one")),
            Some(siblings) if siblings.last_run.replace(run.number) == run.number => return,
            Some(siblings) => array::from_fn(|i| siblings.grad(i, run)),
        };
        let gxs = function.backward_shared(inputs.each_ref().map(|x| &x.data), gys);
        for (x, gx) in inputs.iter().zip(gxs) {
            let (found, expected) = (gx.shape(), x.data.shape());
            // Comparing slices takes a call, even if both are empty, as those of scalars are.
            if found.len() + expected.len() > 0 {
                assert_eq!(found, expected, "{name}: gradient and input differ in shape");
            }
            x.add_grad(gx);
        }
    }

    fn release(&mut self, waiting: &mut Vec<Waiting>) {
        let Some((_, inputs)) = self.parts.take() else { return };
        for x in inputs {
            // The others stay, or have no inputs.
            if Rc::strong_count(&x) == 1 && x.generation > 0 {
                waiting.push(Waiting::Variable(x));
            }
        }
    }
}

impl<M: Made + 'static> Made for Option<Rc<M>> {
    fn name(&self) -> &'static str {
        self.as_ref().map_or("", |call| call.name())
    }

    fn inputs(&self) -> &[Variable] {
        self.as_ref().map_or(&[], |call| call.inputs())
    }

    fn backward(&self, y: &Variable, run: &Run) {
        if let Some(call) = self {
            call.backward(y, run);
        }
    }

    fn release(&mut self, waiting: &mut Vec<Waiting>) {
        waiting.push(Waiting::Other(Box::new(self.take())));
    }
}

/// The square of each element (section 2.3).
pub struct Square;

impl Function<1, 1> for Square {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [each(x, |x| x * x)]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        gy.zip_mut_with(x, |gy, x| *gy *= 2.0 * x);
        [gy]
    }

    fn backward_shared(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [Gradient; 1]) -> [Gradient; 1] {
        change(&mut gy, x, |gy, x| gy * (2.0 * x));
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
        [each(x, f64::exp)]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        gy.zip_mut_with(x, |gy, x| *gy *= x.exp());
        [gy]
    }

    fn backward_shared(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [Gradient; 1]) -> [Gradient; 1] {
        change(&mut gy, x, |gy, x| gy * x.exp());
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
        [both(x0, x1, |x0, x1| x0 + x1)]
    }

    fn backward(&self, _: [&ArrayD<f64>; 2], [gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 2] {
        [gy.to_owned(), gy]
    }

    fn backward_shared(&self, _: [&ArrayD<f64>; 2], [gy]: [Gradient; 1]) -> [Gradient; 2] {
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

// ndarray's operators first find out how two shapes fit together, which takes longer than a short
// sum. Here they are the same, and a scalar needs no loop.

fn each(a: &ArrayD<f64>, f: impl Fn(f64) -> f64) -> ArrayD<f64> {
    match a.first() {
        Some(&first) if a.ndim() == 0 => arr0(f(first)).into_dyn(),
        _ => a.mapv(f),
    }
}

fn both(a: &ArrayD<f64>, b: &ArrayD<f64>, f: impl Fn(f64, f64) -> f64) -> ArrayD<f64> {
    if let (0, Some(&a), Some(&b)) = (a.ndim(), a.first(), b.first()) {
        return arr0(f(a, b)).into_dyn();
    }
    let mut y = a.to_owned();
    update(&mut y, b, f);
    y
}

fn update(a: &mut ArrayD<f64>, b: &ArrayD<f64>, f: impl Fn(f64, f64) -> f64) {
    match (a.as_slice_mut(), b.as_slice()) {
        (Some(a), Some(b)) => a.iter_mut().zip(b).for_each(|(a, b)| *a = f(*a, *b)),
        _ => a.zip_mut_with(b, |a, b| *a = f(*a, *b)),
    }
}

/// `update`, of a copy if somebody else has the gradient as well.
fn change(a: &mut Gradient, b: &ArrayD<f64>, f: impl Fn(f64, f64) -> f64) {
    match Rc::get_mut(a) {
        Some(a) => update(a, b, f),
        None => *a = Rc::new(both(a, b, f)),
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
