//! What is left when everything is known beforehand: a node is one `Rc` with an ndarray and its
//! inputs, and each workload goes back by hand. No functions are stored, nothing is looked up or
//! put in order, and gradients are moved from node to node, none is copied where it is not needed
//! twice.

use super::slices::{self, update};
use crate::measure::{Bench, Case, Report};
use crate::workloads::{Task, Values, WIDTH};
use ndarray::{ArrayD, arr0, aview1};
use results::Workload;
use std::rc::Rc;

/// Measures the graphs by hand.
pub fn run(bench: &Bench) -> Report {
    let Task { workload, size } = bench.task;
    match workload {
        Workload::Chain => bench.run(&Chain { size }),
        Workload::Diamonds => bench.run(&Diamonds { size }),
        Workload::Tiny => bench.run(&Tiny),
        Workload::Inference => bench.run(&Inference),
        Workload::Arrays => bench.run(&Arrays { numbers: bench.task.x() }),
    }
}

struct Node {
    data: ArrayD<f64>,
    inputs: [Option<Rc<Node>>; 2],
}

fn leaf(data: ArrayD<f64>) -> Rc<Node> {
    Rc::new(Node { data, inputs: [None, None] })
}

fn scalar(x: f64) -> Rc<Node> {
    leaf(arr0(x).into_dyn())
}

fn ones(y: &Node) -> ArrayD<f64> {
    ArrayD::ones(y.data.raw_dim())
}

fn add(a: &Rc<Node>, b: &Rc<Node>) -> Rc<Node> {
    let inputs = [Some(a.clone()), Some(b.clone())];
    Rc::new(Node { data: slices::sum(&a.data, &b.data), inputs })
}

fn square(x: &Rc<Node>) -> Rc<Node> {
    Rc::new(Node { data: slices::square(&x.data), inputs: [Some(x.clone()), None] })
}

/// The gradient of x, given that of its square.
fn back(mut g: ArrayD<f64>, x: &Node) -> ArrayD<f64> {
    update(&mut g, &x.data, |g, x| *g *= 2.0 * x);
    g
}

fn input(y: &Rc<Node>) -> &Rc<Node> {
    y.inputs[0].as_ref().expect("a function made this node")
}

struct Graph {
    y: Option<Rc<Node>>,
    gx: Option<ArrayD<f64>>,
}

impl Graph {
    fn new(y: Rc<Node>) -> Self {
        Graph { y: Some(y), gx: None }
    }

    fn y(&self) -> &Rc<Node> {
        self.y.as_ref().expect("it is there until the graph is freed")
    }

    fn values(&self) -> Values {
        let numbers = |array: &ArrayD<f64>| array.iter().copied().collect();
        Values { y: numbers(&self.y().data), gx: self.gx.as_ref().map(numbers) }
    }
}

impl Drop for Graph {
    // A loop along the first inputs: a long chain would overflow the stack.
    fn drop(&mut self) {
        let mut next = self.y.take();
        while let Some(node) = next {
            next = Rc::into_inner(node).and_then(|node| node.inputs.into_iter().next().flatten());
        }
    }
}

struct Chain {
    size: usize,
}

impl Case for Chain {
    type Leaf = (Rc<Node>, Rc<Node>);
    type Graph = Graph;

    fn leaf(&self) -> Self::Leaf {
        (scalar(1.0), scalar(0.0))
    }

    fn forward(&self, (x, y): &Self::Leaf) -> Graph {
        let mut y = y.clone();
        for _ in 0..self.size {
            y = add(&y, x);
        }
        Graph::new(y)
    }

    fn backward(&self, graph: &mut Graph) {
        let mut y = graph.y();
        let g = ones(y);
        let mut gx = ArrayD::zeros(y.data.raw_dim());
        while let [Some(previous), Some(_)] = &y.inputs {
            update(&mut gx, &g, |gx, g| *gx += g);
            y = previous;
        }
        graph.gx = Some(gx);
    }

    fn values(&self, graph: &Graph) -> Values {
        graph.values()
    }
}

struct Diamonds {
    size: usize,
}

impl Case for Diamonds {
    type Leaf = Vec<Rc<Node>>;
    type Graph = Graph;

    fn leaf(&self) -> Self::Leaf {
        (0..WIDTH).map(|_| scalar(1.0)).collect()
    }

    fn forward(&self, leaf: &Self::Leaf) -> Graph {
        let mut layer = leaf.clone();
        for _ in 0..self.size {
            layer = (0..WIDTH).map(|j| add(&layer[j], &layer[(j + 1) % WIDTH])).collect();
        }
        Graph::new(layer.into_iter().reduce(|sum, y| add(&sum, &y)).expect("not empty"))
    }

    fn backward(&self, graph: &mut Graph) {
        let mut layer = summands(graph.y());
        let mut grads = vec![ones(graph.y()); WIDTH];
        for _ in 0..self.size {
            for y in &mut layer {
                *y = input(y);
            }
            // Variable j was used by calls j and j - 1. In place, from the last.
            let last = grads[WIDTH - 1].clone();
            for j in (1..WIDTH).rev() {
                let (left, right) = grads.split_at_mut(j);
                update(&mut right[0], &left[j - 1], |sum, g| *sum += g);
            }
            update(&mut grads[0], &last, |sum, g| *sum += g);
        }
        graph.gx = grads.into_iter().next();
    }

    fn values(&self, graph: &Graph) -> Values {
        graph.values()
    }
}

/// The last layer, given its sum.
fn summands(mut sum: &Rc<Node>) -> Vec<&Rc<Node>> {
    let mut layer = Vec::with_capacity(WIDTH);
    while layer.len() < WIDTH - 1 {
        layer.extend(&sum.inputs[1]);
        sum = input(sum);
    }
    layer.push(sum);
    layer.reverse();
    layer
}

struct Tiny;

impl Case for Tiny {
    type Leaf = ();
    type Graph = Graph;

    fn leaf(&self) {}

    fn forward(&self, (): &()) -> Graph {
        let a = square(&scalar(2.0));
        Graph::new(add(&square(&a), &square(&a)))
    }

    fn backward(&self, graph: &mut Graph) {
        let y = graph.y();
        let a = input(input(y));
        let g = ones(y);
        let mut ga = back(g.clone(), a);
        update(&mut ga, &back(g, a), |ga, g| *ga += g);
        graph.gx = Some(back(ga, input(a)));
    }

    fn values(&self, graph: &Graph) -> Values {
        graph.values()
    }
}

struct Arrays {
    numbers: Vec<f64>,
}

impl Case for Arrays {
    type Leaf = Rc<Node>;
    type Graph = Graph;

    fn leaf(&self) -> Rc<Node> {
        leaf(aview1(&self.numbers).to_owned().into_dyn())
    }

    fn forward(&self, x: &Rc<Node>) -> Graph {
        Graph::new(square(&square(&square(x))))
    }

    fn backward(&self, graph: &mut Graph) {
        let y = graph.y();
        let b = input(y);
        let a = input(b);
        graph.gx = Some(back(back(back(ones(y), b), a), input(a)));
    }

    fn values(&self, graph: &Graph) -> Values {
        graph.values()
    }
}

/// Without a graph a node is its array.
struct Inference;

impl Case for Inference {
    type Leaf = Rc<ArrayD<f64>>;
    type Graph = Rc<ArrayD<f64>>;

    fn leaf(&self) -> Self::Leaf {
        Rc::new(arr0(1.5).into_dyn())
    }

    fn forward(&self, x: &Self::Leaf) -> Self::Graph {
        let square = |x: &Rc<ArrayD<f64>>| Rc::new(slices::square(x));
        square(&square(&square(x)))
    }

    fn backward(&self, _: &mut Self::Graph) {}

    fn values(&self, y: &Self::Graph) -> Values {
        Values { y: y.iter().copied().collect(), gx: None }
    }
}
