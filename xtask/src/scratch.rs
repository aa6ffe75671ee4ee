//! Copies of steps with a mistake in each, compiled together and run.

use crate::cargo::{Built, Executable, Message, Package};
use crate::copies::Copies;
use crate::observed::{Observed, failures, last_words, new_lines, shown_message};
use crate::recognise::Known;
use crate::tokens;
use anyhow::{Context, Result, ensure};
use lessons::mistakes::{Mistake, Seen};
use lessons::workspace::rename_crate;
use lessons::{Step, Workspace};
use runner::{Limits, Run};
use std::fmt::Write;
use std::num::NonZero;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// More than any session or test takes, on a busy machine too, and prints.
const LIMITS: Limits = Limits { time: Duration::from_secs(120), bytes: 1 << 20 };
/// For those that do not end, which take all of it.
const ENDLESS: Limits = Limits { time: Duration::from_secs(10), ..LIMITS };

/// All of them, once.
const BUILD: &[&str] = &["--keep-going", "--offline", "--config=profile.dev.incremental=false"];

/// One test after the other, so that it is always the same that fails; the session is run by itself.
const TESTS: &[&str] = &["--exact", "--skip", "session", "--test-threads", "1"];

/// A step with a mistake in it.
pub struct Case {
    pub step: Step,
    pub mistake: Mistake,
    pub kind: Kind,
    pub known: Arc<Known>,
    /// The files that are changed.
    changed: Vec<(String, String)>,
    /// The tests that are run: those that `check` would look at.
    tests: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// As its file says.
    Known,
    /// The same in a step whose locals have other names, as another hand might choose them.
    Renamed,
    /// A wrong change that no chapter names.
    Stranger,
}

impl Case {
    pub fn new(step: Step, mistake: Mistake, kind: Kind, known: Arc<Known>) -> Result<Self> {
        let changed = mistake.apply(&step)?;
        let mut tests = Vec::from_iter(mistake.seen.test());
        let is_refused = matches!(mistake.seen, Seen::Error { .. });
        if !tests.is_empty() || kind == Kind::Stranger && !is_refused {
            tests.extend(known.mistakes.iter().filter_map(|mistake| mistake.seen.test()));
        }
        let mut tests: Vec<String> = tests.into_iter().map(|test| test.file.clone()).collect();
        tests.sort();
        tests.dedup();
        Ok(Case { step, mistake, kind, known, changed, tests })
    }

    /// What the copy is called: `m16-2`.
    fn package(&self) -> String {
        let letter = match self.kind {
            Kind::Known => 'm',
            Kind::Renamed => 'r',
            Kind::Stranger => 's',
        };
        format!("{letter}{:02}-{}", self.step.number, self.mistake.number)
    }

    /// Whether it is not to compile.
    pub fn is_refused(&self) -> bool {
        matches!(self.mistake.seen, Seen::Error { .. })
    }

    /// Whether it is enough to check it. What a lint refuses, it sees later.
    fn is_checked(&self) -> bool {
        matches!(&self.mistake.seen, Seen::Error { code, .. } if code.is_empty() || code.starts_with('E'))
    }

    /// A source of the step with the mistake in it.
    pub fn source(&self, file: &str) -> Result<String> {
        let own = self.changed.iter().find(|(name, _)| name == file);
        own.map_or_else(|| self.step.read(file), |(_, source)| Ok(source.clone()))
    }

    /// As [`Case::source`], by a hand that chooses other names.
    pub fn renamed_source(&self, file: &str) -> Result<String> {
        Ok(tokens::with_other_names(&self.source(file)?, &self.known.names))
    }

    /// What it showed, in words.
    pub fn in_words(&self, observed: &Observed) -> String {
        let text = match (&self.mistake.seen, observed.errors.first(), &observed.session) {
            (_, Some(error), _) => error.plain(),
            (Seen::Fails { .. }, _, _) => {
                let failed = observed.tests.iter().flat_map(|(_, run)| failures(&run.stdout));
                let failed =
                    failed.map(|(name, message)| format!("{name}:\n{}\n", shown_message(&message)));
                failed.collect::<Vec<_>>().concat()
            }
            (Seen::Printed(_), _, Some(run)) if run.succeeded() => {
                let new = new_lines(&self.known.output, &run.stdout);
                if new.is_empty() { run.stdout.clone() } else { new.join("\n") }
            }
            _ => {
                let runs = observed.session.iter().chain(observed.tests.iter().map(|(_, run)| run));
                runs.filter(|run| !run.succeeded()).map(last_words).collect::<Vec<_>>().join("\n")
            }
        };
        text.trim_end().trim_start_matches('\n').into()
    }

    /// Why this is not what its file says; nothing if it is.
    pub fn fault(&self, observed: &Observed) -> Option<String> {
        let seen = &self.mistake.seen;
        let is_it = observed.shows(seen, &self.known.output, |text, words| text.contains(words));
        (!is_it).then(|| format!("expected was: {seen}"))
    }
}

/// A workspace of such copies, in `target/mistakes`.
pub struct Scratch<'a> {
    workspace: &'a Workspace,
    copies: Copies<'a>,
    cases: &'a [Case],
}

impl<'a> Scratch<'a> {
    /// Writes the copies.
    pub fn write(workspace: &'a Workspace, cases: &'a [Case]) -> Result<Self> {
        let copies = Copies::new(workspace, "mistakes", "?[0-9][0-9]-*")?;
        let scratch = Scratch { workspace, copies, cases };
        for case in cases {
            scratch.write_copy(case)?;
        }
        Ok(scratch)
    }

    fn write_copy(&self, case: &Case) -> Result<()> {
        let (package, tests) = (case.package(), &case.tests);
        let mut files = vec![("Cargo.toml".to_string(), manifest(&case.step, &package, tests)?)];
        for file in case.step.sources()? {
            let source = match case.kind {
                Kind::Renamed => case.renamed_source(&file)?,
                Kind::Known | Kind::Stranger => case.source(&file)?,
            };
            files.push((file, source));
        }
        for test in tests {
            files.push((test_file(test), case.source(&test_file(test))?));
        }
        for (file, source) in files {
            let source = rename_crate(&source, &case.step.name, &crate_name(&package));
            self.copies.write(format!("{package}/{file}"), &source)?;
        }
        Ok(())
    }

    /// Compiles all, each as far as is needed, and runs them.
    pub fn observe(&self) -> Result<Vec<Observed>> {
        let mut checked = self.build(&["check", "--bins"], Case::is_checked)?;
        let mut programs = self.build(&["build", "--bins"], |case| !case.is_checked())?;
        let mut tests = self.build(&["build", "--tests"], |case| !case.tests.is_empty())?;
        let mut built = Vec::with_capacity(self.cases.len());
        for case in self.cases {
            let programs = if case.is_checked() { &mut checked } else { &mut programs };
            built.push((case, built_of(case, programs, &mut tests)?));
        }
        let observed = several_at_once(&built, |(case, built)| self.observe_one(case, built));
        self.copies.ensure_ours()?;
        observed.into_iter().collect()
    }

    fn build(&self, command: &[&str], which: impl Fn(&Case) -> bool) -> Result<Built> {
        let mut packages = Vec::new();
        for case in self.cases {
            if which(case) {
                packages.extend(["--package".into(), case.package()]);
            }
        }
        if packages.is_empty() {
            return Ok(Built::default());
        }
        let packages: Vec<&str> = packages.iter().map(String::as_str).collect();
        self.copies.build(&[command, BUILD, &packages].concat())
    }

    /// Runs what was built of a copy: its session, and its tests.
    fn observe_one(&self, case: &Case, built: &Package) -> Result<Observed> {
        let (package, name) = (case.package(), &case.step.name);
        let ours = |text: &str| text.replace(&crate_name(&package), name).replace(&package, name);
        let mut observed = Observed::default();
        for program in &built.executables {
            let mut run = self.run(case, program)?;
            (run.stdout, run.stderr) = (ours(&run.stdout), ours(&run.stderr));
            match program.kind.as_str() {
                "test" => observed.tests.push((program.name.clone(), run)),
                _ => observed.session = Some(run),
            }
        }
        for error in &built.errors {
            observed.errors.push(Message { rendered: ours(&error.rendered), ..error.clone() });
        }
        Ok(observed)
    }

    fn run(&self, case: &Case, program: &Executable) -> Result<Run> {
        let mut command = Command::new(&program.path);
        command.env("RUST_BACKTRACE", "0").current_dir(&self.workspace.root);
        if program.kind == "test" {
            command.args(TESTS);
        }
        let is_endless = matches!(case.mistake.seen, Seen::Endless(_));
        let limits = if is_endless { ENDLESS } else { LIMITS };
        runner::run(&mut command, limits).context("it cannot be started")
    }
}

/// What was built of a copy, which must be a program or errors.
fn built_of(case: &Case, programs: &mut Built, tests: &mut Built) -> Result<Package> {
    let name = case.package();
    let mut package = programs.package(&name)?;
    let has_session = package.executables.iter().any(|program| program.kind == "bin");
    if !case.tests.is_empty() && package.errors.is_empty() {
        let built = tests.package(&name)?;
        package.errors = built.errors;
        let tests = built.executables.into_iter().filter(|program| program.kind == "test");
        package.executables.extend(tests);
    }
    let is_built = case.is_checked() || has_session || !package.errors.is_empty();
    ensure!(is_built, "{name} was not built:\n\n{}", programs.said);
    Ok(package)
}

/// What `work` makes of each of `items`, in their order; each core takes the next one.
fn several_at_once<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let (waiting, done) = (Mutex::new(items.iter().enumerate()), Mutex::new(Vec::new()));
    let work_on = || {
        while let Some((i, item)) = { lock(&waiting).next() } {
            let result = work(item);
            lock(&done).push((i, result));
        }
    };
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            scope.spawn(work_on);
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, result)| result).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn crate_name(package: &str) -> String {
    package.replace('-', "_")
}

fn test_file(name: &str) -> String {
    format!("tests/{name}.rs")
}

/// The manifest of a copy, with the tests that are wanted of it.
fn manifest(step: &Step, package: &str, tests: &[String]) -> Result<String> {
    let ours = step.read("Cargo.toml")?;
    let (name, copy) = (format!("name = \"{}\"", step.name), format!("name = \"{package}\""));
    let ours = ours.replacen(&name, &format!("{copy}\nautotests = false\nautobins = false"), 1);
    let mut ours = ours.replace("[lints]\nworkspace = true\n\n", "");
    ours += "\n[lib]\ntest = false\n";
    let _ = write!(ours, "\n[[bin]]\n{copy}\npath = \"src/main.rs\"\ntest = false\n");
    for test in tests {
        let _ = write!(ours, "\n[[test]]\nname = \"{test}\"\npath = \"{}\"\n", test_file(test));
    }
    Ok(ours)
}
