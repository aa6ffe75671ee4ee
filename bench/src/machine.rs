//! What the run ran on.

use crate::child;
use crate::data::Machine;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use sysinfo::{CpuRefreshKind, RefreshKind, System};

/// What a Python offers.
#[derive(Debug, Default, Deserialize)]
pub struct Python {
    /// Its version.
    pub python: Option<String>,
    /// The version of `PyTorch`.
    pub torch: Option<String>,
    /// The version of the original.
    pub dezero: Option<String>,
}

/// The script that runs the engines in Python.
pub fn script() -> PathBuf {
    folder().join("python/run.py")
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Python to use: the one named, or that of the folder, or the system's.
pub fn find_python(named: Option<&Path>) -> PathBuf {
    let own = folder().join("python/.venv/bin/python");
    match named {
        Some(named) => named.to_owned(),
        None if own.exists() => own,
        None => "python3".into(),
    }
}

/// Asks a Python what it has; nothing if there is none.
pub fn probe(python: &Path) -> Python {
    let mut command = Command::new(python);
    command.arg(script()).arg("probe");
    let text = child::output(&mut command, Duration::from_secs(60));
    text.ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

/// The machine, with the versions of all engines.
pub fn describe(python: Python) -> Machine {
    let cpus = RefreshKind::nothing().with_cpu(CpuRefreshKind::nothing());
    let system = System::new_with_specifics(cpus);
    Machine {
        cpu: system.cpus().first().map_or_else(String::new, |cpu| cpu.brand().to_owned()),
        cores: std::thread::available_parallelism().map_or(1, Into::into),
        os: System::long_os_version().unwrap_or_default(),
        rustc: rustc(),
        versions: versions(&python),
        python: python.python,
    }
}

fn rustc() -> String {
    let mut command = Command::new("rustc");
    command.arg("--version").current_dir(folder());
    child::output(&mut command, Duration::from_secs(60)).unwrap_or_default().trim().to_owned()
}

fn versions(python: &Python) -> BTreeMap<String, String> {
    let mut versions = locked();
    let more = [("torch", &python.torch), ("dezero", &python.dezero)];
    versions.extend(more.iter().filter_map(|(name, version)| {
        version.as_ref().map(|version| ((*name).to_owned(), version.clone()))
    }));
    versions
}

/// The versions in the lockfile with which this program was built.
fn locked() -> BTreeMap<String, String> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }

    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }

    let lock: Lock = toml::from_str(include_str!("../Cargo.lock")).expect("cargo wrote it");
    let name = |name: &str| match name {
        "candle-core" => Some("candle".to_owned()),
        "burn" | "dfdx" | "easy-ml" | "ndarray" => Some(name.to_owned()),
        _ => None,
    };
    let packages = lock.package.into_iter();
    packages.filter_map(|package| Some((name(&package.name)?, package.version))).collect()
}
