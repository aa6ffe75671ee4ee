//! The engines, one file each, and the workloads for those that work with handles to variables.

mod burn;
mod candle;
mod dfdx;
mod easy_ml;
mod floor;
mod passes;
mod steps;

use crate::measure::{Bench, Case, Report};
use crate::workloads::{Values, WIDTH, Workload};
use ::clap::ValueEnum;
use ::serde::{Deserialize, Serialize};

/// What is measured.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// Plain passes over an array, without a graph.
    Passes,
    /// A graph by hand: nodes of one `Rc`.
    Floor,
    /// Step 13 of this project.
    Step13,
    /// Step 14.
    Step14,
    /// Step 16.
    Step16,
    /// Step 17.
    Step17,
    /// Step 18.
    Step18,
    /// dfdx on its CPU device.
    Dfdx,
    /// candle-core on its CPU device.
    Candle,
    /// burn with its ndarray backend and autodiff.
    Burn,
    /// easy-ml's tape of scalars.
    EasyMl,
    /// `PyTorch` on one thread of the CPU.
    Torch,
    /// The original, in Python.
    Dezero,
}

impl Engine {
    /// The name on the command line and in the data.
    pub fn name(self) -> String {
        self.to_possible_value().expect("no engine is hidden").get_name().to_owned()
    }

    /// Whether `python/run.py` runs it.
    pub fn is_python(self) -> bool {
        matches!(self, Engine::Torch | Engine::Dezero)
    }

    /// Whether its graphs are never freed, so that freeing drops one handle only.
    pub fn leaks(self) -> bool {
        matches!(self, Engine::Step13 | Engine::Step14 | Engine::Step16)
    }

    /// Why the engine is left out of a workload, where that is known beforehand.
    pub fn left_out(self, workload: Workload) -> Option<&'static str> {
        match (self, workload) {
            (Engine::Passes, Workload::Arrays) => None,
            (Engine::Passes, _) => Some("plain passes over an array have no graph"),
            (Engine::Step13, Workload::Chain) => {
                Some("loses all but one gradient of a shared variable")
            }
            (Engine::Step13 | Engine::Step14, Workload::Diamonds) => {
                Some("runs a shared call once per path: 2^200 times")
            }
            (Engine::Step13 | Engine::Step14, Workload::Tiny) => {
                Some("has no generations: the gradient of the shared variable is wrong")
            }
            (Engine::EasyMl, Workload::Arrays) => Some("is a tape of scalars"),
            _ => None,
        }
    }

    /// Measures this engine in this process. Python's do not run here.
    pub fn run(self, bench: &Bench) -> Report {
        match self {
            Engine::Passes => passes::run(bench),
            Engine::Floor => floor::run(bench),
            Engine::Step13 => run(&steps::Step13, bench),
            Engine::Step14 => run(&steps::Step14, bench),
            Engine::Step16 => run(&steps::Step16, bench),
            Engine::Step17 => run(&steps::Step17, bench),
            Engine::Step18 => run(&steps::Step18, bench),
            Engine::Dfdx => dfdx::run(bench),
            Engine::Candle => run(&candle::Candle, bench),
            Engine::Burn => run(&burn::Burn::new(), bench),
            Engine::EasyMl => easy_ml::run(bench),
            Engine::Torch | Engine::Dezero => panic!("{self:?} is run by Python"),
        }
    }
}

/// An engine that works with handles to variables, as most do.
trait Variables {
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

    fn add(&self, a: &Self::Var, b: &Self::Var) -> Self::Var;

    fn square(&self, x: &Self::Var) -> Self::Var;

    fn backward(&self, y: &Self::Var) -> Self::Grads;

    fn data(&self, y: &Self::Var) -> Vec<f64>;

    fn grad(&self, x: &Self::Var, grads: &Self::Grads) -> Vec<f64>;
}

fn run(engine: &impl Variables, bench: &Bench) -> Report {
    let size = bench.size;
    match bench.workload {
        Workload::Chain => bench.run(&Chain { engine, size }),
        Workload::Diamonds => bench.run(&Diamonds { engine, size }),
        Workload::Tiny => bench.run(&Tiny { engine }),
        Workload::Inference => bench.run(&Inference { engine }),
        Workload::Arrays => bench.run(&Arrays { engine, numbers: bench.workload.x(size) }),
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
        let mut layer = leaf.to_vec();
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
