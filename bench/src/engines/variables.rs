//! The workloads for engines that work with handles to variables, as most do.

use crate::measure::{Bench, Case, Report};
use crate::workloads::{Task, Values, WIDTH};
use results::Workload;

/// An engine that works with handles to variables, as most do.
pub trait Variables {
    /// A handle.
    type Var: Clone;
    /// What backward hands back; nothing where the variables keep their gradients.
    type Grads;

    /// A scalar to differentiate with respect to.
    fn scalar(&self, x: f64) -> Self::Var;

    /// An array to differentiate with respect to.
    fn array(&self, x: &[f64]) -> Self::Var;

    /// A scalar from which no graph is recorded, where that depends on the variable.
    fn constant(&self, x: f64) -> Self::Var {
        self.scalar(x)
    }

    /// Runs `f` without recording a graph, where that is a switch.
    fn no_grad<T>(&self, f: impl FnOnce() -> T) -> T {
        f()
    }

    /// The sum of two variables of one shape.
    fn add(&self, a: &Self::Var, b: &Self::Var) -> Self::Var;

    /// The square of each number.
    fn square(&self, x: &Self::Var) -> Self::Var;

    /// Computes the gradients of `y`.
    fn backward(&self, y: &Self::Var) -> Self::Grads;

    /// The numbers of a variable.
    fn data(&self, y: &Self::Var) -> Vec<f64>;

    /// The numbers of its gradient.
    fn grad(&self, x: &Self::Var, grads: &Self::Grads) -> Vec<f64>;
}

/// Measures such an engine.
pub fn run(engine: &impl Variables, bench: &Bench) -> Report {
    let Task { workload, size } = bench.task;
    match workload {
        Workload::Chain => bench.run(&Chain { engine, size }),
        Workload::Diamonds => bench.run(&Diamonds { engine, size }),
        Workload::Tiny => bench.run(&Tiny { engine }),
        Workload::Inference => bench.run(&Inference { engine }),
        Workload::Arrays => bench.run(&Arrays { engine, numbers: bench.task.x() }),
    }
}

/// The handles that the program keeps.
struct Graph<E: Variables> {
    x: E::Var,
    y: E::Var,
    grads: Option<E::Grads>,
}

impl<E: Variables> Graph<E> {
    fn new(x: E::Var, y: E::Var) -> Self {
        Graph { x, y, grads: None }
    }

    fn backward(&mut self, engine: &E) {
        self.grads = Some(engine.backward(&self.y));
    }

    fn values(&self, engine: &E) -> Values {
        let gx = self.grads.as_ref().map(|grads| engine.grad(&self.x, grads));
        Values { y: engine.data(&self.y), gx }
    }
}

macro_rules! case {
    ($case:ident, $leaf:ty, |$self:ident| $make:expr, |$leaf_name:ident| $forward:expr) => {
        impl<E: Variables> Case for $case<'_, E> {
            type Leaf = $leaf;
            type Graph = Graph<E>;

            fn leaf(&$self) -> $leaf {
                $make
            }

            fn forward(&$self, $leaf_name: &$leaf) -> Graph<E> {
                $forward
            }

            fn backward(&self, graph: &mut Graph<E>) {
                graph.backward(self.engine);
            }

            fn values(&self, graph: &Graph<E>) -> Values {
                graph.values(self.engine)
            }
        }
    };
}

struct Chain<'a, E> {
    engine: &'a E,
    size: usize,
}

case!(Chain, (E::Var, E::Var), |self| (self.engine.scalar(1.0), self.engine.scalar(0.0)), |leaf| {
    let (x, mut y) = leaf.clone();
    for _ in 0..self.size {
        y = self.engine.add(&y, &x);
    }
    Graph::new(x, y)
});

struct Diamonds<'a, E> {
    engine: &'a E,
    size: usize,
}

case!(
    Diamonds,
    Vec<E::Var>,
    |self| (0..WIDTH).map(|_| self.engine.scalar(1.0)).collect(),
    |leaf| {
        let x = leaf[0].clone();
        let mut layer = leaf.clone();
        for _ in 0..self.size {
            let pair = |j| self.engine.add(&layer[j], &layer[(j + 1) % WIDTH]);
            layer = (0..WIDTH).map(pair).collect();
        }
        let mut layer = layer.into_iter();
        let first = layer.next().expect("a layer is not empty");
        Graph::new(x, layer.fold(first, |sum, y| self.engine.add(&sum, &y)))
    }
);

struct Tiny<'a, E> {
    engine: &'a E,
}

case!(Tiny, (), |self| (), |_leaf| {
    let x = self.engine.scalar(2.0);
    let a = self.engine.square(&x);
    let y = self.engine.add(&self.engine.square(&a), &self.engine.square(&a));
    Graph::new(x, y)
});

struct Inference<'a, E> {
    engine: &'a E,
}

impl<E: Variables> Case for Inference<'_, E> {
    type Leaf = E::Var;
    type Graph = E::Var;

    fn leaf(&self) -> E::Var {
        self.engine.constant(1.5)
    }

    fn forward(&self, leaf: &E::Var) -> E::Var {
        let square = |x: &_| self.engine.square(x);
        self.engine.no_grad(|| square(&square(&square(leaf))))
    }

    fn backward(&self, _: &mut E::Var) {}

    fn values(&self, y: &E::Var) -> Values {
        Values { y: self.engine.data(y), gx: None }
    }
}

struct Arrays<'a, E> {
    engine: &'a E,
    numbers: Vec<f64>,
}

case!(Arrays, E::Var, |self| self.engine.array(&self.numbers), |leaf| {
    let square = |x: &_| self.engine.square(x);
    let y = square(&square(&square(leaf)));
    Graph::new(leaf.clone(), y)
});
