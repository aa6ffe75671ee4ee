//! Running cargo.

use crate::paint::print;
use anyhow::{Context, Result, ensure};
use lessons::Workspace;
use runner::{End, Limits, Run};
use serde_json::Value;
use std::collections::HashMap;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// More than any build takes, with downloads, and prints.
const BUILD: Limits = Limits { time: Duration::from_secs(1800), bytes: 1 << 26 };

/// What compiling came to.
pub enum Build {
    Done(Vec<Executable>),
    /// It does not compile.
    Failed(CompileError),
}

/// A program that cargo has built.
pub struct Executable {
    /// `lib`, `bin` or `test`.
    pub kind: String,
    pub name: String,
    pub path: PathBuf,
}

/// The first error of a build.
pub struct CompileError {
    /// As the compiler shows it.
    pub message: String,
    /// The file it is in, from the workspace.
    pub file: String,
    /// How many errors there are.
    pub count: usize,
}

/// Runs the cargo that runs us, in the root of the workspace.
pub fn run(workspace: &Workspace, arguments: &[&str], limits: Limits) -> Result<Run> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments).current_dir(&workspace.root);
    runner::run(&mut cargo, limits).context("cargo cannot be started")
}

/// Runs `cargo` with `arguments`, which build something.
pub fn build(workspace: &Workspace, arguments: &[&str]) -> Result<Build> {
    let format = ["--quiet", "--message-format=json-diagnostic-rendered-ansi"];
    let run = run(workspace, &[arguments, &format].concat(), BUILD)?;
    let minutes = BUILD.time.as_secs() / 60;
    ensure!(run.end != End::TooLong, "cargo did not end within {minutes} minutes: {}", run.stderr);
    let messages: Vec<Value> =
        run.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if run.succeeded() {
        return Ok(Build::Done(messages.iter().filter_map(executable).collect()));
    }
    let errors = messages.iter().filter_map(|message| message.get("message"));
    let errors: Vec<&Value> = errors
        .filter(|error| {
            error["level"] == "error" && error["spans"].as_array().is_some_and(|s| !s.is_empty())
        })
        .collect();
    Ok(Build::Failed(match errors.first() {
        Some(error) => CompileError {
            message: error["rendered"].as_str().unwrap_or_default().into(),
            file: primary_file(error).replace('\\', "/"),
            count: errors.len(),
        },
        None => CompileError { message: run.stderr, file: String::new(), count: 1 },
    }))
}

/// What came of one package of several that were built together.
#[derive(Default)]
pub struct Package {
    pub executables: Vec<Executable>,
    /// The first error, if it does not compile.
    pub error: Option<PackageError>,
}

/// An error of the compiler.
pub struct PackageError {
    /// Such as `E0382`; empty if it has none.
    pub code: String,
    /// All errors of the package with their labels and notes, without colours.
    pub text: String,
    /// The first one, without colours.
    pub rendered: String,
}

/// Builds several packages, and goes on where one does not compile. They are told by the names of
/// their folders.
pub fn build_all(workspace: &Workspace, arguments: &[&str]) -> Result<HashMap<String, Package>> {
    let run = run(workspace, &[arguments, &["--quiet", "--message-format=json"]].concat(), BUILD)?;
    let mut packages: HashMap<String, Package> = HashMap::new();
    for line in run.stdout.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let Some(folder) = folder(&message) else { continue };
        let package = packages.entry(folder).or_default();
        package.executables.extend(executable(&message));
        let error = &message["message"];
        let text = error["rendered"].as_str().unwrap_or_default();
        let is_error =
            error["level"] == "error" && error["spans"].as_array().is_some_and(|s| !s.is_empty());
        match &mut package.error {
            _ if !is_error => {}
            Some(first) => first.text += text,
            None => {
                let code = error["code"]["code"].as_str().unwrap_or_default().into();
                package.error =
                    Some(PackageError { code, text: text.into(), rendered: text.into() });
            }
        }
    }
    ensure!(!packages.is_empty(), "cargo built nothing: {}", run.stderr);
    Ok(packages)
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
