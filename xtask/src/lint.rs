//! `cargo xtask lint`: what keeps eighteen copies honest.

mod exceptions;
mod later;
mod sources;

use crate::paint::{DIM, GREEN, paint, print};
use anyhow::Result;
use exceptions::Exceptions;
use lessons::diff::{self, FileDiff, Piece};
use lessons::line::{Change, Line};
use lessons::outline::{Kind, Name};
use lessons::{Step, Workspace, code};
use sources::{Copy, copies_of, first_difference, is_same};
use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;

/// Something that is not as it should be.
struct Finding {
    rule: Rule,
    /// From the workspace: `step07/src/lib.rs`.
    file: String,
    line: usize,
    /// The item or word that it is about.
    name: String,
    message: String,
}

/// What is asked of the steps. An exception names it by the word in [`Rule::word`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Carried,
    Idle,
    Later,
    Order,
    Output,
    Readme,
    Exception,
}

impl Rule {
    fn word(self) -> &'static str {
        match self {
            Rule::Carried => "carried",
            Rule::Idle => "idle",
            Rule::Later => "later",
            Rule::Order => "order",
            Rule::Output => "output",
            Rule::Readme => "readme",
            Rule::Exception => "exception",
        }
    }
}

/// Prints what it finds; `true` if that is nothing.
pub fn run(workspace: &Workspace) -> Result<bool> {
    let steps = workspace.steps()?;
    let copies = steps.iter().map(copies_of).collect::<Result<Vec<_>>>()?;
    let mut findings = Vec::new();
    carried(&copies, &mut findings);
    let diffs = steps.windows(2).map(|pair| diff::of_steps(&pair[0], &pair[1]));
    let diffs = diffs.collect::<Result<Vec<_>>>()?;
    idle(diffs.iter().flatten(), &mut findings);
    idle(&test_diffs(&steps, &copies)?, &mut findings);
    later::add(&copies, &mut findings)?;
    order(&copies, &mut findings);
    outputs(&steps, &mut findings)?;
    readme(workspace, &steps, &diffs, &mut findings)?;
    let exceptions = Exceptions::read(workspace)?;
    let findings = exceptions.apply(findings);
    print(&report(&findings, exceptions.count()))?;
    Ok(findings.is_empty())
}

fn report(findings: &[Finding], exceptions: usize) -> String {
    let mut text = String::new();
    for Finding { rule, file, line, name, message } in findings {
        let key = paint(DIM, &format!("[{} | {file} | {name}]", rule.word()));
        let _ = writeln!(text, "{file}:{line}: {message} {key}");
    }
    match findings.len() {
        0 => {
            let good = paint(GREEN, "The steps agree with each other and with the README");
            let _ = writeln!(text, "{good}; deliberate exceptions: {exceptions}.");
        }
        1 => text += "\nOne finding.",
        count => {
            let _ = write!(text, "\n{count} findings.");
        }
    }
    if !findings.is_empty() {
        let _ = writeln!(
            text,
            " Mend it in every step that has the line. If it is meant: what is in\nbrackets, and the \
             reason after another |, is a line of {}.",
            exceptions::FILE
        );
    }
    text
}

/// An item that is the same in two steps, and different in the step between them: a correction
/// that was not carried through, or a leak from the future.
fn carried(copies: &[Vec<Copy>], findings: &mut Vec<Finding>) {
    for window in copies.windows(3) {
        let [before, here, after] = window else { continue };
        for old in before {
            let Some(new) = after.iter().find(|new| new.file == old.file) else { continue };
            let here = here.iter().find(|here| here.file == old.file);
            let (earlier, later) = (&old.step, &new.step);
            let same = format!("is the same in {earlier} and {later}");
            let Some(here) = here else {
                findings.push(Finding {
                    rule: Rule::Carried,
                    file: format!("step{:02}/{}", old.number + 1, old.file),
                    line: 1,
                    name: old.file.clone(),
                    message: format!("{earlier} and {later} have this file, this step has not"),
                });
                continue;
            };
            carried_items(old, here, new, &same, findings);
        }
    }
}

fn carried_items(old: &Copy, here: &Copy, new: &Copy, same: &str, findings: &mut Vec<Finding>) {
    for entry in &old.items {
        let Some(again) = new.item(&entry.key) else { continue };
        let mut add = |line, message| {
            let (file, name) = (here.place(), entry.key.clone());
            findings.push(Finding { rule: Rule::Carried, file, line, name, message });
        };
        let Some(middle) = here.item(&entry.key) else {
            if entry.lines == again.lines {
                let line = here.line_after(new.before(&entry.key));
                add(line, format!("`{}` {same}, but missing here", entry.key));
            }
            continue;
        };
        let parts = [
            ("the code", entry.code(), middle.code(), again.code()),
            ("the comment", entry.comments(), middle.comments(), again.comments()),
        ];
        for (what, old, middle, new) in parts {
            if is_same(&old, &new) && !is_same(&middle, &old) {
                let line = first_difference(&middle, &old).unwrap_or(entry.start);
                add(line, format!("{what} of `{}` {same}, but differs here", entry.key));
            }
        }
        // The `use` lines of a file are one item, which rarely is the same twice.
        let is_here = |line: &String| middle.lines.contains(line) || !again.lines.contains(line);
        let is_use = |line: &&String| entry.item.kind == Kind::Use && line.starts_with("use ");
        if !is_same(&entry.code(), &again.code()) {
            for line in entry.lines.iter().filter(is_use).filter(|line| !is_here(line)) {
                add(middle.start, format!("`{line}` {same}, but missing here"));
            }
        }
    }
}

/// The differences between the tests that two neighbours have.
fn test_diffs(steps: &[Step], copies: &[Vec<Copy>]) -> Result<Vec<FileDiff>> {
    let mut diffs = Vec::new();
    for (pair, copies) in steps.windows(2).zip(copies.windows(2)) {
        let tests = copies[1].iter().filter(|copy| copy.file.starts_with("tests/"));
        for test in tests.filter(|test| copies[0].iter().any(|old| old.file == test.file)) {
            diffs.push(diff::of_files(&pair[0], &pair[1], &test.file)?);
        }
    }
    Ok(diffs)
}

/// A group of changed lines, as git would group them, in which nothing but comments or white
/// space differs.
fn idle<'a>(diffs: impl IntoIterator<Item = &'a FileDiff>, findings: &mut Vec<Finding>) {
    for file in diffs {
        let pieces = file.pieces.iter();
        let lines: Vec<(&Line, &Piece)> =
            pieces.flat_map(|piece| piece.lines.iter().map(move |line| (line, piece))).collect();
        for range in hunks(&lines) {
            let hunk = &lines[range.clone()];
            if code(hunk, Change::Removed) != code(hunk, Change::Added) {
                continue;
            }
            findings.push(Finding {
                rule: Rule::Idle,
                file: file.file.clone(),
                line: line_at(&lines, range),
                name: hunk[0].1.names.iter().map(Name::to_string).collect::<Vec<_>>().join(", "),
                message: "only comments or white space differ from the step before here".into(),
            });
        }
    }
}

fn code(hunk: &[(&Line, &Piece)], change: Change) -> String {
    let lines = hunk.iter().filter(|(line, _)| line.change == change);
    code::code(&lines.map(|(line, _)| line.text() + "\n").collect::<String>())
}

/// The newer line where a hunk is; if it only takes lines away, the one after it.
fn line_at(lines: &[(&Line, &Piece)], hunk: Range<usize>) -> usize {
    let after = lines[hunk.start..].iter().find_map(|(line, _)| line.new);
    let before = lines[..hunk.start].iter().rev().find_map(|(line, _)| line.new);
    after.or(before).unwrap_or(1)
}

/// The changed lines in groups with no more than six unchanged ones between them: where three
/// lines of context around two changes touch, they are one hunk.
fn hunks(lines: &[(&Line, &Piece)]) -> Vec<Range<usize>> {
    let changed: Vec<usize> =
        (0..lines.len()).filter(|i| lines[*i].0.change != Change::Same).collect();
    let groups = changed.chunk_by(|a, b| b - a <= 7);
    groups.map(|group| group[0]..group[group.len() - 1] + 1).collect()
}

/// Two items that are the other way round than in the step before.
fn order(copies: &[Vec<Copy>], findings: &mut Vec<Finding>) {
    for window in copies.windows(2) {
        let [before, here] = window else { continue };
        for new in here {
            let Some(old) = before.iter().find(|old| old.file == new.file) else { continue };
            let places: HashMap<&str, usize> =
                old.items.iter().enumerate().map(|(i, item)| (item.key.as_str(), i)).collect();
            let common: Vec<_> =
                new.items.iter().filter(|item| places.contains_key(item.key.as_str())).collect();
            for pair in common.windows(2) {
                let (first, second) = (pair[0].key.as_str(), pair[1].key.as_str());
                if places[first] > places[second] {
                    findings.push(Finding {
                        rule: Rule::Order,
                        file: new.place(),
                        line: pair[1].start,
                        name: second.into(),
                        message: format!(
                            "`{second}` comes after `{first}`; in {} it comes before",
                            old.step
                        ),
                    });
                }
            }
        }
    }
}

/// `tests/output.rs` is one file in eighteen places.
fn outputs(steps: &[Step], findings: &mut Vec<Finding>) -> Result<()> {
    const FILE: &str = "tests/output.rs";
    let Some((first, others)) = steps.split_first() else { return Ok(()) };
    let original = first.read(FILE)?;
    for step in others {
        let copy = step.read(FILE).unwrap_or_default();
        if copy != original {
            let lines = |text: &str| text.lines().map(String::from).enumerate().collect::<Vec<_>>();
            let line =
                first_difference(&lines(&copy), &lines(&original)).map_or(1, |line| line + 1);
            findings.push(Finding {
                rule: Rule::Output,
                file: format!("{}/{FILE}", step.name),
                line,
                name: FILE.into(),
                message: format!("differs from {}/{FILE}", first.name),
            });
        }
    }
    Ok(())
}

/// The table in the README says of each step what its manifest says, and how many lines changed.
fn readme(
    workspace: &Workspace,
    steps: &[Step],
    diffs: &[Vec<FileDiff>],
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let text = lessons::workspace::read(&workspace.root.join("README.md"))?;
    let head = text.lines().position(|line| line.starts_with("| step |")).map_or(1, |i| i + 1);
    for (i, step) in steps.iter().enumerate() {
        let diff = i.checked_sub(1).and_then(|before| diffs.get(before));
        let changed = diff.map_or_else(String::new, |files| {
            format!("{} ", diff::code_lines(files.iter().flat_map(FileDiff::lines)))
        });
        let start = format!("| {:02} |", step.number);
        let row = format!("{start} {} | {} | {changed}|", step.title, step.idea);
        let found = text.lines().enumerate().find(|(_, line)| line.starts_with(&start));
        if found.is_some_and(|(_, line)| line == row) {
            continue;
        }
        findings.push(Finding {
            rule: Rule::Readme,
            file: "README.md".into(),
            line: found.map_or(head, |(i, _)| i + 1),
            name: step.name.clone(),
            message: format!("the row of {} should be `{row}`", step.name),
        });
    }
    Ok(())
}
