//! What the benchmark measured.

use anyhow::{Context, Result, ensure};
use lessons::{Workspace, workspace};
use results::{Data, Engine, Pieces};

/// Where the results lie, from the root of the workspace.
pub const FILE: &str = "bench/results.json";

pub fn load(workspace: &Workspace) -> Result<Data> {
    let path = workspace.root.join(FILE);
    ensure!(path.is_file(), "there is no {FILE}: run the benchmark, as bench/README.md says");
    let text = workspace::read(&path)?;
    serde_json::from_str(&text).with_context(|| format!("{FILE} is not what `bench` writes"))
}

/// Where it lies what the pieces of `fast` gain, from the root of the workspace.
pub const PIECES: &str = "bench/pieces.json";

pub fn pieces(workspace: &Workspace) -> Result<Pieces> {
    let text = workspace::read(&workspace.root.join(PIECES))?;
    serde_json::from_str(&text).with_context(|| format!("{PIECES} is not what `bench` writes"))
}

/// An engine's name for readers.
pub fn name(engine: Engine) -> String {
    match engine {
        Engine::Torch => "PyTorch".into(),
        Engine::Dezero => "DeZero (Python)".into(),
        Engine::Operators => "step24, with +".into(),
        _ => engine.to_string(),
    }
}
