//! dfdx. Shapes are types, and one tensor carries the tape of the whole graph, so a tensor that is
//! used again gets the tape handed over.

use crate::measure::{Bench, Case, Report};
use crate::workloads::{Task, Values, WIDTH};
use dfdx::prelude::*;
use results::Workload;

type Plain<S> = Tensor<S, f64, Cpu>;
type Taped<S> = Tensor<S, f64, Cpu, OwnedTape<f64, Cpu>>;
type Scalar = Rank0;
type Numbers = (usize,);

/// Measures dfdx on its CPU device.
pub fn run(bench: &Bench) -> Report {
    let cpu = Cpu::default();
    let Task { workload, size } = bench.task;
    match workload {
        Workload::Chain => bench.run(&Chain { cpu, size }),
        Workload::Diamonds => bench.run(&Diamonds { cpu, size }),
        Workload::Tiny => bench.run(&Tiny { cpu }),
        Workload::Inference => bench.run(&Inference { cpu }),
        Workload::Arrays => bench.run(&Arrays { cpu, numbers: bench.task.x() }),
    }
}

/// `backward` consumes the output and its tape.
struct Graph<S: Shape> {
    x: Plain<S>,
    y: Option<Taped<Scalar>>,
    data: Option<Plain<S>>,
    grads: Option<Gradients<f64, Cpu>>,
}

impl<S: Shape> Graph<S> {
    fn new(x: Plain<S>, data: Option<Plain<S>>, y: Taped<Scalar>) -> Self {
        Graph { x, y: Some(y), data, grads: None }
    }

    fn backward(&mut self) {
        self.grads = self.y.take().map(Backward::backward);
    }
}

impl Graph<Scalar> {
    fn scalar(x: Plain<Scalar>, y: Taped<Scalar>) -> Self {
        let (y, tape) = y.split_tape();
        Graph::new(x, Some(y.clone()), y.put_tape(tape))
    }
}

impl<S: Shape> Graph<S> {
    fn values(&self) -> Values {
        let y = self.data.as_ref().expect("the graph keeps its output").as_vec();
        Values { y, gx: self.grads.as_ref().map(|grads| grads.get(&self.x).as_vec()) }
    }
}

macro_rules! case {
    ($case:ident, $shape:ty, $leaf:ty, |$self:ident| $make:expr, |$leaf_name:ident| $forward:expr) => {
        impl Case for $case {
            type Leaf = $leaf;
            type Graph = Graph<$shape>;

            fn leaf(&$self) -> $leaf {
                $make
            }

            fn forward(&$self, $leaf_name: &$leaf) -> Graph<$shape> {
                $forward
            }

            fn backward(&self, graph: &mut Graph<$shape>) {
                graph.backward();
            }

            fn values(&self, graph: &Graph<$shape>) -> Values {
                graph.values()
            }
        }
    };
}

struct Chain {
    cpu: Cpu,
    size: usize,
}

case!(
    Chain,
    Scalar,
    (Plain<Scalar>, Plain<Scalar>),
    |self| (self.cpu.tensor(1.0), self.cpu.tensor(0.0)),
    |leaf| {
        let (x, y) = leaf;
        let mut y = y.leaky_trace();
        for _ in 0..self.size {
            y = y + x.clone();
        }
        Graph::scalar(x.clone(), y)
    }
);

struct Diamonds {
    cpu: Cpu,
    size: usize,
}

case!(
    Diamonds,
    Scalar,
    Vec<Plain<Scalar>>,
    |self| (0..WIDTH).map(|_| self.cpu.tensor(1.0)).collect(),
    |leaf| {
        let x = leaf[0].clone();
        let mut tape = OwnedTape::default();
        let mut layer = leaf.clone();
        for _ in 0..self.size {
            let mut next = Vec::with_capacity(WIDTH);
            for j in 0..WIDTH {
                let y = layer[j].clone().put_tape(tape) + layer[(j + 1) % WIDTH].clone();
                let (y, rest) = y.split_tape();
                next.push(y);
                tape = rest;
            }
            layer = next;
        }
        let mut layer = layer.into_iter();
        let first = layer.next().expect("a layer is not empty").put_tape(tape);
        Graph::scalar(x, layer.fold(first, |sum, y| sum + y))
    }
);

struct Tiny {
    cpu: Cpu,
}

case!(Tiny, Scalar, (), |self| (), |_leaf| {
    let x = self.cpu.tensor(2.0);
    let (a, tape) = x.leaky_trace().square().split_tape();
    let (b, tape) = a.clone().put_tape(tape).square().split_tape();
    let (c, tape) = a.put_tape(tape).square().split_tape();
    Graph::scalar(x, b.put_tape(tape) + c)
});

struct Arrays {
    cpu: Cpu,
    numbers: Vec<f64>,
}

case!(
    Arrays,
    Numbers,
    Plain<Numbers>,
    |self| self.cpu.tensor((self.numbers.clone(), (self.numbers.len(),))),
    |leaf| {
        let y = leaf.leaky_trace().square().square().square();
        let (y, tape) = y.split_tape();
        // Its backward starts from a scalar only.
        Graph::new(leaf.clone(), Some(y.clone()), y.put_tape(tape).sum())
    }
);

/// Without a tape nothing is recorded.
struct Inference {
    cpu: Cpu,
}

impl Case for Inference {
    type Leaf = Plain<Scalar>;
    type Graph = Plain<Scalar>;

    fn leaf(&self) -> Self::Leaf {
        self.cpu.tensor(1.5)
    }

    fn forward(&self, x: &Self::Leaf) -> Self::Graph {
        x.clone().square().square().square()
    }

    fn backward(&self, _: &mut Self::Graph) {}

    fn values(&self, y: &Self::Graph) -> Values {
        Values { y: y.as_vec(), gx: None }
    }
}
