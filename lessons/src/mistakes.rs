//! The mistakes that the chapters name: what is changed in a step, and what is seen then.
//!
//! Each is a small file beside its step, `step16/mistakes/1-one-list.toml`:
//!
//! ```toml
//! title = "One list for all generations"
//!
//! [[change]]
//! item = "Variable::calls_by_generation"   # where; without it, anywhere in the file
//! file = "src/lib.rs"                      # if it is not the library
//! old = "lists[call.generation()]"         # stands there once
//! new = "lists[0]"
//!
//! [seen]
//! printed = ["dy/dx = 96"]
//! ```
//!
//! `seen` is one of: `printed`, the first lines that the session prints where ours prints others (none,
//! if it prints the same); `stops`, words of the panic that ends the session;
//! `test = "traps eps_of_zero"` with `words` of its failure; `error`, the compiler's code (empty if it
//! has none), with `words` of its message; `overflow = "session"`, or a test that overflows the stack;
//! `endless = "session"`, or a test that does not end.

use crate::diff::{self, FileDiff};
use crate::outline::Outline;
use crate::workspace::{LIBRARY, Step, read};
use anyhow::{Context, Result, bail, ensure};
use std::fmt;
use std::path::Path;
use toml::{Table, Value};

/// A mistake of a step.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// Its place among those of the step, from 1.
    pub number: usize,
    /// What a chapter calls it by: the name of its file, without number and ending.
    pub name: String,
    /// In a few words.
    pub title: String,
    /// What is changed.
    pub changes: Vec<Edit>,
    /// What is seen then.
    pub seen: Seen,
}

/// A text in a source that is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    file: String,
    item: Option<String>,
    old: String,
    new: String,
}

/// What a mistake leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// These lines are printed, which ours does not print.
    Printed(Vec<String>),
    /// The session stops with a panic that says this.
    Stops(String),
    /// A test fails.
    Fails {
        /// Which.
        test: Test,
        /// A part of its message.
        words: String,
    },
    /// It does not compile.
    Error {
        /// The compiler's code, such as `E0382`; empty if the error has none.
        code: String,
        /// A part of its message.
        words: String,
    },
    /// The stack overflows: in a test, or in the session.
    Overflow(Option<Test>),
    /// It does not end: a test, or the session.
    Endless(Option<Test>),
}

/// A test of a step, as in `traps eps_of_zero`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// `traps`: the name of its file.
    pub file: String,
    /// `eps_of_zero`: its own.
    pub name: String,
}

/// The mistakes of a step, in the order of their files.
pub fn of_step(step: &Step) -> Result<Vec<Mistake>> {
    let mut files = step.files("mistakes")?;
    files.retain(|file| Path::new(file).extension().is_some_and(|ending| ending == "toml"));
    // By their numbers: as text, 10 comes before 2.
    files.sort_by_key(|file| place(file));
    let mistake = |(i, file): (usize, &String)| {
        Mistake::read(step, i + 1, file).with_context(|| format!("{}/{file}", step.place()))
    };
    files.iter().enumerate().map(mistake).collect()
}

/// The number that the name of a file begins with.
fn place(file: &str) -> Option<usize> {
    file.trim_start_matches("mistakes/").split_once('-')?.0.parse().ok()
}

impl Mistake {
    fn read(step: &Step, number: usize, file: &str) -> Result<Self> {
        let table: Table = read(&step.folder.join(file))?.parse().context("it is not TOML")?;
        let name = file.trim_start_matches("mistakes/").trim_end_matches(".toml");
        let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        let changes = table.get("change").and_then(Value::as_array);
        let changes = changes.context("it has no [[change]]")?;
        let seen = table.get("seen").and_then(Value::as_table).context("it has no [seen]")?;
        Ok(Mistake {
            number,
            name: name.into(),
            title: text(&table, "title")?,
            changes: changes.iter().map(Edit::read).collect::<Result<_>>()?,
            seen: Seen::read(seen)?,
        })
    }

    /// The files that are changed, with their texts after the change.
    pub fn apply(&self, step: &Step) -> Result<Vec<(String, String)>> {
        let mut files: Vec<(String, String)> = Vec::new();
        for edit in &self.changes {
            let at = files.iter().position(|(file, _)| *file == edit.file);
            let before = match at {
                Some(at) => files.swap_remove(at).1,
                None => step.read(&edit.file)?,
            };
            let after = edit.apply(&before).with_context(|| {
                format!("{}, mistake `{}`: {}", step.place(), self.name, edit.file)
            })?;
            files.push((edit.file.clone(), after));
        }
        Ok(files)
    }

    /// The files that are changed; one may be named more than once.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.changes.iter().map(|edit| edit.file.as_str())
    }

    /// What is changed, as a difference of the files.
    pub fn diff(&self, step: &Step) -> Result<Vec<FileDiff>> {
        let diff = |(file, after): (String, String)| {
            let pieces = diff::of_drafts(&step.read(&file)?, &after);
            Ok(FileDiff::new(format!("{}/{file}", step.place()), pieces))
        };
        self.apply(step)?.into_iter().map(diff).collect()
    }
}

impl Edit {
    fn read(value: &Value) -> Result<Self> {
        let table = value.as_table().context("a [[change]] is a table")?;
        let optional = |key: &str| table.get(key).and_then(Value::as_str).map(String::from);
        Ok(Edit {
            file: optional("file").unwrap_or_else(|| LIBRARY.into()),
            item: optional("item"),
            old: text(table, "old")?,
            new: text(table, "new")?,
        })
    }

    fn apply(&self, source: &str) -> Result<String> {
        let range = match &self.item {
            None => 0..source.len(),
            Some(path) => {
                let outline = Outline::of(source)?;
                let mut items = outline.items.iter().filter(|item| item.path == *path);
                let item = items.next().with_context(|| format!("there is no `{path}`"))?;
                byte(source, item.lines.start)..byte(source, item.lines.end)
            }
        };
        let (before, rest) = source.split_at(range.start);
        let (within, after) = rest.split_at(range.len());
        let count = within.matches(&self.old).count();
        ensure!(count == 1, "`{}` stands there {count} times, not once", self.old.trim());
        Ok(format!("{before}{}{after}", within.replacen(&self.old, &self.new, 1)))
    }
}

/// Where a line begins, counted from 0.
fn byte(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line).map(str::len).sum()
}

impl Seen {
    fn read(table: &Table) -> Result<Self> {
        let kinds = ["printed", "stops", "test", "error", "overflow", "endless"];
        let given: Vec<&str> = kinds.into_iter().filter(|kind| table.contains_key(*kind)).collect();
        let [kind] = given[..] else {
            bail!("[seen] has one of: {}", kinds.join(", "));
        };
        Ok(match kind {
            "printed" => {
                let lines = table[kind].as_array().context("`printed` is a list of lines")?;
                let lines = lines.iter().filter_map(Value::as_str).map(String::from);
                Seen::Printed(lines.collect())
            }
            "stops" => Seen::Stops(text(table, kind)?),
            "test" => {
                Seen::Fails { test: Test::read(&text(table, kind)?)?, words: text(table, "words")? }
            }
            "error" => Seen::Error { code: text(table, kind)?, words: text(table, "words")? },
            "overflow" => Seen::Overflow(session_or_test(&text(table, kind)?)?),
            _ => Seen::Endless(session_or_test(&text(table, kind)?)?),
        })
    }

    /// The test that shows it, if it is one.
    pub fn test(&self) -> Option<&Test> {
        match self {
            Seen::Fails { test, .. } => Some(test),
            Seen::Overflow(test) | Seen::Endless(test) => test.as_ref(),
            Seen::Printed(_) | Seen::Stops(_) | Seen::Error { .. } => None,
        }
    }
}

/// In a sentence or two, each on a line of its own; what a program prints is set in.
impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Seen::Printed(lines) if lines.is_empty() => {
                write!(f, "The session prints what it printed before.")
            }
            Seen::Printed(lines) => write!(f, "It prints:\n{}", set_in(&lines.join("\n"))),
            Seen::Stops(words) => write!(f, "The session stops:\n{}", set_in(words)),
            Seen::Fails { test: Test { file, name }, words } => {
                write!(f, "The test `{name}` in tests/{file}.rs fails:\n{}", set_in(words))
            }
            Seen::Error { code, words } if code.is_empty() => {
                write!(f, "It does not compile:\n{}", set_in(words))
            }
            Seen::Error { code, words } => {
                write!(f, "It does not compile, {code}:\n{}", set_in(words))
            }
            Seen::Overflow(None) => write!(f, "The session overflows the stack."),
            Seen::Overflow(Some(test)) => {
                write!(f, "The test `{}` overflows the stack.", test.name)
            }
            Seen::Endless(None) => write!(f, "The session does not end."),
            Seen::Endless(Some(test)) => write!(f, "The test `{}` does not end.", test.name),
        }
    }
}

/// Each line by two spaces.
fn set_in(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn session_or_test(text: &str) -> Result<Option<Test>> {
    if text == "session" { Ok(None) } else { Test::read(text).map(Some) }
}

impl Test {
    fn read(text: &str) -> Result<Self> {
        let (file, name) =
            text.split_once(' ').with_context(|| format!("`{text}` is not a file and a test"))?;
        Ok(Test { file: file.into(), name: name.into() })
    }
}

fn text(table: &Table, key: &str) -> Result<String> {
    let value = table.get(key).and_then(Value::as_str);
    Ok(value.with_context(|| format!("it has no text `{key}`"))?.into())
}
