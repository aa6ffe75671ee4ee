//! Copies of steps with a mistake in each, compiled together and run.

use crate::cargo::{Built, Executable};
use crate::copies::Copies;
use crate::observed::{Observed, new_lines};
use anyhow::{Context, Result};
use lessons::mistakes::{Mistake, Seen, Test};
use lessons::workspace::rename_crate;
use lessons::{Step, Workspace};
use runner::{Limits, Run};
use std::process::Command;
use std::time::Duration;

/// More than any session or test takes, on a busy machine too, and prints.
const LIMITS: Limits = Limits { time: Duration::from_secs(120), bytes: 1 << 20 };
/// For those that do not end, which take all of it.
const ENDLESS: Limits = Limits { time: Duration::from_secs(10), ..LIMITS };

/// Without what only a debugger needs, which takes longer to write; the libraries stay as they are.
const BUILD: &[&str] = &[
    "build",
    "--workspace",
    "--bins",
    "--tests",
    "--keep-going",
    "--offline",
    "--config=profile.dev.debug=0",
    "--config=profile.dev.incremental=false",
    "--config=profile.dev.package.\"*\".debug=2",
];

/// A workspace of such copies, in `target/mistakes`.
pub struct Scratch<'a> {
    workspace: &'a Workspace,
    copies: Copies<'a>,
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
    /// Writes the copies, their sources as `rewrite` makes them.
    pub fn write(
        workspace: &'a Workspace,
        mistakes: Vec<(Step, Mistake)>,
        rewrite: impl Fn(&Step, String) -> Result<String>,
    ) -> Result<Self> {
        let copies = Copies::new(workspace, "mistakes", "m*")?;
        let scratch = Scratch { workspace, copies, mistakes };
        for (step, mistake) in &scratch.mistakes {
            scratch.write_copy(step, mistake, &rewrite)?;
        }
        Ok(scratch)
    }

    fn write_copy(
        &self,
        step: &Step,
        mistake: &Mistake,
        rewrite: &dyn Fn(&Step, String) -> Result<String>,
    ) -> Result<()> {
        let package = package(step, mistake);
        let test = mistake.seen.test();
        let mut files = vec![("Cargo.toml".to_string(), manifest(step, &package, test)?)];
        let changed = mistake.apply(step)?;
        for file in step.sources()?.into_iter().chain(test.map(|test| test_file(&test.file))) {
            let own = changed.iter().find(|(name, _)| *name == file);
            let source = own.map_or_else(|| step.read(&file), |(_, source)| Ok(source.clone()))?;
            let source = if file.starts_with("src/") { rewrite(step, source)? } else { source };
            files.push((file, source));
        }
        for (file, source) in files {
            let source = rename_crate(&source, &step.name, &crate_name(&package));
            self.copies.write(format!("{package}/{file}"), &source)?;
        }
        Ok(())
    }

    /// Compiles all, runs each, and says what it showed.
    pub fn run(&self) -> Result<Vec<Outcome>> {
        let observed = self.observe_all()?;
        let all = self.mistakes.iter().zip(&observed);
        all.map(|((step, mistake), observed)| outcome(step, mistake, observed)).collect()
    }

    /// Compiles all, and runs each.
    pub fn observe_all(&self) -> Result<Vec<Observed>> {
        let mut built = self.copies.build(BUILD)?;
        let all = self.mistakes.iter();
        all.map(|(step, mistake)| self.observe(step, mistake, &mut built)).collect()
    }

    /// A source of a copy, with the step's own name.
    pub fn source(&self, step: &Step, mistake: &Mistake, file: &str) -> Result<String> {
        let name = package(step, mistake);
        let text = lessons::workspace::read(&self.copies.path(&format!("{name}/{file}")))?;
        Ok(text.replace(&crate_name(&name), &step.name))
    }

    /// Runs a copy's session, or the test that its mistake names.
    fn observe(&self, step: &Step, mistake: &Mistake, built: &mut Built) -> Result<Observed> {
        let name = package(step, mistake);
        let mut package = built.package(&name);
        let ours = |text: &str| text.replace(&crate_name(&name), &step.name);
        let mut observed = Observed::default();
        if !package.errors.is_empty() {
            for error in &mut package.errors {
                error.rendered = ours(&error.rendered);
            }
            observed.errors = package.errors;
            return Ok(observed);
        }
        let test = mistake.seen.test();
        let kind = if test.is_some() { "test" } else { "bin" };
        let program = package.executables.iter().find(|program| program.kind == kind);
        let program = program.with_context(|| format!("{name} has no {kind}"))?;
        let mut run = self.run_one(program, test, matches!(mistake.seen, Seen::Endless(_)))?;
        (run.stdout, run.stderr) = (ours(&run.stdout), ours(&run.stderr));
        match test {
            Some(test) => observed.tests.push((test.file.clone(), run)),
            None => observed.session = Some(run),
        }
        Ok(observed)
    }

    fn run_one(&self, program: &Executable, test: Option<&Test>, is_endless: bool) -> Result<Run> {
        let mut command = Command::new(&program.path);
        command.env("RUST_BACKTRACE", "0").current_dir(&self.workspace.root);
        if let Some(test) = test {
            command.args(["--exact", &test.name]);
        }
        let limits = if is_endless { ENDLESS } else { LIMITS };
        runner::run(&mut command, limits).context("it cannot be started")
    }
}

fn outcome(step: &Step, mistake: &Mistake, observed: &Observed) -> Result<Outcome> {
    let expected = step.output()?;
    let is_it = observed.shows(&mistake.seen, &expected, |text, words| text.contains(words));
    let mut seen = match (observed.errors.first(), &observed.session) {
        (Some(error), _) => error.plain(),
        (_, Some(run)) if matches!(mistake.seen, Seen::Printed(_)) => {
            new_lines(&expected, &run.stdout).join("\n")
        }
        _ => String::new(),
    };
    if seen.is_empty() {
        for run in observed.session.iter().chain(observed.tests.iter().map(|(_, run)| run)) {
            seen = format!("{}{}", run.stdout, run.stderr);
        }
    }
    let fault = (!is_it).then(|| format!("expected was: {}", mistake.seen));
    Ok(Outcome { seen: seen.trim().into(), fault })
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

/// The manifest of a copy, with the one program that is wanted: a test, or the session.
fn manifest(step: &Step, package: &str, test: Option<&Test>) -> Result<String> {
    let ours = step.read("Cargo.toml")?;
    let (name, copy) = (format!("name = \"{}\"", step.name), format!("name = \"{package}\""));
    let ours = ours.replacen(&name, &format!("{copy}\nautotests = false\nautobins = false"), 1);
    let ours = ours.replace("[lints]\nworkspace = true\n\n", "");
    let program = match test {
        Some(Test { file, .. }) => {
            format!("[[test]]\nname = \"{file}\"\npath = \"{}\"\n", test_file(file))
        }
        None => format!("[[bin]]\n{copy}\npath = \"src/main.rs\"\ntest = false\n"),
    };
    Ok(format!("{ours}\n[lib]\ntest = false\n\n{program}"))
}
