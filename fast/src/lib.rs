//! Step 18, as fast as it gets. It offers what step 18 offers, and has its tests.
//! Section numbers are those of the book *Deep Learning from Scratch 3*.

use ndarray::{Array, ArrayD, Dimension, arr0};
use std::any::type_name;
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

/// A box that holds an array of numbers (section 1.1), and what it was made by.
pub struct VariableBox<M: Made + ?Sized = dyn Made> {
    /// The array: a scalar, a vector, a matrix, or more dimensions (section 1.3).
    pub data: ArrayD<f64>,
    // An empty slot is as small as a pointer.
    grad: Cell<Option<Gradient>>,
    generation: usize,
    last_run: Cell<u64>,
    made: M,
}

impl Variable {
    /// Puts `data`, an array of any shape, into a new box (section 1.2).
    pub fn new<D: Dimension>(data: Array<f64, D>) -> Self {
        Variable::made(data.into_dyn(), 0, ())
    }

    fn made(data: ArrayD<f64>, generation: usize, made: impl Made + 'static) -> Self {
        let (grad, last_run) = (Cell::new(None), Cell::new(0));
        Variable(Rc::new(VariableBox { data, grad, generation, last_run, made }))
    }

    /// The gradient that backpropagation left here, of the shape of `data`; `None` if it left
    /// none (section 6.1).
    pub fn grad(&self) -> Option<ArrayD<f64>> {
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
            Some(sum) => update(own(sum), &grad, |sum, grad| *sum += grad),
            None => slot = Some(grad),
        }
        self.grad.set(slot);
    }

    /// The call that made this variable; `None` if no function did (section 7.1).
    pub fn creator(&self) -> Option<&Rc<dyn Call>> {
        self.made.creator(self.generation)
    }

    /// 0 if no function made this variable, else one more than the highest generation among the
    /// inputs of its creator (section 16.1).
    pub fn generation(&self) -> usize {
        self.generation
    }

    /// Backpropagation: the gradient of this variable, ones, is passed on from call to call, to
    /// every variable that this one was made from. One that no function made keeps the sum of
    /// all that it gets, until `cleargrad` (section 14.2). The others keep none, unless a function
    /// panics (section 18.1). Panics if a function's `backward` runs it on calls that are being
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
        let mut queue = Queue::new(self.generation);
        self.queue(&run, &mut queue);
        self.add_grad(Rc::new(ArrayD::ones(self.data.raw_dim())));
        while let Some(y) = queue.pop() {
            for x in y.made.inputs() {
                x.queue(&run, &mut queue);
            }
            y.made.backward(y, &run);
        }
    }

    /// When the run comes here for the first time, puts the variable into the queue if a function
    /// made it (section 16.2).
    #[track_caller]
    fn queue<'a>(&'a self, run: &Run, queue: &mut Queue<'a>) {
        if self.generation > 0 && self.last_run.get() != run.number {
            run.refuse(self);
            self.last_run.set(run.number);
            // What an earlier `backward` left would be passed on a second time.
            self.cleargrad();
            queue.push(self);
        }
    }
}

impl From<f64> for Variable {
    /// A scalar (section 9.3). Anything but a number does not compile.
    fn from(data: f64) -> Self {
        Variable::new(arr0(data))
    }
}

thread_local! {
    // The number of the last run of `backward`, and of the one that is at work; 0 if none is.
    static RUNS: Cell<u64> = const { Cell::new(0) };
    static CURRENT: Cell<u64> = const { Cell::new(0) };
    // The runs within whose functions the current one was started.
    static OUTER: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// A run of `backward`.
struct Run {
    number: u64,
    outer: u64,
    grad_of: fn(&Variable) -> Option<Gradient>,
}

impl Run {
    fn start(grad_of: fn(&Variable) -> Option<Gradient>) -> Self {
        RUNS.set(RUNS.get() + 1);
        let number = RUNS.get();
        let outer = CURRENT.replace(number);
        if outer > 0 {
            OUTER.with_borrow_mut(|runs| runs.push(outer));
        }
        Run { number, outer, grad_of }
    }

    /// Refuses a variable that an outer run has come to: gradients of two runs would mix.
    #[track_caller]
    fn refuse(&self, y: &Variable) {
        if self.outer > 0 && OUTER.with_borrow(|runs| runs.contains(&y.last_run.get())) {
            let name = y.creator().map_or("?", |call| call.name());
            panic!(
                "backward: {name} is being differentiated by the `backward` within which this one \
                 runs. A function's `backward` may run it on a graph of its own only"
            );
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        CURRENT.set(self.outer);
        if self.outer > 0 {
            OUTER.with_borrow_mut(Vec::pop);
        }
    }
}

/// Variables that wait for their turn: a list for each generation, all in one pool.
struct Queue<'a> {
    first: Vec<usize>,
    places: Vec<(&'a Variable, usize)>,
    free: usize,
}

/// The end of a list.
const END: usize = usize::MAX;

impl<'a> Queue<'a> {
    fn new(highest: usize) -> Self {
        Queue { first: vec![END; highest + 1], places: Vec::new(), free: END }
    }

    fn push(&mut self, y: &'a Variable) {
        let first = &mut self.first[y.generation];
        let place = (y, *first);
        if let Some(free) = self.places.get_mut(self.free) {
            *first = mem::replace(&mut self.free, free.1);
            *free = place;
        } else {
            *first = self.places.len();
            self.places.push(place);
        }
    }

    /// The highest generation first: all of its gradients are complete.
    fn pop(&mut self) -> Option<&'a Variable> {
        while let Some(first) = self.first.last_mut() {
            if let Some(place) = self.places.get_mut(*first) {
                let next = mem::replace(&mut place.1, self.free);
                self.free = mem::replace(first, next);
                return Some(place.0);
            }
            self.first.pop();
        }
        None
    }
}

/// What waits to be freed.
enum Waiting {
    Variable(Variable),
    Call(Rc<dyn Call>),
}

thread_local! {
    static FREEING: Cell<bool> = const { Cell::new(false) };
    // Not dropped with the thread: its last variables may be freed after that.
    static WAITING: ManuallyDrop<RefCell<Vec<Waiting>>> =
        const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

impl<M: Made + ?Sized> Drop for VariableBox<M> {
    // The outermost `drop` frees all in a loop: if each freed the next, a deep graph would
    // overflow the stack.
    fn drop(&mut self) {
        if self.generation == 0 {
            return;
        }
        WAITING.with(|waiting| self.made.release(&mut waiting.borrow_mut()));
        if FREEING.replace(true) {
            return;
        }
        let mut result = Ok(());
        while let Some(next) = WAITING.with(|waiting| waiting.borrow_mut().pop()) {
            match next {
                Waiting::Variable(x) => drop(x),
                // A function's own `drop` may panic. The others are freed all the same.
                Waiting::Call(call) => {
                    result = result.and(catch_unwind(AssertUnwindSafe(|| drop(call))));
                }
            }
        }
        WAITING.with(|waiting| waiting.take());
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
    /// The `gy` of an output without a part in the final one is 0. Times infinity that is NaN.
    ///
    /// Must not run `Variable::backward` on the calls that are being differentiated: it is refused
    /// (section 14.2).
    fn backward(&self, xs: [&ArrayD<f64>; IN], gys: [ArrayD<f64>; OUT]) -> [ArrayD<f64>; IN];

    /// The same for gradients that may have other owners. A function that hands one on, or changes
    /// it only if nobody else has it, saves copies.
    fn backward_shared(&self, xs: [&ArrayD<f64>; IN], gys: [Gradient; OUT]) -> [Gradient; IN] {
        let unshare = |gy| Rc::try_unwrap(gy).unwrap_or_else(|gy| ArrayD::to_owned(&gy));
        self.backward(xs, gys.map(unshare)).map(Rc::new)
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
        let inputs = inputs.map(Variable::clone);
        if OUT == 1 && !mem::needs_drop::<Self>() {
            let mut parts = Some((self, inputs));
            return ys.map(|y| {
                let (function, inputs) = parts.take().expect("there is one output");
                let creator = OnceCell::new();
                let call = OwnCall { function, inputs: Some(inputs), creator };
                Variable::made(y, generation + 1, call)
            });
        }
        let shapes = ys.each_ref().map(|y| y.shape().into());
        let (outputs, last_run) = (OnceCell::new(), Cell::new(0));
        let call =
            Rc::new(SharedCall { function: self, inputs, outputs, shapes, generation, last_run });
        let variables = ys.map(|y| Variable::made(y, generation + 1, Output::of(&call)));
        call.outputs.get_or_init(|| variables.each_ref().map(|y| Rc::downgrade(y)));
        variables
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

/// How a variable was made. Here it is nobody's work.
#[doc(hidden)]
#[expect(private_interfaces, reason = "public as a part of the type `VariableBox` only")]
pub trait Made {
    fn creator(&self, _generation: usize) -> Option<&Rc<dyn Call>> {
        None
    }

    fn inputs(&self) -> &[Variable] {
        &[]
    }

    /// Passes the gradient of `y`, the variable made so, on to the inputs.
    fn backward(&self, _y: &Variable, _run: &Run) {}

    /// Hands over what must be freed after the variable.
    fn release(&mut self, _waiting: &mut Vec<Waiting>) {}
}

impl Made for () {}

/// A call that its only output holds in its own box.
struct OwnCall<F, const IN: usize, const OUT: usize> {
    function: F,
    inputs: Option<[Variable; IN]>,
    creator: OnceCell<Rc<dyn Call>>,
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Made for OwnCall<F, IN, OUT> {
    // Whoever asks gets a description: the call itself cannot outlive the variable.
    fn creator(&self, generation: usize) -> Option<&Rc<dyn Call>> {
        let (name, inputs) = (type_name::<F>(), self.inputs.clone()?);
        let described = || Rc::new(Described { name, inputs, generation: generation - 1 }) as _;
        Some(self.creator.get_or_init(described))
    }

    fn inputs(&self) -> &[Variable] {
        self.inputs.as_ref().map_or(&[], |inputs| inputs)
    }

    fn backward(&self, y: &Variable, run: &Run) {
        let Some(inputs) = &self.inputs else { return };
        let mut gy = (run.grad_of)(y);
        pass_on(&self.function, inputs, array::from_fn(|_| gy.take().expect("a call gave it one")));
    }

    fn release(&mut self, waiting: &mut Vec<Waiting>) {
        waiting.extend(self.creator.take().map(Waiting::Call));
        for x in self.inputs.take().into_iter().flatten() {
            if x.generation > 0 && Rc::strong_count(&x) == 1 {
                waiting.push(Waiting::Variable(x));
            }
        }
    }
}

/// What is told of a call that a box holds.
struct Described<const IN: usize> {
    name: &'static str,
    inputs: [Variable; IN],
    generation: usize,
}

impl<const IN: usize> Call for Described<IN> {
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

/// A call that several outputs share, or whose function holds something that must be freed.
struct SharedCall<F, const IN: usize, const OUT: usize> {
    function: F,
    inputs: [Variable; IN],
    outputs: OnceCell<[Weak<VariableBox>; OUT]>,
    shapes: [Box<[usize]>; OUT],
    generation: usize,
    last_run: Cell<u64>,
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Call for SharedCall<F, IN, OUT> {
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

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> SharedCall<F, IN, OUT> {
    fn backward(&self, run: &Run) {
        if self.last_run.replace(run.number) == run.number {
            return;
        }
        let outputs = self.outputs.get().expect("it was set when the call was made");
        let gys = array::from_fn(|i| {
            let y = outputs[i].upgrade().map(Variable);
            let gy = y.and_then(|y| {
                if y.last_run.get() == run.number {
                    return (run.grad_of)(&y);
                }
                y.cleargrad();
                None
            });
            // An output that plays no part in the final one has no gradient: it counts as zero.
            gy.unwrap_or_else(|| Rc::new(ArrayD::zeros(&*self.shapes[i])))
        });
        pass_on(&self.function, &self.inputs, gys);
    }
}

/// One of the outputs of such a call.
struct Output<F, const IN: usize, const OUT: usize> {
    call: Option<Rc<SharedCall<F, IN, OUT>>>,
    creator: Option<Rc<dyn Call>>,
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Output<F, IN, OUT> {
    fn of(call: &Rc<SharedCall<F, IN, OUT>>) -> Self {
        Output { call: Some(call.clone()), creator: Some(call.clone()) }
    }
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Made for Output<F, IN, OUT> {
    fn creator(&self, _generation: usize) -> Option<&Rc<dyn Call>> {
        self.creator.as_ref()
    }

    fn inputs(&self) -> &[Variable] {
        self.call.as_ref().map_or(&[], |call| &call.inputs)
    }

    fn backward(&self, _y: &Variable, run: &Run) {
        if let Some(call) = &self.call {
            call.backward(run);
        }
    }

    fn release(&mut self, waiting: &mut Vec<Waiting>) {
        self.call = None;
        waiting.extend(self.creator.take().map(Waiting::Call));
    }
}

/// Gives each input its gradient, of those of the outputs.
fn pass_on<F: Function<IN, OUT>, const IN: usize, const OUT: usize>(
    function: &F,
    inputs: &[Variable; IN],
    gys: [Gradient; OUT],
) {
    let name = type_name::<F>();
    let gxs = function.backward_shared(inputs.each_ref().map(|x| &x.data), gys);
    for (x, gx) in inputs.iter().zip(gxs) {
        assert_eq!(gx.shape(), x.data.shape(), "{name}: gradient and input differ in shape");
        x.add_grad(gx);
    }
}

/// The square of each element (section 2.3).
pub struct Square;

impl Function<1, 1> for Square {
    fn forward(&self, [x]: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        [each(x, |x| x * x)]
    }

    fn backward(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
        update(&mut gy, x, |gy, x| *gy *= 2.0 * x);
        [gy]
    }

    fn backward_shared(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [Gradient; 1]) -> [Gradient; 1] {
        update(own(&mut gy), x, |gy, x| *gy *= 2.0 * x);
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
        update(&mut gy, x, |gy, x| *gy *= x.exp());
        [gy]
    }

    fn backward_shared(&self, [x]: [&ArrayD<f64>; 1], [mut gy]: [Gradient; 1]) -> [Gradient; 1] {
        update(own(&mut gy), x, |gy, x| *gy *= x.exp());
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

// ndarray's operators first find out how two shapes of dynamic dimensions fit together, which takes
// longer than a short sum. Here the caller has compared them. A scalar needs no loop at all.

/// `f` of each element.
fn each(a: &ArrayD<f64>, f: impl Fn(f64) -> f64) -> ArrayD<f64> {
    match a.first() {
        Some(&a0) if a.ndim() == 0 => arr0(f(a0)).into_dyn(),
        _ => a.mapv(f),
    }
}

/// `f` of each two elements.
fn both(a: &ArrayD<f64>, b: &ArrayD<f64>, f: impl Fn(f64, f64) -> f64) -> ArrayD<f64> {
    match (a.as_slice(), b.as_slice()) {
        (Some(&[a0]), Some(&[b0])) if a.ndim() == 0 => arr0(f(a0, b0)).into_dyn(),
        (Some(_), Some(b)) => {
            let mut b = b.iter();
            a.mapv(|a| f(a, *b.next().expect("the shapes are the same")))
        }
        _ => ndarray::Zip::from(a).and(b).map_collect(|&a, &b| f(a, b)),
    }
}

/// Changes each element of `a` by that of `b`.
fn update(a: &mut ArrayD<f64>, b: &ArrayD<f64>, f: impl Fn(&mut f64, &f64)) {
    match (a.as_slice_mut(), b.as_slice()) {
        (Some(a), Some(b)) => a.iter_mut().zip(b).for_each(|(a, b)| f(a, b)),
        _ => a.zip_mut_with(b, f),
    }
}

/// The array of a gradient, to be changed: a copy, if it has other owners.
fn own(gradient: &mut Gradient) -> &mut ArrayD<f64> {
    if Rc::get_mut(gradient).is_none() {
        // Not `make_mut`: of a slice it would copy the hidden part as well.
        *gradient = Rc::new(ArrayD::to_owned(gradient));
    }
    Rc::get_mut(gradient).expect("a copy has one owner")
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
