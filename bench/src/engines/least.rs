//! The least engine that does not know its graph. One allocation holds an array, its gradient and
//! the inputs; how many there are says which function it was. Each node counts the calls that it
//! waits for, so nothing is sorted; gradients are moved or shared, and a loop frees the graph.

use super::slices;
use super::variables::Variables;
use ndarray::{ArrayD, arr0, aview1};
use std::cell::Cell;
use std::rc::Rc;

/// The engine: whether it records the graph.
pub struct Least(Cell<bool>);

/// A variable: an array, and what it was made from.
pub struct Node {
    data: ArrayD<f64>,
    grad: Cell<Option<Rc<ArrayD<f64>>>>,
    /// How many calls have still to give it a part of its gradient.
    waiting: Cell<usize>,
    /// Two for a sum, one for a square, none for what no function made.
    inputs: [Option<Rc<Node>>; 2],
}

impl Least {
    /// An engine that records.
    pub fn new() -> Self {
        Least(Cell::new(true))
    }

    fn node(&self, data: ArrayD<f64>, inputs: [Option<&Rc<Node>>; 2]) -> Rc<Node> {
        let inputs = if self.0.get() { inputs.map(Option::<&_>::cloned) } else { [None, None] };
        Rc::new(Node { data, grad: Cell::new(None), waiting: Cell::new(0), inputs })
    }
}

impl Node {
    fn inputs(&self) -> impl Iterator<Item = &Rc<Node>> {
        self.inputs.iter().flatten()
    }

    fn add_grad(&self, grad: Rc<ArrayD<f64>>) {
        let mut slot = self.grad.take();
        match &mut slot {
            Some(sum) => slices::update(Rc::make_mut(sum), &grad, |sum, grad| *sum += grad),
            None => slot = Some(grad),
        }
        self.grad.set(slot);
    }

    /// Counts for each node the calls through which `self` was made from it.
    fn count(&self) {
        let mut nodes = vec![self];
        while let Some(node) = nodes.pop() {
            for x in node.inputs() {
                if x.waiting.replace(x.waiting.get() + 1) == 0 && x.inputs[0].is_some() {
                    nodes.push(x);
                }
            }
        }
    }

    fn pass_on(&self, mut grad: Rc<ArrayD<f64>>) {
        match &self.inputs {
            [Some(a), Some(b)] => {
                b.add_grad(grad.clone());
                a.add_grad(grad);
            }
            [Some(x), None] => {
                slices::update(Rc::make_mut(&mut grad), &x.data, |grad, x| *grad *= 2.0 * x);
                x.add_grad(grad);
            }
            _ => (),
        }
    }

    fn backward(&self) {
        self.count();
        self.grad.set(Some(Rc::new(ArrayD::ones(self.data.raw_dim()))));
        let mut complete = vec![self];
        while let Some(node) = complete.pop() {
            node.pass_on(node.grad.take().expect("a call gave it one"));
            for x in node.inputs() {
                x.waiting.set(x.waiting.get() - 1);
                if x.waiting.get() == 0 && x.inputs[0].is_some() {
                    complete.push(x);
                }
            }
        }
    }
}

impl Drop for Node {
    // A loop: if each node freed the next, a deep graph would overflow the stack.
    fn drop(&mut self) {
        let [Some(first), second] = self.inputs.each_mut().map(Option::take) else { return };
        let mut nodes = Vec::from([first]);
        nodes.extend(second);
        while let Some(mut node) = nodes.pop() {
            if let Some(node) = Rc::get_mut(&mut node) {
                nodes.extend(node.inputs.iter_mut().filter_map(Option::take));
            }
        }
    }
}

impl Variables for Least {
    type Var = Rc<Node>;
    type Grads = ();

    fn scalar(&self, x: f64) -> Rc<Node> {
        self.node(arr0(x).into_dyn(), [None, None])
    }

    fn array(&self, x: &[f64]) -> Rc<Node> {
        self.node(aview1(x).to_owned().into_dyn(), [None, None])
    }

    fn no_grad<T>(&self, f: impl FnOnce() -> T) -> T {
        self.0.set(false);
        let result = f();
        self.0.set(true);
        result
    }

    fn add(&self, a: &Rc<Node>, b: &Rc<Node>) -> Rc<Node> {
        self.node(slices::sum(&a.data, &b.data), [Some(a), Some(b)])
    }

    fn square(&self, x: &Rc<Node>) -> Rc<Node> {
        self.node(slices::square(&x.data), [Some(x), None])
    }

    fn backward(&self, y: &Rc<Node>) {
        y.backward();
    }

    fn data(&self, y: &Rc<Node>) -> Vec<f64> {
        y.data.iter().copied().collect()
    }

    fn grad(&self, x: &Rc<Node>, (): &()) -> Vec<f64> {
        let grad = x.grad.take();
        let numbers = grad.iter().flat_map(|grad| grad.iter().copied()).collect();
        x.grad.set(grad);
        numbers
    }
}
