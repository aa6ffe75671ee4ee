//! `cargo xtask hint`: what a step is made of, in three levels, without its code.

use crate::paint::{BOLD, CYAN, DIM, paint, print, wrap};
use crate::parts::{Changes, Part, of_step, signature};
use crate::start::writes_session;
use anyhow::Result;
use lessons::line::Change;
use lessons::outline::{Item, Kind, Outline};
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
        (true, 2) => session(workspace, ours)?,
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
    let Changes { come, change, go, files, moves } = Changes::of(workspace, ours)?;
    let mut text = String::new();
    for (word, names) in [
        ("new files", files),
        ("new", in_short(&come)),
        ("changed", in_short(&change)),
        ("gone", go),
    ] {
        if !names.is_empty() {
            let lines = wrap(&names.join(", "), 66);
            let _ = writeln!(text, "  {word:<9} {}", lines.join("\n            "));
        }
    }
    for (i, (file, names)) in moves.iter().enumerate() {
        let word = if i == 0 { "moved" } else { "" };
        let lines = wrap(&format!("to {file}: {}", names.join(", ")), 64);
        let _ = writeln!(text, "  {word:<9} {}", lines.join("\n              "));
    }
    Ok(text)
}

/// The names of items. That a new block has a type `Output`, or the one method of its trait, goes
/// without saying.
fn in_short(parts: &[Part]) -> Vec<String> {
    let is_told = |part: &&Part| {
        let is_type = part.owner.is_some() && part.kind == Kind::Other;
        !is_type && !part.label.contains(" in impl ")
    };
    labels(parts.iter().filter(is_told))
}

fn labels<'a>(parts: impl IntoIterator<Item = &'a Part>) -> Vec<String> {
    parts.into_iter().map(|part| part.label.clone()).collect()
}

fn promises(workspace: &Workspace, ours: &Step) -> Result<String> {
    let mut text = String::new();
    let changes = Changes::of(workspace, ours)?;
    for (mark, part) in changes.parts().filter(|(_, part)| !part.doc.is_empty()) {
        let _ = writeln!(text, "{} ({mark})\n{}", paint(CYAN, &part.label), indented(&part.doc));
    }
    Ok(text)
}

fn signatures(workspace: &Workspace, ours: &Step) -> Result<String> {
    let mut text = String::new();
    for (mark, part) in Changes::of(workspace, ours)?.parts() {
        let _ = writeln!(text, "{} ({mark})", paint(CYAN, &part.label));
        // Of a module, its name is all.
        let has_more = part.signature.trim_end_matches(';') != part.label;
        let _ =
            writeln!(text, "{}", if has_more { indented(&part.signature) } else { String::new() });
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

/// What the session prints; where level 1 has told that, what it is made of.
fn session(workspace: &Workspace, ours: &Step) -> Result<String> {
    let lines = diff::of_outputs(&workspace.step(ours.number - 1)?, ours)?;
    if lines.iter().any(|line| line.change == Change::Same) {
        return Ok(format!("It prints, line by line:\n\n{}", indented(&ours.output()?)));
    }
    let session = ours.read(SESSION)?;
    let outline = Outline::of(&session)?;
    let is_shown = |item: &&Item| matches!(item.kind, Kind::Type | Kind::Impl | Kind::Function);
    let items = outline.items.iter().filter(is_shown).map(|item| {
        let signature = signature(item.kind, &outline.text(item.own.clone()));
        if item.path.contains("::") { indented(&signature) } else { signature + "\n" }
    });
    let items: String = items.collect();
    let names = wrap(&labels(&used_parts(ours)?).join(", "), 74).join("\n");
    Ok(format!(
        "Our session is made of:\n\n{}\nIt uses of the library:\n\n{}",
        indented(&items),
        indented(&names)
    ))
}

/// The items of the library that our session uses, with their signatures.
fn used(ours: &Step) -> Result<String> {
    let mut text = String::from("Our session uses of the library:\n\n");
    for part in used_parts(ours)? {
        let _ = writeln!(text, "{}\n{}", paint(CYAN, &part.label), indented(&part.signature));
    }
    Ok(text)
}

/// The items whose names our session has; of members, those of a type or trait that it names.
fn used_parts(ours: &Step) -> Result<Vec<Part>> {
    let session = ours.read(SESSION)?;
    let words: Vec<&str> = session.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut parts = of_step(ours)?;
    parts.retain(|part| {
        let is_named = |name: Option<&str>| name.is_some_and(|name| words.contains(&name));
        let mut path = part.path.rsplit("::");
        let is_used =
            is_named(path.next()) && path.next().is_none_or(|owner| is_named(Some(owner)));
        is_used && matches!(part.kind, Kind::Type | Kind::Trait | Kind::Function)
    });
    Ok(parts)
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
