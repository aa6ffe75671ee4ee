//! A copy of the reader's step that is built and run: the sources as they lie on the disk, and our
//! tests, which cannot have been changed.

use crate::cargo::{self, Executable, Package};
use crate::copies::Copies;
use crate::mine;
use crate::observed::panic_in;
use anyhow::{Context, Result};
use lessons::workspace::{SESSION, rename_crate};
use lessons::{Step, Workspace, code};
use runner::{Limits, Run};
use std::path::Path;
use std::process::Command;

/// Begins a line that says where the session printed: number, column, and how many lines.
const MARK: char = '\u{1}';

pub struct Judged<'a> {
    workspace: &'a Workspace,
    ours: &'a Step,
    mine: &'a Step,
    copies: Copies<'a>,
    limits: Limits,
}

impl<'a> Judged<'a> {
    pub fn write(
        workspace: &'a Workspace,
        ours: &'a Step,
        mine: &'a Step,
        limits: Limits,
    ) -> Result<Self> {
        let copies = Copies::new(workspace, "judged", &mine.place())?;
        for file in mine::sources(mine)? {
            let text = lessons::workspace::read(&mine.folder.join(&file))?;
            copies.write(Path::new(&mine.place()).join(&file), &text)?;
        }
        for file in mine::tests(ours)? {
            let text = lessons::workspace::read(&ours.folder.join(&file))?;
            let text = rename_crate(&text, &ours.name, &mine.crate_name());
            copies.write(Path::new(&mine.place()).join(&file), &text)?;
        }
        Ok(Judged { workspace, ours, mine, copies, limits })
    }

    /// The text of a file of the copy, by its path from the workspace.
    pub fn read(&self, file: &str) -> Result<String> {
        lessons::workspace::read(&self.copies.path(file))
    }

    pub fn build(&self, command: &str, arguments: &[&str]) -> Result<Package> {
        let package = self.mine.package();
        let mut built =
            self.copies.build(&[&[command, "--package", &package], arguments].concat())?;
        built.package(&self.mine.name)
    }

    /// See [`Copies::ensure_ours`].
    pub fn ensure_ours(&self) -> Result<()> {
        self.copies.ensure_ours()
    }

    /// Runs a program of the copy: the session in the workspace, a test in its crate.
    pub fn run(&self, program: &Executable, arguments: &[&str]) -> Result<Run> {
        let mut command = Command::new(&program.path);
        let folder = match program.kind.as_str() {
            "bin" => self.workspace.root.clone(),
            _ => self.copies.path(&self.mine.place()),
        };
        command.args(arguments).current_dir(folder).env("RUST_BACKTRACE", "0");
        self.start(&mut command)
    }

    fn start(&self, command: &mut Command) -> Result<Run> {
        let run = runner::run(command, self.limits);
        run.with_context(|| format!("{} cannot be started", command.get_program().display()))
    }

    /// Runs the examples in the doc comments, most of which must not compile.
    pub fn doc_tests(&self, limits: Limits) -> Result<Run> {
        let places = self.copies.places()?;
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let package = self.mine.package();
        let arguments = ["test", "--quiet", "--doc", "--package", &package];
        cargo::run(self.workspace, &[&arguments[..], &places].concat(), limits)
    }

    /// Whether the reader's session is ours.
    pub fn has_our_session(&self) -> Result<bool> {
        let ours =
            rename_crate(&self.ours.read(SESSION)?, &self.ours.name, &self.mine.crate_name());
        Ok(code::code(&mine::read(self.mine, SESSION)?) == code::code(&ours))
    }

    /// The copy with our session in place of the reader's.
    pub fn write_our_session(&self) -> Result<()> {
        let ours =
            rename_crate(&self.ours.read(SESSION)?, &self.ours.name, &self.mine.crate_name());
        self.write_session(&ours)
    }

    fn write_session(&self, text: &str) -> Result<()> {
        self.copies.write(Path::new(&self.mine.place()).join(SESSION), text)
    }

    /// Where the session prints a line, counted from 1, as `path:line:column`. Another run tells,
    /// in which each `println!` says where it stands; `None` if it cannot be told.
    pub fn place_of_line(&self, line: usize) -> Result<Option<String>> {
        let session = mine::read(self.mine, SESSION)?;
        let Some(marked) = with_marks(&session) else { return Ok(None) };
        self.write_session(&marked)?;
        let package = self.build("build", &["--bins"])?;
        self.write_session(&session)?;
        let program = package.executables.iter().find(|built| built.kind == "bin");
        let Some(program) = program.filter(|_| package.errors.is_empty()) else { return Ok(None) };
        let run = self.run(program, &[])?;
        let mut printed = 0;
        for mark in run.stderr.lines().filter_map(|line| line.strip_prefix(MARK)) {
            let mut numbers = mark.split(' ');
            let (Some(at), Some(column), Some(Ok(count))) =
                (numbers.next(), numbers.next(), numbers.next().map(str::parse::<usize>))
            else {
                return Ok(None);
            };
            printed += count;
            if printed >= line {
                return Ok(Some(format!("{}/{SESSION}:{at}:{column}", self.mine.place())));
            }
        }
        Ok(None)
    }

    /// Where the statement of a test stands that failed, and not that of a function it calls:
    /// another run tells, with all calls.
    pub fn place_in_test(&self, program: &Executable, test: &str) -> Result<Option<String>> {
        let mut command = Command::new(&program.path);
        command.args(["--exact", test]).env("RUST_BACKTRACE", "1");
        command.current_dir(self.copies.path(&self.mine.place()));
        let run = self.start(&mut command)?;
        let file = format!("tests/{}.rs:", program.name);
        let panics = run.stdout.lines().collect::<Vec<_>>();
        let last = panics.iter().rposition(|line| panic_in(line).is_some()).unwrap_or(0);
        let mut lines = panics[last..].iter();
        let own = format!("::{test}");
        while let Some(line) = lines.next() {
            let is_test = line.trim_end().ends_with(&own);
            let place = lines.clone().next().map(|next| next.replace('\\', "/"));
            let place = place.as_deref().and_then(|next| next.rsplit_once(&file));
            if let (true, Some((_, at))) = (is_test, place) {
                return Ok(Some(format!("{}/{file}{}", self.mine.place(), at.trim())));
            }
        }
        Ok(None)
    }
}

/// The session with a `println!` that says where it stands. No line moves.
fn with_marks(session: &str) -> Option<String> {
    let is_code =
        |line: &&str| !(line.trim().is_empty() || line.starts_with("//") || line.starts_with("#!"));
    let first = session.lines().find(is_code)?;
    let macros = "macro_rules! println { \
        () => { println!(\"\") }; \
        ($($all:tt)*) => {{ \
            let text = ::std::format!($($all)*); \
            let count = text.matches('\\n').count() + 1; \
            ::std::eprintln!(\"\\u{1}{} {} {count}\", line!(), column!()); \
            ::std::println!(\"{text}\") \
        }} } ";
    Some(session.replacen(first, &format!("{macros}{first}"), 1))
}
