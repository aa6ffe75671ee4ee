//! The box that holds an array, the handles to it, and the way back through a graph.

use crate::call::Call;
use ndarray::{Array, ArrayD, Dimension, arr0};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashSet;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

/// A handle to a box. A clone is a second handle to the same box.
#[derive(Clone)]
pub struct Variable(pub(crate) Rc<VariableBox>);

/// A box that holds an array of numbers (section 1.1).
pub struct VariableBox {
    /// The array: a scalar, a vector, a matrix, or more dimensions (section 1.3).
    pub data: ArrayD<f64>,
    grad: RefCell<Option<ArrayD<f64>>>,
    pub(crate) creator: OnceCell<Rc<dyn Call>>,
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

    pub(crate) fn add_grad(&self, grad: ArrayD<f64>) {
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
