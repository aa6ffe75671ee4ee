//! The engines in Python.

use crate::process;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// What a Python offers.
#[derive(Debug, Default, Deserialize)]
pub struct Python {
    /// Its version.
    #[serde(rename = "python")]
    pub version: Option<String>,
    /// The version of `PyTorch`.
    pub torch: Option<String>,
    /// The version of the original.
    pub dezero: Option<String>,
}

/// A command that runs the script of the engines.
pub fn command(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.arg(folder().join("run.py"));
    command
}

/// The Python to use: the one named, or that of the folder, or the system's.
pub fn find(named: Option<&Path>) -> PathBuf {
    let own = folder().join(".venv/bin/python");
    match named {
        Some(named) => named.to_owned(),
        None if own.exists() => own,
        None => "python3".into(),
    }
}

/// Asks a Python what it has; nothing if there is none.
pub fn probe(python: &Path) -> Python {
    process::answer(command(python).arg("probe"), Duration::from_mins(1)).unwrap_or_default()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("python")
}
