//! `cargo xtask hint`: what a step is made of, in three levels, without its code.

use crate::paint::{BOLD, CYAN, DIM, paint, print, width, wrap};
use crate::parts::{self, Changes, Part, names};
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
        (true, 1) => count(workspace, ours)?,
        (true, 2) => used(ours)?,
        (true, _) => format!("It prints, line by line:\n\n{}", indented(&ours.output()?)),
        (false, 1) => items(workspace, ours)?,
        (false, 2) => promises(&Changes::of(workspace, ours)?),
        (false, _) => signatures(&Changes::of(workspace, ours)?),
    };
    let next = match level {
        LEVELS => format!("Our code: cargo xtask diff {number}"),
        _ => format!("More: cargo xtask hint {number} {}", level + 1),
    };
    let title: Vec<String> = wrap(&title, width()).iter().map(|line| paint(BOLD, line)).collect();
    Ok(format!("{}\n\n{}\n\n{}\n", title.join("\n"), body.trim_end(), paint(DIM, &next)))
}

/// The first level without a heading, for `start`.
pub fn first(workspace: &Workspace, ours: &Step) -> Result<String> {
    if writes_session(workspace, ours)? { count(workspace, ours) } else { items(workspace, ours) }
}

/// Which items come, change and go.
fn items(workspace: &Workspace, ours: &Step) -> Result<String> {
    let Changes { come, change, go } = Changes::of(workspace, ours)?;
    let change: Vec<Part> = change.into_iter().map(|(_, new)| new).collect();
    let mut text = String::new();
    for (word, parts) in [("new", come), ("changed", change), ("gone", go)] {
        let lines = names(parts.iter().filter(|part| part.kind != Kind::Field), 66);
        if !lines.is_empty() {
            let _ = writeln!(text, "  {word:<8}  {}", lines.join("\n            "));
        }
    }
    for (word, file, items) in files(workspace, ours)? {
        // No line ends within a name.
        let items = items.join(", ").replace(' ', "\u{a0}").replace(",\u{a0}", ", ");
        let lines = wrap(&format!("{file}: {items}"), 64);
        let lines = lines.join("\n              ").replace('\u{a0}', " ");
        let _ = writeln!(text, "  {word:<8}  {lines}");
    }
    Ok(text)
}

/// The files that items move to, changed or not, whether they are new, and the items. Members go with
/// what they are members of, and an `impl` with its type.
fn files(workspace: &Workspace, ours: &Step) -> Result<Vec<(&'static str, String, Vec<String>)>> {
    if ours.number == 1 {
        return Ok(Vec::new());
    }
    let before = workspace.step(ours.number - 1)?;
    let (old, new) = (parts::of(&before)?, parts::of(ours)?);
    let mut files: Vec<(&str, String, Vec<String>)> = Vec::new();
    for part in new.iter().filter(|part| part.kind != Kind::Field && part.implements.is_none()) {
        let has_moved = old.iter().any(|old| old.name == part.name && old.file != part.file);
        let owner = part.name.split_once("::").map(|(owner, _)| owner);
        let owner =
            owner.or_else(|| part.name.rsplit(' ').next().filter(|name| *name != part.name));
        let goes_along = new.iter().any(|of| of.file == part.file && Some(&*of.name) == owner);
        if !has_moved || goes_along {
            continue;
        }
        if let Some((.., items)) = files.iter_mut().find(|(_, file, _)| *file == part.file) {
            items.push(part.name.clone());
        } else {
            let word = if before.has(&part.file) { "moved to" } else { "new file" };
            files.push((word, part.file.clone(), vec![part.name.clone()]));
        }
    }
    Ok(files)
}

/// What the items that come and change must do, in their own words.
fn promises(changes: &Changes) -> String {
    let mut said: Vec<(&str, Vec<&Part>, Vec<&Part>)> = Vec::new();
    let stays = |(old, new): &&(Part, Part)| old.doc == new.doc;
    let other = changes.change.iter().filter(|pair| !stays(pair)).map(|(_, new)| (false, new));
    let parts = changes.come.iter().map(|part| (true, part)).chain(other);
    for (is_new, part) in parts.filter(|(_, part)| !part.doc.is_empty()) {
        let at = said.iter().position(|(doc, ..)| *doc == part.doc).unwrap_or_else(|| {
            said.push((&part.doc, Vec::new(), Vec::new()));
            said.len() - 1
        });
        let (_, come, change) = &mut said[at];
        if is_new { come.push(part) } else { change.push(part) }
    }
    let mut text = String::new();
    for (doc, come, change) in said {
        for (mark, parts) in [("new", come), ("changed", change)] {
            for line in marked(mark, &parts) {
                let _ = writeln!(text, "{line}");
            }
        }
        let _ = writeln!(text, "{}", indented(&filled(doc)));
    }
    let untold = changes.come.iter().filter(|part| part.doc.is_empty() && part.kind != Kind::Field);
    let untold = names(untold.filter(|part| part.implements.is_none()), 76);
    if !untold.is_empty() {
        let words = "New, without a description; level 3 shows their signatures:";
        let _ = writeln!(text, "{words}\n{}", indented(&untold.join("\n")));
    }
    let same = changes.change.iter().filter(stays).filter(|(old, _)| !old.doc.is_empty());
    let (body, signature): (Vec<_>, Vec<_>) = same.partition(|(old, new)| is_body(old, new));
    text + &others("Changed in their signatures; their description is the same:", &signature)
        + &others("Changed inside; their description is the same:", &body)
}

/// The signatures of the items that come, and those that change.
fn signatures(changes: &Changes) -> String {
    let (body, signature): (Vec<_>, Vec<_>) =
        changes.change.iter().partition(|(old, new)| is_body(old, new));
    let mut shown: Vec<(&str, &Part)> = Vec::new();
    let come = changes.come.iter().map(|part| ("new", part));
    for (mark, part) in come.chain(signature.into_iter().map(|(_, new)| ("changed", new))) {
        let is_shown =
            |(_, other): &(_, &Part)| other.name == part.name && other.signature == part.signature;
        if part.kind != Kind::Field && !shown.iter().any(is_shown) {
            shown.push((mark, part));
        }
    }
    let mut text = String::new();
    for (mark, part) in shown {
        let _ = writeln!(text, "{}\n{}", marked(mark, &[part]).concat(), indented(&part.signature));
    }
    text + &others("Changed inside; their signatures stay:", &body)
}

/// The names of parts, and what happens to them.
fn marked(mark: &str, parts: &[&Part]) -> Vec<String> {
    let mut lines: Vec<String> = names(parts.iter().copied(), 68);
    for line in &mut lines {
        *line = paint(CYAN, line);
    }
    if let Some(last) = lines.last_mut() {
        let _ = write!(last, " ({mark})");
    }
    lines
}

/// Whether an item has changed in its body only.
fn is_body(old: &Part, new: &Part) -> bool {
    old.signature == new.signature
}

/// Items of which there is no more to say.
fn others(words: &str, pairs: &[&(Part, Part)]) -> String {
    let parts = pairs.iter().map(|(_, new)| new).filter(|part| part.kind != Kind::Field);
    let lines = names(parts, 76);
    if lines.is_empty() {
        String::new()
    } else {
        format!("{words}\n{}\n", indented(&lines.join("\n")))
    }
}

/// How much the session prints. What it prints is left to the reader, whom the chapter asks to
/// predict it.
fn count(workspace: &Workspace, ours: &Step) -> Result<String> {
    let lines = diff::of_outputs(&workspace.step(ours.number - 1)?, ours)?;
    let count = |change| lines.iter().filter(|line| line.change == change).count();
    let (new, same) = (count(Change::Added), count(Change::Same));
    let of_them = match same {
        0 => String::new(),
        _ => format!(", {same} of them as in step {:02}", ours.number - 1),
    };
    let mut text = format!(
        "The library stays. The session is yours to write: it prints {} lines{of_them}.\n\
         The chapter says which, so read that first: cargo xtask read {}\n",
        new + same,
        ours.number
    );
    let own = own_items(ours)?.join(", ");
    if !own.is_empty() {
        let own = wrap(&format!("Beside `main` our session has: {own}"), width());
        let _ = writeln!(text, "\n{}", own.join("\n"));
    }
    Ok(text)
}

/// The types, functions and `impl` blocks of our session.
fn own_items(ours: &Step) -> Result<Vec<String>> {
    let session = ours.read(SESSION)?;
    let items = Outline::of(&session)?.items;
    let is_own = |item: &&Item| {
        item.kind != Kind::Use && item.path != "main" && !item.path.contains(['.', ':'])
    };
    Ok(items.iter().filter(is_own).map(|item| item.path.clone()).collect())
}

/// The items of the library that our session names, with their signatures.
fn used(ours: &Step) -> Result<String> {
    let session = ours.read(SESSION)?;
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let import = format!("use {}::", ours.crate_name());
    let imports = session.split(&import).skip(1);
    let imports = imports.filter_map(|text| Some(text.split_once(';')?.0));
    let imported: Vec<&str> = imports.flat_map(|text| text.split(|c| !is_name(c))).collect();
    let is_used = |part: &Part| match part.name.split_once("::") {
        None => imported.contains(&part.name.as_str()),
        Some((owner, name)) => {
            let calls = [format!(".{name}("), format!("{owner}::{name}"), format!("fn {name}(")];
            imported.contains(&owner) && calls.iter().any(|call| session.contains(call))
        }
    };
    let parts = parts::of(ours)?;
    // What a trait says is enough: each function has the methods of `Function`.
    let is_said = |part: &Part| parts.iter().any(|of| Some(&of.name) == part.implements.as_ref());
    let mut text = String::from("Our session uses of the library:\n\n");
    for part in parts.iter().filter(|part| is_used(part) && !is_said(part)) {
        let _ = writeln!(text, "{}\n{}", paint(CYAN, &part.name), indented(&part.signature));
    }
    Ok(text)
}

/// A doc comment in lines that fit the terminal: sources are wider.
fn filled(doc: &str) -> String {
    let filled = |paragraph: &str| {
        let is_laid_out = |line: &str| line.starts_with(['-', '|', ' ', '`']) && line.len() > 1;
        let is_code = paragraph.contains("```") || paragraph.lines().skip(1).any(is_laid_out);
        if is_code {
            paragraph.into()
        } else {
            wrap(&paragraph.replace('\n', " "), width() - 2).join("\n")
        }
    };
    doc.split("\n\n").map(filled).collect::<Vec<_>>().join("\n\n")
}

fn indented(text: &str) -> String {
    let indented = |line: &str| format!("  {line}").trim_end().to_string();
    text.lines().map(indented).collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(workspace: &Workspace, step: &Step, level: usize) -> Result<String> {
        Ok(anstream::adapter::strip_str(&text(workspace, step, level)?).to_string())
    }

    #[test]
    fn no_hint_shows_a_body() -> Result<()> {
        let workspace = Workspace::find()?;
        for step in workspace.steps()? {
            for level in 1..=LEVELS {
                let hint = hint(&workspace, &step, level)?;
                assert!(!hint.contains("let ") && !hint.contains("return "), "{hint}");
                assert!(hint.lines().count() > 3, "{}, level {level}: {hint}", step.name);
            }
        }
        Ok(())
    }

    /// The chapter asks to predict them.
    #[test]
    fn what_a_session_prints_comes_last() -> Result<()> {
        let workspace = Workspace::find()?;
        let mut sessions = 0;
        for step in workspace.steps()? {
            if writes_session(&workspace, &step)? {
                sessions += 1;
                let output = step.output()?;
                for line in output.lines() {
                    assert!(!hint(&workspace, &step, 1)?.contains(line), "{line}");
                    assert!(!hint(&workspace, &step, 2)?.contains(line), "{line}");
                    assert!(hint(&workspace, &step, 3)?.contains(line), "{line}");
                }
                let count = format!("it prints {} lines", output.lines().count());
                assert!(first(&workspace, &step)?.contains(&count), "{}", step.name);
            }
        }
        assert_eq!(sessions, 4);
        Ok(())
    }

    #[test]
    fn of_the_library_what_the_session_names() -> Result<()> {
        let workspace = Workspace::find()?;
        let used = hint(&workspace, &workspace.step(24)?, 2)?;
        for item in ["Variable", "Variable::powi", "Variable::backward", "numerical_diff"] {
            assert!(used.contains(&format!("\n{item}\n")), "{item}: {used}");
        }
        for item in ["Square", "Pow::backward", "Function", "mod", "Variable::cleargrad"] {
            assert!(!used.contains(&format!("\n{item}")), "{item}: {used}");
        }
        let used = hint(&workspace, &workspace.step(15)?, 2)?;
        assert!(used.contains("\nFunction::backward\n"), "the session has a function: {used}");
        assert!(!used.contains("\nSquare::backward\n"), "{used}");
        Ok(())
    }

    #[test]
    fn what_is_promised_as_before_is_only_named() -> Result<()> {
        let workspace = Workspace::find()?;
        let hint = hint(&workspace, &workspace.step(11)?, 2)?;
        assert!(!hint.contains("A box that holds an array of numbers"), "{hint}");
        let words = "Changed in their signatures; their description is the same:\n  VariableBox, ";
        assert!(hint.contains(words), "{hint}");
        let words = "Changed inside; their description is the same:\n  Variable::backward, ";
        assert!(hint.contains(words), "{hint}");
        assert!(hint.contains("Call.inputs (new)\n  The variables that"), "{hint}");
        Ok(())
    }
}
