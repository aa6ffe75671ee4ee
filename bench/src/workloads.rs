//! What is computed, and what must come out.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A computation that every engine does in its own way.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ValueEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Workload {
    /// `y = add(y, x)` on scalars, again and again.
    Chain,
    /// Layers of 50 variables, each used twice by the next layer.
    Diamonds,
    /// `a = square(x)`, `y = add(square(a), square(a))`, with making x and freeing the graph.
    Tiny,
    /// Three squares of a scalar, without recording a graph.
    Inference,
    /// Three squares of a large array.
    Arrays,
}

/// Variables in a layer of the diamonds.
pub const WIDTH: usize = 50;

/// What an engine found: the output, and the gradient with respect to x.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// The numbers of the output.
    pub y: Vec<f64>,
    /// The numbers of the gradient; `None` where nothing is differentiated.
    pub gx: Option<Vec<f64>>,
}

impl Workload {
    /// All of them, in the order in which they are printed.
    pub const ALL: [Workload; 5] = [
        Workload::Chain,
        Workload::Diamonds,
        Workload::Tiny,
        Workload::Inference,
        Workload::Arrays,
    ];

    /// The sizes that a run measures: calls of the chain, layers of the diamonds, numbers in the
    /// array.
    pub fn sizes(self, quick: bool) -> &'static [usize] {
        match self {
            Workload::Chain if quick => &[1_000, 100_000],
            Workload::Chain => &[1_000, 10_000, 100_000, 1_000_000],
            Workload::Diamonds => &[200],
            Workload::Tiny | Workload::Inference => &[1],
            Workload::Arrays => &[1_000_000],
        }
    }

    /// The calls in one graph of this size.
    pub fn calls(self, size: usize) -> usize {
        match self {
            Workload::Chain => size,
            Workload::Diamonds => size * WIDTH + WIDTH - 1,
            Workload::Tiny => 4,
            Workload::Inference | Workload::Arrays => 3,
        }
    }

    /// Whether the workload has a backward part.
    pub fn differentiates(self) -> bool {
        self != Workload::Inference
    }

    /// How many graphs are timed together: a small graph is faster than the clock.
    pub fn batch(self) -> usize {
        match self {
            Workload::Tiny | Workload::Inference => 64,
            _ => 1,
        }
    }

    /// The numbers in x.
    pub fn x(self, size: usize) -> Vec<f64> {
        match self {
            Workload::Chain | Workload::Diamonds => vec![1.0],
            Workload::Tiny => vec![2.0],
            Workload::Inference => vec![1.5],
            Workload::Arrays => (0..size).map(|i| 1.0 + i as f64 / size as f64).collect(),
        }
    }

    /// What must come out, from the formula and not from a graph.
    pub fn expected(self, size: usize) -> Values {
        let power = |n: i32, factor: f64| {
            self.x(size).into_iter().map(|x| factor * x.powi(n)).collect::<Vec<_>>()
        };
        let (y, gx) = match self {
            Workload::Chain => (vec![size as f64], vec![size as f64]),
            Workload::Diamonds => {
                let paths = 2.0_f64.powi(i32::try_from(size).expect("some hundred layers"));
                (vec![WIDTH as f64 * paths], vec![paths])
            }
            Workload::Tiny => (power(4, 2.0), power(3, 8.0)),
            Workload::Inference => return Values { y: power(8, 1.0), gx: None },
            Workload::Arrays => (power(8, 1.0), power(7, 8.0)),
        };
        Values { y, gx: Some(gx) }
    }

    /// Says what is wrong with `values`, if anything is.
    pub fn check(self, size: usize, values: &Values) -> Result<(), String> {
        let expected = self.expected(size);
        same("output", &values.y, &expected.y)?;
        match (&values.gx, &expected.gx) {
            (Some(found), Some(expected)) => same("gradient", found, expected),
            (None, None) => Ok(()),
            _ => Err("wrong gradient: there is none, or none was expected".into()),
        }
    }
}

fn same(name: &str, found: &[f64], expected: &[f64]) -> Result<(), String> {
    if found.len() != expected.len() {
        return Err(format!("wrong {name}: {} numbers, not {}", found.len(), expected.len()));
    }
    let close = |(a, b): &(&f64, &f64)| (*a - *b).abs() <= 1e-12 * b.abs();
    match found.iter().zip(expected).find(|pair| !close(pair)) {
        Some((found, expected)) => Err(format!("wrong {name}: {found}, not {expected}")),
        None => Ok(()),
    }
}
