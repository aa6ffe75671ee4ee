//! The array workload without any graph: three passes forward and three backward.

use crate::measure::{Bench, Case, Report};
use crate::workloads::Values;
use ndarray::Array1;
use results::Workload;
use std::rc::Rc;

/// Measures the passes.
pub fn run(bench: &Bench) -> Report {
    match bench.task.workload {
        Workload::Arrays => bench.run(&Passes(Array1::from(bench.task.x()))),
        _ => Report::Wrong("plain passes over an array have no graph".into()),
    }
}

struct Passes(Array1<f64>);

struct Arrays {
    x: Rc<Array1<f64>>,
    a: Array1<f64>,
    b: Array1<f64>,
    y: Array1<f64>,
    gx: Option<Array1<f64>>,
}

impl Case for Passes {
    type Leaf = Rc<Array1<f64>>;
    type Graph = Arrays;

    fn leaf(&self) -> Self::Leaf {
        Rc::new(self.0.clone())
    }

    fn forward(&self, x: &Self::Leaf) -> Arrays {
        let a = x.mapv(|x| x * x);
        let b = a.mapv(|a| a * a);
        let y = b.mapv(|b| b * b);
        Arrays { x: x.clone(), a, b, y, gx: None }
    }

    fn backward(&self, graph: &mut Arrays) {
        // The gradient of y is 1, so that of b is 2b.
        let mut g = graph.b.mapv(|b| 2.0 * b);
        g.zip_mut_with(&graph.a, |g, a| *g *= 2.0 * a);
        g.zip_mut_with(&*graph.x, |g, x| *g *= 2.0 * x);
        graph.gx = Some(g);
    }

    fn values(&self, graph: &Arrays) -> Values {
        Values { y: graph.y.to_vec(), gx: graph.gx.as_ref().map(|gx| gx.to_vec()) }
    }
}
