//! `cargo xtask hint`: what a step is made of, in three levels, without its code.

use crate::paint::{BOLD, CYAN, DIM, paint, print};
use crate::start::writes_session;
use anyhow::Result;
use lessons::line::Change;
use lessons::outline::{Kind, Outline};
use lessons::workspace::SESSION;
use lessons::{Step, Workspace, diff};
use std::fmt::Write;

/// The last level; after it comes the difference.
pub const LEVELS: usize = 3;

pub fn run(workspace: &Workspace, number: usize, level: usize) -> Result<()> {
    print(&text(workspace, &workspace.step(number)?, level)?)
}

/// The hint of a level, and which command gives the next one.
pub fn text(workspace: &Workspace, ours: &Step, level: usize) -> Result<String> {
    let number = ours.number;
    let title = format!("Step {number:02}, hint {level} of {LEVELS}: {}", ours.idea);
    let body = match (writes_session(workspace, ours)?, level) {
        (true, 1) => new_lines(workspace, ours)?,
        (true, 2) => format!("It prints, line by line:\n\n{}", indented(&ours.output()?)),
        (true, _) => used(ours)?,
        (false, 1) => first(workspace, ours)?,
        (false, 2) => promises(workspace, ours)?,
        (false, _) => signatures(workspace, ours)?,
    };
    let next = match level {
        LEVELS => format!("Our code: cargo xtask diff {number}"),
        _ => format!("More: cargo xtask hint {number} {}", level + 1),
    };
    Ok(format!("{}\n\n{}\n\n{}\n", paint(BOLD, &title), body.trim_end(), paint(DIM, &next)))
}

/// The first level without a heading, for `start`.
pub fn first(workspace: &Workspace, ours: &Step) -> Result<String> {
    if writes_session(workspace, ours)? {
        return new_lines(workspace, ours);
    }
    let changes = Changes::of(workspace, ours)?;
    let mut text = String::new();
    for (word, paths) in
        [("new", paths(&changes.come)), ("changed", paths(&changes.change)), ("gone", changes.go)]
    {
        if !paths.is_empty() {
            let lines = crate::paint::wrap(&paths.join(", "), 66);
            let _ = writeln!(text, "  {word:<8}  {}", lines.join("\n            "));
        }
    }
    Ok(text)
}

/// An item of a library.
struct Part {
    path: String,
    /// Its doc comment, without the slashes.
    doc: String,
    /// Its code without the body.
    signature: String,
    code: String,
}

/// The items that differ from the step before.
struct Changes {
    come: Vec<Part>,
    change: Vec<Part>,
    go: Vec<String>,
}

impl Changes {
    fn of(workspace: &Workspace, ours: &Step) -> Result<Self> {
        let before = match ours.number {
            1 => Vec::new(),
            number => parts(&workspace.step(number - 1)?)?,
        };
        let parts = parts(ours)?;
        let is_in = |parts: &[Part], path: &str| parts.iter().any(|part| part.path == path);
        let go = before.iter().map(|part| part.path.clone());
        let go = go.filter(|path| !is_in(&parts, path)).collect();
        let (mut come, mut change) = (Vec::new(), Vec::new());
        for part in parts {
            match before.iter().find(|old| old.path == part.path) {
                None => come.push(part),
                Some(old) if old.code != part.code => change.push(part),
                Some(_) => {}
            }
        }
        Ok(Changes { come, change, go })
    }

    fn parts(&self) -> impl Iterator<Item = (&'static str, &Part)> {
        let of = |mark| move |part| (mark, part);
        self.come.iter().map(of("new")).chain(self.change.iter().map(of("changed")))
    }
}

fn paths(parts: &[Part]) -> Vec<String> {
    parts.iter().map(|part| part.path.clone()).collect()
}

/// The types, traits, functions, and which trait is implemented for what.
fn parts(step: &Step) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for file in step.library()? {
        let source = step.read_folded(&file)?;
        let outline = Outline::of(&source)?;
        for item in &outline.items {
            let is_empty_block = item.kind == Kind::Impl && !item.path.contains(" for ");
            if matches!(item.kind, Kind::Use | Kind::Field) || is_empty_block {
                continue;
            }
            let own = outline.text(item.own.clone());
            let (doc, code): (Vec<&str>, Vec<&str>) =
                own.lines().map(str::trim_end).partition(|line| line.trim().starts_with("//"));
            let docs = doc.iter().filter_map(|line| line.trim().strip_prefix("///"));
            let code: Vec<&str> = code.into_iter().filter(|line| !line.trim().is_empty()).collect();
            parts.push(Part {
                path: item.path.clone(),
                doc: docs
                    .map(|line| line.strip_prefix(' ').unwrap_or(line))
                    .collect::<Vec<_>>()
                    .join("\n"),
                signature: signature(item.kind, &code),
                code: lessons::code::code(&own),
            });
        }
    }
    Ok(parts)
}

/// A type as a whole; of all else what stands before the body.
fn signature(kind: Kind, code: &[&str]) -> String {
    let mut lines = Vec::new();
    for line in code {
        let head = line.trim_end_matches('{').trim_end();
        lines.push(if kind == Kind::Type { line } else { head });
        if kind != Kind::Type && (head.len() < line.len() || line.ends_with([';', '}'])) {
            break;
        }
    }
    lines.join("\n")
}

fn promises(workspace: &Workspace, ours: &Step) -> Result<String> {
    let mut text = String::new();
    let changes = Changes::of(workspace, ours)?;
    for (mark, part) in changes.parts().filter(|(_, part)| !part.doc.is_empty()) {
        let _ = writeln!(text, "{} ({mark})\n{}", paint(CYAN, &part.path), indented(&part.doc));
    }
    Ok(text)
}

fn signatures(workspace: &Workspace, ours: &Step) -> Result<String> {
    let mut text = String::new();
    for (mark, part) in Changes::of(workspace, ours)?.parts() {
        let _ =
            writeln!(text, "{} ({mark})\n{}", paint(CYAN, &part.path), indented(&part.signature));
    }
    Ok(text)
}

/// The lines that the session prints and that of the step before does not.
fn new_lines(workspace: &Workspace, ours: &Step) -> Result<String> {
    let lines = diff::of_outputs(&workspace.step(ours.number - 1)?, ours)?;
    let new: Vec<String> = lines
        .iter()
        .filter(|line| line.change == Change::Added)
        .map(lessons::line::Line::text)
        .collect();
    Ok(format!(
        "The library stays. The session is yours to write, and new is that it prints:\n\n{}",
        indented(&new.join("\n"))
    ))
}

/// The items of the library that our session uses, with their signatures.
fn used(ours: &Step) -> Result<String> {
    let session = ours.read(SESSION)?;
    let words: Vec<&str> = session.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut text = String::from("Our session uses of the library:\n\n");
    for part in parts(ours)? {
        let name = part.path.rsplit([':', '.', ' ']).next().unwrap_or_default();
        if !part.path.starts_with("impl") && words.contains(&name) {
            let _ = writeln!(text, "{}\n{}", paint(CYAN, &part.path), indented(&part.signature));
        }
    }
    Ok(text)
}

fn indented(text: &str) -> String {
    let indented = |line: &str| format!("  {line}").trim_end().to_string();
    text.lines().map(indented).collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_hint_shows_a_body() -> Result<()> {
        let workspace = Workspace::find()?;
        for step in workspace.steps()? {
            for level in 1..=LEVELS {
                let hint =
                    anstream::adapter::strip_str(&text(&workspace, &step, level)?).to_string();
                assert!(!hint.contains("let ") && !hint.contains("return "), "{hint}");
                assert!(hint.lines().count() > 3, "{}, level {level}: {hint}", step.name);
            }
        }
        Ok(())
    }
}
