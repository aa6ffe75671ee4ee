//! Copies of steps with a mistake in each, compiled together and run.

use crate::cargo;
use crate::compare::same_line;
use anyhow::{Context, Result};
use lessons::mistakes::{Mistake, Seen, Test};
use lessons::workspace::rename_crate;
use lessons::{Step, Workspace, workspace};
use runner::{End, Limits, Run};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// More than any session or test takes, on a busy machine too, and prints.
const LIMITS: Limits = Limits { time: Duration::from_secs(120), bytes: 1 << 20 };
/// For those that do not end, which take all of it.
const ENDLESS: Limits = Limits { time: Duration::from_secs(10), ..LIMITS };

/// A workspace of such copies, in `target/mistakes`.
pub struct Scratch<'a> {
    workspace: &'a Workspace,
    pub mistakes: Vec<(Step, Mistake)>,
}

/// What a mistake showed.
pub struct Outcome {
    /// In words.
    pub seen: String,
    /// Why that is not what its file says; `None` if it is.
    pub fault: Option<String>,
}

impl<'a> Scratch<'a> {
    /// Writes the copies.
    pub fn write(workspace: &'a Workspace, mistakes: Vec<(Step, Mistake)>) -> Result<Self> {
        let scratch = Scratch { workspace, mistakes };
        let folder = scratch.folder();
        if folder.exists() {
            fs::remove_dir_all(&folder).with_context(|| format!("{} stays", folder.display()))?;
        }
        write(&folder.join("Cargo.toml"), &manifest_of_all(workspace)?)?;
        write(&folder.join("Cargo.lock"), &workspace::read(&workspace.root.join("Cargo.lock"))?)?;
        for (step, mistake) in &scratch.mistakes {
            scratch.write_copy(step, mistake)?;
        }
        Ok(scratch)
    }

    fn folder(&self) -> PathBuf {
        self.workspace.root.join("target/mistakes")
    }

    fn write_copy(&self, step: &Step, mistake: &Mistake) -> Result<()> {
        let package = package(step, mistake);
        let folder = self.folder().join(&package);
        let test = mistake.seen.test();
        let mut files = vec![("Cargo.toml".to_string(), manifest(step, &package, test)?)];
        let changed = mistake.apply(step)?;
        for file in step.sources()?.into_iter().chain(test.map(|test| test_file(&test.file))) {
            let own = changed.iter().find(|(name, _)| *name == file);
            let source = own.map_or_else(|| step.read(&file), |(_, source)| Ok(source.clone()))?;
            files.push((file, source));
        }
        for (file, text) in files {
            write(&folder.join(file), &rename_crate(&text, &step.name, &crate_name(&package)))?;
        }
        Ok(())
    }

    /// Compiles all and runs each.
    pub fn run(&self) -> Result<Vec<Outcome>> {
        let manifest = self.folder().join("Cargo.toml");
        let target = self.workspace.root.join("target");
        let (manifest, target) = (manifest.to_string_lossy(), target.to_string_lossy());
        let arguments = ["build", "--workspace", "--bins", "--tests", "--keep-going", "--offline"];
        let place = ["--manifest-path", &manifest, "--target-dir", &target];
        let built = cargo::build_all(self.workspace, &[&arguments[..], &place].concat())?;
        self.mistakes.iter().map(|(step, mistake)| self.outcome(step, mistake, &built)).collect()
    }

    fn outcome(
        &self,
        step: &Step,
        mistake: &Mistake,
        built: &HashMap<String, cargo::Package>,
    ) -> Result<Outcome> {
        let package = package(step, mistake);
        let built = built.get(&package).with_context(|| format!("{package} was not built"))?;
        let ours = |text: &str| text.replace(&crate_name(&package), &step.name);
        if let Some(error) = &built.error {
            let is_it = matches!(&mistake.seen, Seen::Error { code, words }
                if *code == error.code && ours(&error.text).contains(words));
            return Ok(outcome(&ours(&error.rendered), is_it, &mistake.seen));
        }
        let kind = if mistake.seen.test().is_some() { "test" } else { "bin" };
        let program = built.executables.iter().find(|program| program.kind == kind);
        let program = program.with_context(|| format!("{package} has no {kind}"))?;
        let mut command = Command::new(&program.path);
        command.env("RUST_BACKTRACE", "0").current_dir(&self.workspace.root);
        if let Some(test) = mistake.seen.test() {
            command.args(["--exact", &test.name]);
        }
        let is_endless = matches!(mistake.seen, Seen::Endless(_));
        let limits = if is_endless { ENDLESS } else { LIMITS };
        let run = runner::run(&mut command, limits).context("it cannot be started")?;
        let (stdout, stderr) = (ours(&run.stdout), ours(&run.stderr));
        let is_it = match &mistake.seen {
            Seen::Printed(lines) => {
                let new = new_lines(&step.output()?, &stdout);
                let is_it = new == *lines && run.succeeded();
                return Ok(outcome(&new.join("\n"), is_it, &mistake.seen));
            }
            Seen::Stops(words) => has_failed(&run) && stderr.contains(words),
            Seen::Fails { words, .. } => has_failed(&run) && stdout.contains(words),
            Seen::Overflow(_) => has_failed(&run) && stderr.contains("overflowed its stack"),
            Seen::Endless(_) => matches!(run.end, End::TooLong | End::TooMuch),
            Seen::Error { .. } => false,
        };
        Ok(outcome(&format!("{stdout}{stderr}"), is_it, &mistake.seen))
    }
}

fn outcome(seen: &str, is_it: bool, expected: &Seen) -> Outcome {
    let fault = (!is_it).then(|| format!("expected was: {expected}"));
    Outcome { seen: seen.trim().into(), fault }
}

fn has_failed(run: &Run) -> bool {
    matches!(run.end, End::Exited(status) if !status.success())
}

/// The lines that are printed where ours prints others.
pub fn new_lines(expected: &str, printed: &str) -> Vec<String> {
    let mut expected = expected.lines();
    let is_new = |line: &&str| !expected.next().is_some_and(|ours| same_line(ours, line));
    printed.lines().filter(is_new).map(String::from).collect()
}

/// What the copy is called: `m16-2`.
fn package(step: &Step, mistake: &Mistake) -> String {
    format!("m{:02}-{}", step.number, mistake.number)
}

fn crate_name(package: &str) -> String {
    package.replace('-', "_")
}

fn test_file(name: &str) -> String {
    format!("tests/{name}.rs")
}

/// The manifest of a copy, with the one test that is wanted and no others.
fn manifest(step: &Step, package: &str, test: Option<&Test>) -> Result<String> {
    let ours = step.read("Cargo.toml")?;
    let (name, copy) = (format!("name = \"{}\"", step.name), format!("name = \"{package}\""));
    let ours = ours.replacen(&name, &format!("{copy}\nautotests = false"), 1);
    let ours = ours.replace("[lints]\nworkspace = true\n\n", "");
    let targets =
        format!("[lib]\ntest = false\n\n[[bin]]\n{copy}\npath = \"src/main.rs\"\ntest = false\n");
    let test = test.map(|test| {
        let (name, path) = (&test.file, test_file(&test.file));
        format!("\n[[test]]\nname = \"{name}\"\npath = \"{path}\"\n")
    });
    Ok(format!("{ours}\n{targets}{}", test.unwrap_or_default()))
}

/// The manifest of all copies: what the steps inherit from that of the workspace.
fn manifest_of_all(workspace: &Workspace) -> Result<String> {
    let ours = workspace::read(&workspace.root.join("Cargo.toml"))?;
    let inherited = ours.lines().skip_while(|line| *line != "[workspace.package]");
    let inherited = inherited.take_while(|line| *line != "[workspace.lints.rust]");
    let inherited: Vec<&str> = inherited.filter(|line| !line.contains("path =")).collect();
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"m*\"]\n\n";
    Ok(format!("{members}{}\n", inherited.join("\n")))
}

fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .with_context(|| format!("{} cannot be written", path.display()))
}
