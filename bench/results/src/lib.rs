//! The form of `bench/results.json`, for the benchmark, which writes it, and the book, which reads it.
//!
//! A field that is missing, or that nobody knows, is an error of the reader. Begin with [`Data`].
//! The feature `clap` lets engines and workloads be named on a command line.

use serde::de::IntoDeserializer as _;
use serde::de::value::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

/// A run of the benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    /// The day of the run.
    pub date: String,
    /// Where it ran.
    pub machine: Machine,
    /// How often each engine was measured on small sizes.
    pub rounds: usize,
    /// How often on large ones.
    pub rounds_large: usize,
    /// Seed of the order in which the engines took turns.
    pub seed: u64,
    /// What was set in the environment of the measured processes.
    pub env: BTreeMap<String, String>,
    /// One for each engine, workload and size that was measured.
    pub results: Vec<Row>,
    /// One for each that was not.
    pub skipped: Vec<Skipped>,
    /// What the runs under load found; `None` before the first.
    #[serde(deserialize_with = "Option::deserialize")]
    pub long: Option<Long>,
}

/// The machine, and what was installed on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machine {
    /// Model of the processor.
    pub cpu: String,
    /// Cores that a process may use.
    pub cores: usize,
    /// Operating system.
    pub os: String,
    /// Version of the compiler.
    pub rustc: String,
    /// Version of Python, if there is one.
    #[serde(deserialize_with = "Option::deserialize")]
    pub python: Option<String>,
    /// Versions of the engines.
    pub versions: BTreeMap<String, String>,
}

/// Nanoseconds and bytes per call: medians over the rounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The engine.
    pub engine: Engine,
    /// The workload.
    pub workload: Workload,
    /// Calls, layers or numbers.
    pub size: usize,
    /// Building the graph.
    pub forward_ns: f64,
    /// Computing the gradients; `None` where nothing is differentiated.
    #[serde(deserialize_with = "Option::deserialize")]
    pub backward_ns: Option<f64>,
    /// Freeing.
    pub free_ns: f64,
    /// Everything.
    pub total_ns: f64,
    /// The fastest round.
    pub min_total_ns: f64,
    /// The slowest round.
    pub max_total_ns: f64,
    /// The most that was asked of the allocator at once; `None` where it cannot be counted.
    #[serde(deserialize_with = "Option::deserialize")]
    pub bytes_per_call: Option<f64>,
    /// The most by which the process grew; `None` for graphs too small to be seen.
    #[serde(deserialize_with = "Option::deserialize")]
    pub rss_per_call: Option<f64>,
    /// Whether graphs are never freed, so that `free_ns` is that of one handle.
    pub leaks: bool,
}

/// What was not measured, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skipped {
    /// The engine.
    pub engine: Engine,
    /// The workload.
    pub workload: Workload,
    /// Calls, layers or numbers.
    pub size: usize,
    /// Why.
    pub reason: String,
}

/// What the last step was put under, and what came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Long {
    /// A deep graph on a small stack.
    pub stack: Stack,
    /// Random graphs against dual numbers.
    pub random: Random,
    /// Many graphs, one after the other.
    pub flat: Flat,
    /// The deepest graph.
    pub deep: Deep,
}

/// A deep graph on a small stack.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stack {
    /// Calls in the graph.
    pub calls: u32,
    /// The smallest stack that was enough, in KiB.
    pub stack_kib: usize,
}

/// Random graphs against dual numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Random {
    /// How many graphs.
    pub graphs: usize,
    /// Seed of their making.
    pub seed: u64,
    /// Calls of all graphs together.
    pub calls: usize,
    /// The largest difference of a gradient, against the larger of 1 and the right one.
    pub largest_relative_difference: f64,
}

/// Many graphs, made and dropped one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flat {
    /// How many graphs.
    pub graphs: usize,
    /// Bytes that were not given back to the allocator.
    pub bytes_left: usize,
    /// Bytes by which the process grew; `None` where the system does not tell.
    #[serde(deserialize_with = "Option::deserialize")]
    pub resident_grown: Option<usize>,
}

/// The deepest graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deep {
    /// Calls in the graph.
    pub calls: u32,
    /// The most that was asked of the allocator at once.
    pub bytes: usize,
    /// The most that the process held; `None` where the system does not tell.
    #[serde(deserialize_with = "Option::deserialize")]
    pub resident: Option<usize>,
    /// Building, differentiating, freeing, and counting bytes.
    pub seconds: f64,
}

/// What the pieces of `fast` gain: the form of `bench/pieces.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pieces {
    /// The day of the run.
    pub date: String,
    /// Version of the compiler.
    pub rustc: String,
    /// Version of the program that counted.
    pub valgrind: String,
    /// Step 18, then it with one piece after the other; the last one is `fast`.
    pub pieces: Vec<Counted>,
    /// Engines beside it.
    pub beside: Vec<Counted>,
}

/// What one call costs, counted and not timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// A piece or an engine.
    pub name: String,
    /// Instructions for each call, of all that is done with it: making, differentiating, freeing.
    pub instructions: BTreeMap<Workload, f64>,
    /// The most that was asked of the allocator at once, for each call of a chain of a million.
    pub bytes_per_call: f64,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// Plain passes over an array, without a graph.
    Passes,
    /// A graph by hand: each workload knows its own.
    Floor,
    /// The least engine that does not know its graph.
    Least,
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
    /// Step 18 again, as fast as it gets.
    Fast,
    /// Step 24, with the functions that step 18 has as well.
    Step24,
    /// Step 24, with `+` in place of `add`.
    Operators,
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

/// A computation that every engine does in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
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

macro_rules! named {
    ($($type:ty),*) => {$(
        impl Display for $type {
            fn fmt(&self, f: &mut Formatter) -> fmt::Result {
                self.serialize(f)
            }
        }

        impl FromStr for $type {
            type Err = Error;

            fn from_str(name: &str) -> Result<Self, Error> {
                Self::deserialize(name.into_deserializer())
            }
        }
    )*};
}

// As they are named in the data, so they are named everywhere.
named!(Engine, Workload);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_and_written() {
        assert_eq!("easy-ml".parse(), Ok(Engine::EasyMl));
        assert_eq!(Engine::EasyMl.to_string(), "easy-ml");
        assert_eq!(Workload::Chain.to_string(), "chain");
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = "chian".parse::<Workload>().unwrap_err().to_string();
        assert!(error.contains("`chian`") && error.contains("`chain`"), "{error}");
    }

    const GAP: &str = r#"{"engine":"burn","workload":"chain","size":1,"reason":"slow"}"#;

    #[test]
    fn what_is_written_can_be_read() {
        let gap: Skipped = serde_json::from_str(GAP).unwrap();
        assert_eq!(serde_json::to_string(&gap).unwrap(), GAP);
    }

    #[test]
    fn a_missing_field_is_an_error() {
        let error = serde_json::from_str::<Skipped>(&GAP.replace(r#""size":1,"#, "")).unwrap_err();
        assert!(error.to_string().contains("missing field `size`"), "{error}");
    }

    #[test]
    fn a_field_of_another_name_is_an_error() {
        let error = serde_json::from_str::<Skipped>(&GAP.replace("reason", "why")).unwrap_err();
        assert!(error.to_string().contains("unknown field `why`"), "{error}");
    }

    #[test]
    fn a_field_that_may_be_empty_must_be_there() {
        let flat = r#"{"graphs":1,"bytes_left":0,"resident_grown":null}"#;
        assert_eq!(serde_json::from_str::<Flat>(flat).unwrap().resident_grown, None);
        let without = flat.replace(r#","resident_grown":null"#, "");
        let error = serde_json::from_str::<Flat>(&without).unwrap_err();
        assert!(error.to_string().contains("missing field `resident_grown`"), "{error}");
    }
}
