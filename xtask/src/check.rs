//! `cargo xtask check`: the first thing in which the reader's step is not as it should be.

use crate::cargo::{Executable, Message, Package};
use crate::compare::{Difference, first_difference};
use crate::judged::Judged;
use crate::observed::{Observed, failures, has_failed, last_words, panic_in, shown_message};
use crate::paint::{BOLD, DIM, GREEN, RED, YELLOW, paint, print};
use crate::start::{for_reader, writes_session};
use crate::{diff, here, mine, nearest, recognise};
use anyhow::{Context, Result};
use lessons::diff::fold_name;
use lessons::mistakes;
use lessons::workspace::{LAST, LIBRARY, SESSION};
use lessons::{Step, Workspace};
use runner::{End, Limits, Run};
use std::fmt::Write;
use std::time::Duration;

/// More than any session prints. A loop that prints would fill the memory.
const MOST_BYTES: usize = 1 << 20;

/// How long rustdoc may compile the examples, beside the time that they run.
const DOC_TESTS: Duration = Duration::from_secs(50);

/// Where examples lie that must not compile, each beside one that does.
const EXAMPLES: &str = "tests/does_not_compile.md";
/// How much of a statement is shown.
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
    let verdict = judge(workspace, &ours, &mine, time_limit, true)?;
    if let Some(fault) = verdict.fault {
        let again = format!("Mend it, then: cargo xtask check {}", mine.number);
        print(&format!("\n{fault}\n\n{again}\n"))?;
        return Ok(false);
    }
    print(&format!("\n{}{}", verdict.notes, passed(&mine)))?;
    Ok(true)
}

/// The step that the reader is in, or edited last; says which, and which of ours it is nearest to.
fn latest(workspace: &Workspace) -> Result<Step> {
    let step = here::needed_step(workspace)?;
    let why = match here::inside(workspace)? {
        Some(_) => format!("You are in {}.", step.place()),
        None => format!("You edited {} last.", step.place()),
    };
    let distances = nearest::of_text(workspace, &mine::read(&step, LIBRARY)?)?;
    print(&format!("{why} Its src/lib.rs\n{}.\n\n", distances.in_words()))?;
    Ok(step)
}

/// What came of a step.
pub struct Verdict {
    /// The first fault, in words; `None` if the step passes.
    pub fault: Option<String>,
    /// What else there is to say of a step that passes.
    pub notes: String,
}

/// Judges a step, and notes what came of it; says on the way what it does, if it is to.
pub fn judge(
    workspace: &Workspace,
    ours: &Step,
    mine: &Step,
    time_limit: u64,
    says: bool,
) -> Result<Verdict> {
    for file in [LIBRARY, SESSION] {
        mine::read(mine, file)?;
    }
    let fingerprint = mine::fingerprint(ours, mine)?;
    let limits = Limits { time: Duration::from_secs(time_limit), bytes: MOST_BYTES };
    let judged = Judged::write(workspace, ours, mine, limits)?;
    let is_given = !writes_session(workspace, ours)?;
    let mut check =
        Check { workspace, ours, mine, judged, limits, is_given, says, notes: String::new() };
    let fault = check.first_fault();
    check.judged.ensure_ours()?;
    let fault = fault?.map(|fault| fault.trim_end().to_string());
    let headline = fault.as_deref().and_then(|fault| fault.lines().next());
    let headline = headline.map(|line| anstream::adapter::strip_str(line).to_string());
    if let Err(error) = mine::note(mine, &fingerprint, headline.as_deref()) {
        let note = paint(YELLOW, "note:");
        let _ = write!(check.notes, "{note} `list` will not show it: {error:#}\n\n");
    }
    Ok(Verdict { fault, notes: check.notes })
}

struct Check<'a> {
    workspace: &'a Workspace,
    ours: &'a Step,
    mine: &'a Step,
    judged: Judged<'a>,
    limits: Limits,
    /// Whether the session is given, and not the reader's to write.
    is_given: bool,
    says: bool,
    notes: String,
}

impl Check<'_> {
    /// The first fault, in words; `None` if the step passes.
    fn first_fault(&mut self) -> Result<Option<String>> {
        if let Some(fault) = self.name_fault()? {
            return Ok(Some(fault));
        }
        self.say("compiling")?;
        let built = match self.judged.build("build", &[]) {
            Ok(built) => built,
            Err(error) => return Ok(Some(heading(&format!("{error:#}")))),
        };
        if !built.errors.is_empty() {
            let observed = Observed { errors: built.errors, ..Observed::default() };
            return self.compile_fault(&observed).map(Some);
        }
        self.note_warnings(&built.warnings);
        self.say("running the session")?;
        let run = self.run_session(&built)?;
        if let Some(fault) = self.session_fault(run)? {
            return Ok(Some(fault));
        }
        if let Some(fault) = self.tests_fault()? {
            return Ok(Some(fault));
        }
        self.note_own_tests()?;
        self.our_session_fault()
    }

    /// The line that asks for one of our crates. In an example rustdoc finds it, after a minute.
    fn name_fault(&self) -> Result<Option<String>> {
        for file in self.mine.sources()?.iter().filter(|file| self.mine.has(file)) {
            let text = mine::read(self.mine, file)?;
            for (at, line) in text.lines().enumerate() {
                let Some((column, name)) = our_crate(line) else { continue };
                let (place, own) = (self.mine.place(), self.mine.crate_name());
                let fault = heading(&format!("In mine/ the crate is called {own}, not {name}."));
                let line = line.trim();
                return Ok(Some(format!(
                    "{fault}\n\n{place}/{file}:{}:{column} says:\n\n{line}",
                    at + 1
                )));
            }
        }
        Ok(None)
    }

    fn say(&self, what: &str) -> Result<()> {
        if !self.says {
            return Ok(());
        }
        print(&paint(DIM, &format!("{}: {what} …\n", self.mine.place())))
    }

    fn note_warnings(&mut self, warnings: &[Message]) {
        let Some(first) = warnings.first() else { return };
        let count = match warnings.len() {
            1 => "a warning".into(),
            count => format!("{count} warnings, this one first"),
        };
        let head = paint(YELLOW, &format!("The compiler has {count}:"));
        let _ = write!(self.notes, "{head}\n\n{}\n\n", first.rendered.trim_end());
    }

    /// What passes are our tests. Whoever changes theirs may think that those ran.
    fn note_own_tests(&mut self) -> Result<()> {
        for test in mine::tests(self.ours)? {
            let file = test.to_string_lossy().replace('\\', "/");
            let ours = lessons::workspace::read(&self.ours.folder.join(&test))?;
            if self.mine.has(&file) && mine::read(self.mine, &file)? != for_reader(&ours, self.ours)
            {
                let (note, package) = (paint(YELLOW, "note:"), self.mine.package());
                let _ = write!(
                    self.notes,
                    "{note} {}/{file} differs from ours, and ours was used.\nYours: cargo test -p {package}\n\n",
                    self.mine.place()
                );
            }
        }
        Ok(())
    }

    fn run_session(&self, built: &Package) -> Result<Run> {
        let session = built.executables.iter().find(|built| built.kind == "bin");
        let session =
            session.with_context(|| format!("{} builds no program", self.mine.place()))?;
        self.judged.run(session, &[])
    }

    fn compile_fault(&self, observed: &Observed) -> Result<String> {
        let place = self.mine.place();
        let errors = &observed.errors;
        let first = match errors.len() {
            1 => "The error:".into(),
            count => format!("The first of {count} errors:"),
        };
        let mut text = format!("{}\n{first}\n\n", heading(&format!("{place} does not compile.")));
        let error = &errors[0];
        text += error.rendered.trim_end();
        if error.file.ends_with(SESSION) && self.is_given && self.judged.has_our_session()? {
            text += "\n\nThe library compiles. It is the session that asks for something that\n\
                     src/lib.rs does not offer, or not in this form.\n\
                     Is it what this step adds? Is it `pub`?";
        } else if error.file.contains("tests/") {
            text += "\n\nThe session is right. It is a test that asks for something that\n\
                     src/lib.rs does not offer, or not in this form.";
        }
        Ok(text + &self.recognised(observed)?)
    }

    /// What to say of the mistakes that are seen; nothing if there are none.
    fn recognised(&self, observed: &Observed) -> Result<String> {
        let found = recognise::find(self.ours, self.mine, observed)?;
        if found.is_empty() {
            return Ok(String::new());
        }
        Ok("\n\n".to_string() + &recognise::in_words(self.workspace, self.ours, &found))
    }

    fn session_fault(&self, run: Run) -> Result<Option<String>> {
        let expected = fold_name(&self.ours.output()?, self.ours, self.mine);
        let mut fault = String::new();
        let difference = match self.stopped_early(&run) {
            None => first_difference(&expected, &run.stdout),
            Some(stopped) => {
                fault = stopped;
                // What it printed until then may be wrong already, and that came first.
                let printed = run.stdout.rsplit_once('\n').map_or("", |(lines, _)| lines);
                let lines = printed.lines().count();
                let until_then: Vec<&str> = expected.lines().take(lines).collect();
                first_difference(&until_then.join("\n"), printed)
            }
        };
        if let Some(difference) = difference {
            let wrong = self.output_fault(&difference)?;
            fault = format!("{wrong}\n\n{fault}").trim_end().into();
        }
        if fault.is_empty() {
            return Ok(None);
        }
        let mut observed = Observed { session: Some(run), ..Observed::default() };
        let mut recognised = self.recognised(&observed)?;
        if recognised.is_empty() {
            self.add_tests(&mut observed)?;
            recognised = self.recognised(&observed)?;
        }
        Ok(Some(fault + &recognised))
    }

    /// Adds what those tests show that a known mistake fails.
    fn add_tests(&self, observed: &mut Observed) -> Result<()> {
        let mistakes = mistakes::of_step(self.ours)?;
        let mut files: Vec<&str> = mistakes
            .iter()
            .filter_map(|mistake| Some(mistake.seen.test()?.file.as_str()))
            .collect();
        files.retain(|file| observed.tests.iter().all(|(known, _)| known != file));
        if files.is_empty() {
            return Ok(());
        }
        let arguments = ["--tests", "--keep-going"];
        let Ok(built) = self.judged.build("build", &arguments) else { return Ok(()) };
        for test in built.executables.iter().filter(|test| files.contains(&test.name.as_str())) {
            if test.kind == "test" {
                observed.tests.push((test.name.clone(), self.judged.run(test, SKIPPED)?));
            }
        }
        Ok(())
    }

    /// Why a session was not run to its end, if it was not.
    fn stopped_early(&self, run: &Run) -> Option<String> {
        if run.end == End::TooLong {
            return Some(self.too_long("The session"));
        }
        if !has_failed(run) {
            return None;
        }
        let printed = match run.stdout.lines().count() {
            0 => String::new(),
            1 => "\n\nIt had printed one line before.".into(),
            lines => format!("\n\nIt had printed {lines} lines before."),
        };
        let fault = heading("The session stopped before its end.");
        let message = last_words(run);
        let place = message.lines().rev().find_map(|line| panic_in(line).map(|(_, place)| place));
        let statement = place.map_or_else(String::new, |place| self.statement(place));
        Some(format!("{fault}\n\n{message}{statement}{printed}"))
    }

    fn output_fault(&self, difference: &Difference) -> Result<String> {
        let mut text = heading("The session prints something else.") + "\n\n" + &difference.words;
        if let Some(line) = difference.printed
            && let Some(place) = self.judged.place_of_line(line)?
        {
            text += &self.statement(&place);
        }
        if self.is_given && !self.judged.has_our_session()? {
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
            "{fault}\n\nIs the machine busy? Give it more: cargo xtask check {} --time-limit {}\n\
             If it is not: is there a loop that goes round and round, a graph that leads\nback to \
             itself, or a queue that the same call is put into again?",
            self.mine.number,
            60.max(seconds * 6)
        )
    }

    fn tests_fault(&self) -> Result<Option<String>> {
        self.say("compiling the tests")?;
        let built = self.judged.build("test", &["--no-run"])?;
        if !built.errors.is_empty() {
            let mut observed = Observed { errors: built.errors, ..Observed::default() };
            // Others may compile, and say more.
            self.add_tests(&mut observed)?;
            return self.compile_fault(&observed).map(Some);
        }
        self.say("running the tests")?;
        let mut observed = Observed::default();
        for test in built.executables.iter().filter(|test| test.kind != "bin") {
            let run = self.judged.run(test, SKIPPED)?;
            let fault = self.test_fault(test, &run)?;
            observed.tests.push((test.name.clone(), run));
            if let Some(fault) = fault {
                self.add_tests(&mut observed)?;
                return Ok(Some(fault + &self.recognised(&observed)?));
            }
        }
        for file in self.ours.files("tests")? {
            let name = file.trim_start_matches("tests/").strip_suffix(".rs");
            if name.is_some_and(|name| observed.tests.iter().all(|(known, _)| known != name)) {
                let manifest = format!("{}/Cargo.toml", self.mine.place());
                return Ok(Some(heading(&format!("{manifest} leaves out {file}."))));
            }
        }
        self.doc_test_fault()
    }

    fn test_fault(&self, test: &Executable, run: &Run) -> Result<Option<String>> {
        let file = match test.kind.as_str() {
            "test" => format!("{}/tests/{}.rs", self.mine.place(), test.name),
            _ => format!("{}/src/lib.rs", self.mine.place()),
        };
        if run.end == End::TooLong {
            return Ok(Some(self.too_long(&file)));
        }
        if run.succeeded() {
            let ran = run.stdout.contains("test result: ok.");
            let fault = "ended before its tests did: does the library end the program?";
            return Ok((!ran).then(|| heading(&format!("{file} {fault}"))));
        }
        let Some((name, message)) = failures(&run.stdout).into_iter().next() else {
            let fault = heading(&format!("{file} ended with a crash."));
            return Ok(Some(format!("{fault}\n\n{}", last_words(run))));
        };
        let (which, place) = match test.kind.as_str() {
            "test" => (format!("--test {}", test.name), self.judged.place_in_test(test, &name)?),
            _ => ("--lib".into(), None),
        };
        let message = shown_message(&message);
        let panic = message.lines().find_map(|line| panic_in(line).map(|(_, place)| place));
        let place = place.as_deref().or(panic);
        let statement = place.map_or_else(String::new, |place| self.statement(place));
        Ok(Some(format!(
            "{}\n\n{message}{statement}\n\nIt alone: cargo test -p {} {which} {name}",
            heading(&format!("The test `{name}` in {file} fails.")),
            self.mine.package()
        )))
    }

    /// The statement at a place, if that is in the reader's step: what a test expects is often said
    /// nowhere else.
    fn statement(&self, place: &str) -> String {
        let place = place.replace('\\', "/");
        let text = || {
            let mut parts = place.rsplitn(3, ':').skip(1);
            let number: usize = parts.next()?.parse().ok()?;
            let file = parts.next().filter(|file| file.starts_with("mine"))?;
            let text = self.judged.read(file).ok()?;
            let mut statement = format!("\n\n{place} says:\n\n");
            for line in text.lines().skip(number.checked_sub(1)?).take(STATEMENT_LINES) {
                let _ = writeln!(statement, "{line}");
                if line.ends_with(';') {
                    break;
                }
            }
            Some(statement.trim_end().to_string())
        };
        text().unwrap_or_default()
    }

    /// The examples in the doc comments, most of which must not compile.
    fn doc_test_fault(&self) -> Result<Option<String>> {
        let limits = Limits { time: self.limits.time + DOC_TESTS, ..self.limits };
        let run = self.judged.doc_tests(limits)?;
        if run.end == End::TooLong {
            return Ok(Some(self.too_long("An example in a doc comment")));
        }
        if run.succeeded() {
            return Ok(None);
        }
        let (name, message) = failures(&run.stdout).into_iter().next().map_or_else(
            || ("doc test".into(), run.stderr),
            |(name, message)| (name, shown_message(&message)),
        );
        let name = self.given_example(&name).unwrap_or(name);
        let fault = heading("An example in a doc comment is not as it says.");
        Ok(Some(format!("{fault}\n\n{name}\n{message}")))
    }

    /// The example that a doc test is named after, where it lies in a file that the library takes in:
    /// rustdoc counts its lines on from the line that does so.
    fn given_example(&self, name: &str) -> Option<String> {
        let line: usize = name.split_once(".rs - (line ")?.1.strip_suffix(')')?.parse().ok()?;
        let place = self.mine.place();
        let library = self.judged.read(&format!("{place}/{LIBRARY}")).ok()?;
        let from = library.lines().position(|line| line.contains(EXAMPLES))?;
        let at = line.checked_sub(from)?;
        let text = self.judged.read(&format!("{place}/{EXAMPLES}")).ok()?;
        let mut example = format!("{place}/{EXAMPLES}:{at} says:\n\n");
        for line in text.lines().skip(at).take_while(|line| !line.starts_with("```")) {
            let _ = writeln!(example, "{line}");
        }
        Some(example)
    }

    /// Whether the library does what our session asks for, where the reader's is another one.
    fn our_session_fault(&self) -> Result<Option<String>> {
        if self.judged.has_our_session()? {
            return Ok(None);
        }
        self.judged.write_our_session()?;
        let built = self.judged.build("build", &["--bins"])?;
        let is_right = built.errors.is_empty() && {
            let run = self.run_session(&built)?;
            let expected = fold_name(&self.ours.output()?, self.ours, self.mine);
            run.succeeded() && first_difference(&expected, &run.stdout).is_none()
        };
        if is_right {
            return Ok(None);
        }
        let fault =
            heading("Your session prints what it should, but ours does not with your library.");
        let mut text = format!("{fault}\n\nSo it is not the library of src/lib.rs that prints it.");
        if let Some(error) = built.errors.first() {
            let _ = write!(text, " With our session:\n\n{}", error.rendered);
        }
        let _ = write!(text, "\n\nBoth: cargo xtask diff {} --mine", self.mine.number);
        Ok(Some(text))
    }
}

/// The printed output has been compared, and by value.
const SKIPPED: &[&str] = &["--exact", "--skip", "session"];

/// What to say of a step that passes.
pub fn passed(mine: &Step) -> String {
    let number = mine.number;
    let passes = paint(GREEN, &format!("step {number:02} passes"));
    let mut text = format!("{passes}: it prints what it should, and its tests pass.\n\n");
    let _ = writeln!(text, "Your code against ours:  cargo xtask diff {number} --mine");
    if number < LAST {
        let next = number + 1;
        let _ = writeln!(text, "On to the next step:     cargo xtask start {next} --from mine");
    } else {
        text += "That was the last step. The framework is yours.\n";
    }
    text
}

/// The name of one of our crates that a line imports from, also in an example, and its column.
fn our_crate(line: &str) -> Option<(usize, &str)> {
    let code = line.trim_start();
    let code = match code.strip_prefix("///").or_else(|| code.strip_prefix("//!")) {
        // An example hides lines that begin so.
        Some(example) => example.trim_start_matches([' ', '#']),
        None => code,
    };
    let path = code.strip_prefix("use ")?.trim_start();
    let (name, _) = path.split_once("::")?;
    let digits = name.strip_prefix("step")?;
    let is_number = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| (line[..line.len() - path.len()].chars().count() + 1, name))
}

fn heading(text: &str) -> String {
    paint(BOLD.fg_color(RED.get_fg_color()), text)
}

#[cfg(test)]
mod tests {
    use super::our_crate;

    #[test]
    fn imports_of_our_crates() {
        for (line, column) in [
            ("use step23::Variable;", 5),
            ("/// use step23::{Variable, add};", 9),
            ("    /// # use step22::add;", 15),
            ("//! use step23::add;", 9),
        ] {
            let found = our_crate(line).unwrap_or_else(|| panic!("{line}"));
            assert!(found.0 == column && found.1.starts_with("step2"), "{line}: {found:?}");
        }
        for line in [
            "use my_step23::Variable;",
            "/// As `use step23` does.",
            "// use step23::Variable;",
            "use steps::x;",
            "use step1::x;",
            "let use_ = \"use step23::x\";",
        ] {
            assert_eq!(our_crate(line), None, "{line}");
        }
    }
}
