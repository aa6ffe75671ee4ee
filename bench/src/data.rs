//! The results, as they are kept in results.json.

use crate::engines::Engine;
use crate::workloads::Workload;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

/// A run.
#[derive(Debug, Serialize, Deserialize)]
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
    pub long: Option<serde_json::Value>,
}

/// The machine, and what was installed on it.
#[derive(Debug, Serialize, Deserialize)]
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
    pub python: Option<String>,
    /// Versions of the engines.
    pub versions: BTreeMap<String, String>,
}

/// Nanoseconds and bytes per call: medians over the rounds.
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    pub backward_ns: Option<f64>,
    /// Freeing.
    pub free_ns: f64,
    /// Everything.
    pub total_ns: f64,
    /// The fastest round.
    pub min_total_ns: f64,
    /// The slowest round.
    pub max_total_ns: f64,
    /// The most that was asked of the allocator at once.
    pub bytes_per_call: Option<f64>,
    /// The most by which the process grew.
    pub rss_per_call: Option<f64>,
    /// Whether graphs are never freed, so that `free_ns` is that of one handle.
    pub leaks: bool,
}

/// What was not measured, and why.
#[derive(Clone, Debug, Serialize, Deserialize)]
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

/// Where results are kept.
pub fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("results.json")
}

/// The results of the last run that was kept.
pub fn load() -> Option<Data> {
    serde_json::from_str(&fs::read_to_string(path()).ok()?).ok()
}

/// Keeps `data`.
pub fn save(data: &Data) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(data)?;
    text.push('\n');
    fs::write(path(), text)
}
