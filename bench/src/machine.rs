//! What the run ran on.

use crate::process;
use crate::python::Python;
use results::Machine;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;
use sysinfo::{CpuRefreshKind, RefreshKind, System};

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
        python: python.version,
    }
}

/// The version of the compiler.
pub fn rustc() -> String {
    let mut command = Command::new("rustc");
    command.arg("--version").current_dir(env!("CARGO_MANIFEST_DIR"));
    process::output(&mut command, Duration::from_mins(1)).unwrap_or_default().trim().to_owned()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lockfile_has_every_engine() {
        let names = Vec::from_iter(locked().into_keys());
        assert_eq!(names, ["burn", "candle", "dfdx", "easy-ml", "ndarray"]);
    }
}
