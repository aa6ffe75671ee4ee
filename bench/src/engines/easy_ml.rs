//! easy-ml. A record is a number and its place on a tape, which is one growing list.

use crate::measure::{Bench, Case, Report};
use crate::workloads::{Task, Values, WIDTH};
use ::easy_ml::differentiation::{Derivatives, Index, Record, WengertList};
use results::Workload;

type Tape = WengertList<f64>;

/// Measures easy-ml.
pub fn run(bench: &Bench) -> Report {
    let Task { workload, size } = bench.task;
    match workload {
        Workload::Chain => bench.run(&Scalars(|tape: &Tape| chain(tape, size))),
        Workload::Diamonds => bench.run(&Scalars(|tape: &Tape| diamonds(tape, size))),
        Workload::Tiny => bench.run(&Scalars(tiny)),
        Workload::Inference => bench.run(&Inference),
        Workload::Arrays => Report::Wrong("easy-ml is a tape of scalars".into()),
    }
}

/// Records without the reference to their tape.
struct Ends {
    x: (f64, Index),
    y: (f64, Index),
}

impl Ends {
    fn new(x: &Record<f64>, y: &Record<f64>) -> Self {
        Ends { x: (x.number, x.index), y: (y.number, y.index) }
    }
}

fn chain(tape: &Tape, size: usize) -> Ends {
    let x = tape.variable(1.0);
    let mut y = tape.variable(0.0);
    for _ in 0..size {
        y = y + x;
    }
    Ends::new(&x, &y)
}

fn diamonds(tape: &Tape, size: usize) -> Ends {
    let mut layer = Vec::from_iter((0..WIDTH).map(|_| tape.variable(1.0)));
    let x = layer[0];
    for _ in 0..size {
        layer = (0..WIDTH).map(|j| layer[j] + layer[(j + 1) % WIDTH]).collect();
    }
    let y = layer.into_iter().reduce(|sum, y| sum + y).expect("a layer is not empty");
    Ends::new(&x, &y)
}

fn tiny(tape: &Tape) -> Ends {
    let x = tape.variable(2.0);
    let a = square(&x);
    let y = square(&a) + square(&a);
    Ends::new(&x, &y)
}

fn square<'a>(x: &Record<'a, f64>) -> Record<'a, f64> {
    x * x
}

struct Scalars<F>(F);

struct Graph {
    tape: Tape,
    ends: Ends,
    grads: Option<Derivatives<f64>>,
}

impl<F: Fn(&Tape) -> Ends> Case for Scalars<F> {
    type Leaf = ();
    type Graph = Graph;

    fn leaf(&self) {}

    fn forward(&self, (): &()) -> Graph {
        let tape = Tape::new();
        let ends = self.0(&tape);
        Graph { tape, ends, grads: None }
    }

    fn backward(&self, graph: &mut Graph) {
        let y = Record::from_existing(graph.ends.y, Some(&graph.tape));
        graph.grads = Some(y.derivatives());
    }

    fn values(&self, graph: &Graph) -> Values {
        let x = Record::from_existing(graph.ends.x, Some(&graph.tape));
        let gx = graph.grads.as_ref().map(|grads| vec![grads.at(&x)]);
        Values { y: vec![graph.ends.y.0], gx }
    }
}

/// Constants have no tape.
struct Inference;

impl Case for Inference {
    type Leaf = Record<'static, f64>;
    type Graph = Record<'static, f64>;

    fn leaf(&self) -> Self::Leaf {
        Record::constant(std::hint::black_box(1.5))
    }

    fn forward(&self, x: &Self::Leaf) -> Self::Graph {
        square(&square(&square(x)))
    }

    fn backward(&self, _: &mut Self::Graph) {}

    fn values(&self, y: &Self::Graph) -> Values {
        Values { y: vec![y.number], gx: None }
    }
}
