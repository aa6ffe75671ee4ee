//! `cargo xtask check`: the first thing in which the reader's step is not as it should be.

use crate::cargo::{self, Build, CompileError, Executable};
use crate::compare::first_difference;
use crate::paint::{BOLD, DIM, GREEN, RED, paint, print};
use crate::{diff, mine, nearest};
use anyhow::{Context, Result};
use lessons::workspace::{LAST, LIBRARY, SESSION, read};
use lessons::{Step, Workspace, code, diff::fold_name};
use runner::{End, Limits, Run};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// How much of a failing test's message is shown.
const MESSAGE_LINES: usize = 20;

/// More than any session prints. A loop that prints would fill the memory.
const MOST_BYTES: usize = 1 << 20;

/// How much of the statement in which a test fails is shown.
const STATEMENT_LINES: usize = 8;

pub fn run(
    workspace: &Workspace,
    number: Option<usize>,
    with_diff: bool,
    time_limit: u64,
) -> Result<bool> {
    let mine = match number {
        Some(number) => workspace.mine(number)?,
        None => latest(workspace)?,
    };
    let ours = workspace.step(mine.number)?;
    if with_diff {
        diff::show(&ours, &mine)?;
        return Ok(true);
    }
    let check = Check {
        workspace,
        ours,
        mine,
        limits: Limits { time: Duration::from_secs(time_limit), bytes: MOST_BYTES },
    };
    if let Some(fault) = check.first_fault()? {
        let again = format!("Mend it, then: cargo xtask check {}", check.mine.number);
        print(&format!("\n{}\n\n{again}\n", fault.trim_end()))?;
        return Ok(false);
    }
    mine::note_passed(&check.ours, &check.mine)?;
    print(&check.passed())?;
    Ok(true)
}

/// The step that was edited last; says which, and which of ours it is nearest to.
fn latest(workspace: &Workspace) -> Result<Step> {
    let step = mine::last_edited(workspace)?;
    let distances = nearest::of_text(workspace, &mine::read(&step, "src/lib.rs")?)?;
    print(&format!(
        "You edited {} last. Its src/lib.rs\n{}.\n\n",
        step.place(),
        distances.in_words()
    ))?;
    Ok(step)
}

struct Check<'a> {
    workspace: &'a Workspace,
    ours: Step,
    mine: Step,
    limits: Limits,
}

impl Check<'_> {
    /// The first fault, in words; `None` if the step passes.
    fn first_fault(&self) -> Result<Option<String>> {
        for file in [LIBRARY, SESSION] {
            mine::read(&self.mine, file)?;
        }
        for test in mine::tests(&self.ours)? {
            mine::read(&self.mine, &test.to_string_lossy())?;
        }
        self.say("compiling")?;
        let built = match self.build("build", &[])? {
            Build::Done(built) => built,
            Build::Failed(error) => return Ok(Some(self.compile_fault(&error))),
        };
        self.say("running the session")?;
        if let Some(fault) = self.session_fault(&built)? {
            return Ok(Some(fault));
        }
        self.say("compiling the tests")?;
        let tests = match self.build("test", &["--no-run"])? {
            Build::Done(tests) => tests,
            Build::Failed(error) => return Ok(Some(self.compile_fault(&error))),
        };
        self.say("running the tests")?;
        for test in tests.iter().filter(|test| test.kind != "bin") {
            if let Some(fault) = self.test_fault(test)? {
                return Ok(Some(fault));
            }
        }
        self.doc_test_fault()
    }

    fn say(&self, what: &str) -> Result<()> {
        print(&paint(DIM, &format!("{}: {what} …\n", self.mine.place())))
    }

    fn build(&self, command: &str, arguments: &[&str]) -> Result<Build> {
        let package = self.mine.package();
        cargo::build(self.workspace, &[&[command, "--package", &package], arguments].concat())
    }

    fn run(&self, built: &Executable, arguments: &[&str], folder: &Path) -> Result<Run> {
        let mut command = Command::new(&built.path);
        command.args(arguments).current_dir(folder).env("RUST_BACKTRACE", "0");
        let run = runner::run(&mut command, self.limits);
        run.with_context(|| format!("{} cannot be started", built.path.display()))
    }

    fn compile_fault(&self, error: &CompileError) -> String {
        let place = self.mine.place();
        let first = match error.count {
            1 => "The error:".into(),
            count => format!("The first of {count} errors:"),
        };
        let mut text = format!("{} {first}\n\n", heading(&format!("{place} does not compile.")));
        text += error.message.trim_end();
        if error.file.ends_with("src/main.rs") {
            text += "\n\nThe library compiles. It is the session that asks for something that\n\
                     src/lib.rs does not offer, or not in this form: what this step adds?";
        } else if error.file.contains("tests/") {
            text += "\n\nThe session is right. It is a test that asks for something that\n\
                     src/lib.rs does not offer, or not in this form.";
        }
        text
    }

    fn session_fault(&self, built: &[Executable]) -> Result<Option<String>> {
        let session = built.iter().find(|built| built.kind == "bin");
        let session =
            session.with_context(|| format!("{} builds no program", self.mine.place()))?;
        let run = self.run(session, &[], &self.workspace.root)?;
        let expected = fold_name(&self.ours.output()?, &self.ours, &self.mine);
        let Some(stopped) = self.stopped_early(&run) else {
            let difference = first_difference(&expected, &run.stdout);
            return difference.map(|difference| self.output_fault(&difference)).transpose();
        };
        // What it printed until then may be wrong already, and that came first.
        let printed = run.stdout.rsplit_once('\n').map_or("", |(lines, _)| lines);
        let until_then: Vec<&str> = expected.lines().take(printed.lines().count()).collect();
        let Some(difference) = first_difference(&until_then.join("\n"), printed) else {
            return Ok(Some(stopped));
        };
        Ok(Some(format!("{}\n\n{stopped}", self.output_fault(&difference)?)))
    }

    /// Why a session was not run to its end, if it was not.
    fn stopped_early(&self, run: &Run) -> Option<String> {
        match run.end {
            End::TooLong => Some(self.too_long("The session")),
            End::Exited(status) if !status.success() => {
                let printed = match run.stdout.lines().count() {
                    0 => String::new(),
                    1 => "\n\nIt had printed one line before.".into(),
                    lines => format!("\n\nIt had printed {lines} lines before."),
                };
                let fault = heading("The session stopped before its end.");
                let message = last_words(run);
                let statement = self.statement(&message).unwrap_or_default();
                Some(format!("{fault}\n\n{message}{statement}{printed}"))
            }
            _ => None,
        }
    }

    fn output_fault(&self, difference: &str) -> Result<String> {
        let mut text = heading("The session prints something else.") + "\n\n" + difference;
        let ours = fold_name(&self.ours.read(SESSION)?, &self.ours, &self.mine);
        if code::code(&mine::read(&self.mine, SESSION)?) != code::code(&ours) {
            let _ = write!(
                text,
                "\n\nThe session itself, {}/{SESSION}, differs from ours:\n\
                 cargo xtask diff {} --mine",
                self.mine.place(),
                self.mine.number
            );
        }
        Ok(text)
    }

    fn too_long(&self, what: &str) -> String {
        let seconds = self.limits.time.as_secs();
        let within = if seconds == 1 { "a second".into() } else { format!("{seconds} seconds") };
        let fault = heading(&format!("{what} did not end within {within}, so it was stopped."));
        format!(
            "{fault}\n\nIs there a loop that goes round and round, a graph that leads back to\n\
             itself, or a queue that the same call is put into again?\n(--time-limit gives it \
             more seconds.)"
        )
    }

    fn test_fault(&self, test: &Executable) -> Result<Option<String>> {
        let file = match test.kind.as_str() {
            "test" => format!("{}/tests/{}.rs", self.mine.place(), test.name),
            _ => format!("{}/src/lib.rs", self.mine.place()),
        };
        // The printed output has been compared, and by value.
        let arguments = ["--exact", "--skip", "session"];
        let run = self.run(test, &arguments, &self.mine.folder)?;
        if run.end == End::TooLong {
            return Ok(Some(self.too_long(&file)));
        }
        if run.succeeded() {
            return Ok(None);
        }
        let Some((name, message)) = first_failure(&run.stdout) else {
            let fault = heading(&format!("{file} ended with a crash."));
            return Ok(Some(format!("{fault}\n\n{}", last_words(&run))));
        };
        let which =
            if test.kind == "test" { format!("--test {}", test.name) } else { "--lib".into() };
        let statement = self.statement(&message);
        Ok(Some(format!(
            "{}\n\n{message}{}\n\nIt alone: cargo test -p {} {which} {name}",
            heading(&format!("The test `{name}` in {file} fails.")),
            statement.unwrap_or_default(),
            self.mine.package()
        )))
    }

    /// The reader's statement that a panic names: what a test expects is often said nowhere else.
    fn statement(&self, message: &str) -> Option<String> {
        let place = message.lines().rev().find_map(|line| panic_in(line).map(|(_, place)| place));
        let mut parts = place?.trim_end_matches(':').rsplitn(3, ':').skip(1);
        let number: usize = parts.next()?.parse().ok()?;
        let file = parts.next().filter(|file| file.starts_with("mine"))?;
        let text = read(&self.workspace.root.join(file)).ok()?;
        let mut statement = format!("\n\n{} says, in line {number}:\n\n", file.replace('\\', "/"));
        for line in text.lines().skip(number.checked_sub(1)?).take(STATEMENT_LINES) {
            let _ = writeln!(statement, "{line}");
            if line.ends_with(';') {
                break;
            }
        }
        Some(statement.trim_end().into())
    }

    /// The examples in the doc comments, most of which must not compile.
    fn doc_test_fault(&self) -> Result<Option<String>> {
        let package = self.mine.package();
        let arguments = ["test", "--quiet", "--doc", "--package", &package];
        let run = cargo::run(self.workspace, &arguments, self.limits)?;
        if run.end == End::TooLong {
            return Ok(Some(self.too_long("An example in a doc comment")));
        }
        if run.succeeded() {
            return Ok(None);
        }
        let (name, message) =
            first_failure(&run.stdout).unwrap_or_else(|| ("doc test".into(), run.stderr));
        let fault = heading("An example in a doc comment is not as it says.");
        Ok(Some(format!("{fault}\n\n{name}\n{message}")))
    }

    fn passed(&self) -> String {
        let number = self.mine.number;
        let passes = paint(GREEN, &format!("step {number:02} passes"));
        let mut text = format!("\n{passes}: it prints what it should, and its tests pass.\n\n");
        let _ = writeln!(text, "Your code against ours:  cargo xtask diff {number} --mine");
        if number < LAST {
            let next = number + 1;
            let _ = writeln!(text, "On to the next step:     cargo xtask start {next} --from mine");
        } else {
            text += "That was the last step. The framework is yours.\n";
        }
        text
    }
}

fn heading(text: &str) -> String {
    paint(BOLD.fg_color(RED.get_fg_color()), text)
}

/// The message of a panic, or else the last of what a program that failed had to say.
fn last_words(run: &Run) -> String {
    let message = without_notes(&run.stderr);
    match run.end {
        End::Exited(status) if message.is_empty() => format!("It ended with {status}."),
        _ => message,
    }
}

/// The name of the first test that failed, and its message.
fn first_failure(stdout: &str) -> Option<(String, String)> {
    let mut lines = stdout.lines();
    let name = lines.find_map(|line| line.strip_prefix("---- ")?.strip_suffix(" stdout ----"))?;
    let message: Vec<&str> =
        lines.take_while(|line| !line.starts_with("---- ") && *line != "failures:").collect();
    Some((name.into(), without_notes(&without_caught(&message).join("\n"))))
}

/// A message without the panics that the test has caught: if all are of one thread, those before
/// the last.
fn without_caught<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let panics = lines.iter().enumerate().filter_map(|(i, line)| Some((i, panic_in(line)?.0)));
    let panics: Vec<(usize, &str)> = panics.collect();
    match panics.as_slice() {
        [(first, thread), .., (last, _)] if panics.iter().all(|panic| panic.1 == *thread) => {
            [&lines[..*first], &lines[*last..]].concat()
        }
        _ => lines.to_vec(),
    }
}

/// The thread and the place that the first line of a panic's message names.
fn panic_in(line: &str) -> Option<(&str, &str)> {
    let (thread, place) = line.strip_prefix("thread '")?.split_once(" panicked at ")?;
    Some((thread.split('\'').next()?, place))
}

fn without_notes(message: &str) -> String {
    let lines = message.trim().lines().filter(|line| !line.starts_with("note: run with"));
    lines.take(MESSAGE_LINES).collect::<Vec<_>>().join("\n")
}
