//! What `bench` measured, from its data file.

use anyhow::{Context, Result, ensure};
use lessons::{Workspace, workspace};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Where the results lie, from the root of the workspace.
pub const FILE: &str = "bench/results.json";

#[derive(Deserialize)]
pub struct Data {
    pub date: String,
    pub machine: Machine,
    pub rounds: usize,
    pub rounds_large: usize,
    pub results: Vec<Row>,
    pub skipped: Vec<Skipped>,
    pub long: Long,
}

#[derive(Deserialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    pub os: String,
    pub rustc: String,
    pub python: Option<String>,
    pub versions: BTreeMap<String, String>,
}

/// What was measured of one engine, per call.
#[derive(Deserialize)]
pub struct Row {
    pub engine: String,
    pub workload: String,
    pub size: usize,
    pub forward_ns: f64,
    pub backward_ns: Option<f64>,
    pub free_ns: f64,
    pub total_ns: f64,
    pub min_total_ns: f64,
    pub max_total_ns: f64,
    pub bytes_per_call: Option<f64>,
}

#[derive(Deserialize)]
pub struct Skipped {
    pub engine: String,
    pub workload: String,
    pub reason: String,
}

/// What the last step was put under, and how it came out.
#[derive(Deserialize)]
pub struct Long {
    pub stack: Stack,
    pub deep: Deep,
    pub random: Random,
    pub flat: Flat,
}

#[derive(Deserialize)]
pub struct Stack {
    pub calls: f64,
    pub stack_kib: f64,
}

#[derive(Deserialize)]
pub struct Deep {
    pub calls: f64,
    pub bytes: f64,
}

#[derive(Deserialize)]
pub struct Random {
    pub graphs: f64,
    pub calls: f64,
    pub largest_relative_difference: f64,
}

#[derive(Deserialize)]
pub struct Flat {
    pub graphs: f64,
    pub bytes_left: f64,
}

pub fn load(workspace: &Workspace) -> Result<Data> {
    let path = workspace.root.join(FILE);
    ensure!(path.is_file(), "there is no {FILE}: run the benchmark, as bench/README.md says");
    let text = workspace::read(&path)?;
    serde_json::from_str(&text).with_context(|| format!("{FILE} is not what `bench` writes"))
}

/// An engine's name for readers.
pub fn name(engine: &str) -> &str {
    match engine {
        "torch" => "PyTorch",
        "dezero" => "DeZero (Python)",
        _ => engine,
    }
}
