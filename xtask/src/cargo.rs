//! Running cargo.

use crate::paint::print;
use anyhow::{Context, Result, ensure};
use lessons::Workspace;
use runner::{End, Limits, Run};
use serde_json::Value;
use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use std::{env, thread};

/// How long a build may be silent.
const PATIENCE: Duration = Duration::from_secs(4);

const NOTICE: &str = "\
  (It takes longer if cargo compiles the libraries for the first time,\n   \
  or if it waits for another cargo, such as your editor's.)";

static SAID: Once = Once::new();

/// More than any build takes, with downloads, and prints.
const BUILD: Limits = Limits { time: Duration::from_secs(1800), bytes: 1 << 26 };

/// What cargo has built.
#[derive(Default)]
pub struct Built {
    packages: HashMap<String, Package>,
    /// What it said beside the compiler's messages.
    pub said: String,
}

/// What came of one package.
#[derive(Default)]
pub struct Package {
    pub executables: Vec<Executable>,
    pub errors: Vec<Message>,
    pub warnings: Vec<Message>,
}

/// A program that cargo has built.
pub struct Executable {
    /// `lib`, `bin` or `test`.
    pub kind: String,
    pub name: String,
    pub path: PathBuf,
}

/// What the compiler said of one place.
#[derive(Clone)]
pub struct Message {
    /// Such as `E0382`; empty if it has none.
    pub code: String,
    /// As the compiler shows it, with colours.
    pub rendered: String,
    /// The file it is in, from the workspace.
    pub file: String,
}

impl Message {
    /// As the compiler shows it, without colours.
    pub fn plain(&self) -> String {
        anstream::adapter::strip_str(&self.rendered).to_string()
    }
}

impl Built {
    /// What came of the package in the folder of this name.
    pub fn package(&mut self, folder: &str) -> Result<Package> {
        let package = self.packages.remove(folder);
        package.with_context(|| format!("cargo did not come to {folder}:\n\n{}", self.said))
    }
}

/// Runs the cargo that runs us, in the root of the workspace.
pub fn run(workspace: &Workspace, arguments: &[&str], limits: Limits) -> Result<Run> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).current_dir(&workspace.root);
    let (done, waits) = mpsc::channel::<()>();
    let notice = thread::spawn(move || {
        if waits.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            // Once is enough. That nobody reads it is no error.
            SAID.call_once(|| drop(writeln!(io::stderr(), "{NOTICE}")));
        }
    });
    let run = runner::run(&mut cargo, limits).context("cargo cannot be started");
    drop(done);
    let _ = notice.join();
    run
}

/// Runs `cargo` with `arguments`, which build something; goes on where one package of several does
/// not compile, if they say `--keep-going`.
pub fn build(workspace: &Workspace, arguments: &[&str]) -> Result<Built> {
    let format = ["--quiet", "--message-format=json-diagnostic-rendered-ansi"];
    let run = run(workspace, &[arguments, &format].concat(), BUILD)?;
    let minutes = BUILD.time.as_secs() / 60;
    ensure!(run.end != End::TooLong, "cargo did not end within {minutes} minutes: {}", run.stderr);
    let mut packages: HashMap<String, Package> = HashMap::new();
    for line in run.stdout.lines() {
        let Ok(value) = serde_json::from_str::<Value>(line) else { continue };
        let Some(folder) = folder(&value) else { continue };
        let package = packages.entry(folder).or_default();
        package.executables.extend(executable(&value));
        let message = &value["message"];
        match message["level"].as_str() {
            Some("error") if !is_sum(message) => package.errors.push(read_message(message)),
            Some("warning") if !is_sum(message) => package.warnings.push(read_message(message)),
            _ => {}
        }
    }
    let has_errors = packages.values().any(|package| !package.errors.is_empty());
    ensure!(
        run.succeeded() || has_errors,
        "cargo could not build it:\n\n{}",
        run.stderr.trim_end()
    );
    Ok(Built { packages, said: run.stderr.trim_end().into() })
}

/// Whether a message only counts those before it. A linker that fails says nothing of a place either.
fn is_sum(message: &Value) -> bool {
    let has_place = message["spans"].as_array().is_some_and(|spans| !spans.is_empty());
    let text = message["message"].as_str().unwrap_or_default();
    !has_place && (text.starts_with("aborting due to") || text.ends_with("emitted"))
}

fn read_message(message: &Value) -> Message {
    Message {
        code: message["code"]["code"].as_str().unwrap_or_default().into(),
        rendered: message["rendered"].as_str().unwrap_or_default().into(),
        file: primary_file(message).replace('\\', "/"),
    }
}

/// The name of the folder of the package that a message is about.
fn folder(message: &Value) -> Option<String> {
    let manifest = Path::new(message["manifest_path"].as_str()?);
    Some(manifest.parent()?.file_name()?.to_str()?.into())
}

fn executable(message: &Value) -> Option<Executable> {
    let path = message["executable"].as_str()?.into();
    let target = &message["target"];
    let kind = target["kind"].get(0)?.as_str()?.into();
    Some(Executable { kind, name: target["name"].as_str()?.into(), path })
}

fn primary_file(error: &Value) -> String {
    let spans = error["spans"].as_array().into_iter().flatten();
    let mut primary = spans.filter(|span| span["is_primary"] == true);
    primary.next().and_then(|span| span["file_name"].as_str()).unwrap_or_default().into()
}

/// Runs a program of the workspace that is a crate of its own, so that no command but this one
/// compiles it, and shows what it prints; `true` if it succeeded.
pub fn show(workspace: &Workspace, package: &str, arguments: &[&str]) -> Result<bool> {
    let words = [&["run", "--quiet", "--package", package, "--"], arguments].concat();
    let run = run(workspace, &words, BUILD)?;
    print(&run.stdout)?;
    anstream::eprint!("{}", run.stderr);
    Ok(run.succeeded())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Without a place, it may be all that is said of a failure.
    #[test]
    fn what_the_linker_says_counts() {
        let message = |text| json!({"level": "error", "message": text, "spans": []});
        assert!(!is_sum(&message("linking with `cc` failed: exit status: 1")));
        assert!(!is_sum(&message("couldn't read `src/lib.rs`: No such file")));
        assert!(is_sum(&message("aborting due to 2 previous errors")));
        assert!(is_sum(&message("2 warnings emitted")));
    }
}
