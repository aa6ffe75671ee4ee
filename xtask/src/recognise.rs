//! Which of the mistakes that the chapters name a reader's step shows.
//!
//! What is seen must be the same: the lines printed, the test and its words, the error and its words.
//! And where the mistake lies, the reader's code must be nearer to the wrong code than to the right one,
//! and much nearer if what is seen says little; with numbers that few programs print, it need only
//! differ from the right one. So a mistake may stay without a name; that is better than a wrong name.

use crate::compare::first_difference;
use crate::observed::Observed;
use crate::scratch::Case;
use crate::tokens::{self, without_locals};
use anyhow::Result;
use lessons::mistakes::{self, Mistake, Seen};
use lessons::outline::Outline;
use lessons::workspace::fold_crate_names;
use lessons::{Step, Workspace};
use runner::Run;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The mistakes that are shown, of those the book names for this step.
pub fn find(ours: &Step, mine: &Step, observed: &Observed) -> Result<Vec<Mistake>> {
    let read = |file: &str| if mine.has(file) { mine.read(file) } else { Ok(String::new()) };
    Known::of(ours)?.find(ours, &read, observed)
}

/// What is known of a step.
pub struct Known {
    pub mistakes: Vec<Mistake>,
    /// The names of its items.
    pub names: BTreeSet<String>,
    /// What it prints.
    pub output: String,
}

impl Known {
    pub fn of(ours: &Step) -> Result<Self> {
        Ok(Known {
            mistakes: mistakes::of_step(ours)?,
            names: item_names(ours)?,
            output: ours.output()?,
        })
    }

    fn find(
        &self,
        ours: &Step,
        read: &dyn Fn(&str) -> Result<String>,
        observed: &Observed,
    ) -> Result<Vec<Mistake>> {
        let has = |text: &str, words: &str| {
            let folded = |text: &str| without_locals(&fold_crate_names(text), &self.names);
            folded(text).contains(&folded(words))
        };
        let mut found = Vec::new();
        for mistake in &self.mistakes {
            if observed.shows(&mistake.seen, &self.output, has) {
                let (to_right, to_wrong) = distances(ours, mistake, read, &self.names)?;
                let is_it = match &mistake.seen {
                    // An error tells what is wrong; that a test fails is much less.
                    Seen::Error { .. } => to_wrong < to_right,
                    seen if is_rare(seen) => to_right > 0,
                    _ => 2 * to_wrong < to_right,
                };
                if is_it {
                    found.push(mistake.clone());
                }
            }
        }
        Ok(found)
    }
}

/// Whether few programs print such lines: there is a number in them that is neither 0 nor 1.
fn is_rare(seen: &Seen) -> bool {
    let Seen::Printed(lines) = seen else { return false };
    let words = lines.iter().flat_map(|line| line.split([' ', ',', '[', ']', '(', ')']));
    let mut numbers = words.filter_map(|word| word.parse::<f64>().ok());
    numbers.any(|number| number.is_finite() && number != 0.0 && number.abs() != 1.0)
}

/// How far the reader's code is from ours, and how far from the mistake, where these two differ.
fn distances(
    ours: &Step,
    mistake: &Mistake,
    read: &dyn Fn(&str) -> Result<String>,
    names: &BTreeSet<String>,
) -> Result<(usize, usize)> {
    let (mut to_right, mut to_wrong) = (0, 0);
    for (file, wrong) in mistake.apply(ours)? {
        let right = parts(&ours.read(&file)?, names);
        let (wrong, reader) = (parts(&wrong, names), parts(&read(&file)?, names));
        let part = |of: &BTreeMap<String, Vec<String>>, name| of.get(name).cloned();
        let all: BTreeSet<&String> = right.keys().chain(wrong.keys()).collect();
        for name in all {
            let (right, wrong) = (part(&right, name), part(&wrong, name));
            if right != wrong {
                let reader = part(&reader, name).unwrap_or_default();
                to_right += tokens::distance(&right.unwrap_or_default(), &reader);
                to_wrong += tokens::distance(&wrong.unwrap_or_default(), &reader);
            }
        }
    }
    Ok((to_right, to_wrong))
}

/// Which mistakes `check` would name, if a reader had made this one in a step whose locals have other
/// names.
pub fn find_in_copy(case: &Case, observed: Observed) -> Result<Vec<Mistake>> {
    // The tests are ours there.
    let read = |file: &str| {
        if file.starts_with("tests/") { case.step.read(file) } else { case.renamed_source(file) }
    };
    let find = |observed: &Observed| case.known.find(&case.step, &read, observed);
    let Observed { errors, session, tests } = observed;
    let expected = &case.known.output;
    let is_right = |run: &Run| run.succeeded() && first_difference(expected, &run.stdout).is_none();
    let mut seen = Observed::default();
    if let Some(run) = session.filter(|run| !is_right(run)) {
        seen.session = Some(run);
        let found = find(&seen)?;
        if !found.is_empty() {
            return Ok(found);
        }
    } else {
        seen.errors = errors;
    }
    seen.tests = tests;
    find(&seen)
}

/// Whether `check` comes to see it: what prints the same passes, and the tests are ours.
pub fn can_be_seen(mistake: &Mistake) -> bool {
    let prints_the_same = mistake.seen == Seen::Printed(Vec::new());
    !prints_the_same && mistake.files().any(|file| !file.starts_with("tests/"))
}

/// The items of a source, each in tokens; all of it as one, if it is not Rust.
fn parts(source: &str, names: &BTreeSet<String>) -> BTreeMap<String, Vec<String>> {
    let source = fold_crate_names(source);
    let Ok(outline) = Outline::of(&source) else {
        return BTreeMap::from([(String::new(), tokens::of(&source, names))]);
    };
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in &outline.items {
        // Two traits may have a method of one name. Of the uses of a macro the order counts.
        let name = item.path.split('!').next().unwrap_or_default();
        let tokens = tokens::of(&outline.text(item.own.clone()), names);
        parts.entry(name.into()).or_default().extend(tokens);
    }
    parts
}

/// The names in what the items of the library are called: `operator` in `macro_rules! operator`.
fn item_names(step: &Step) -> Result<BTreeSet<String>> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut names = BTreeSet::new();
    for file in step.library()? {
        let source = step.read(&file)?;
        for item in Outline::of(&source)?.items {
            names.extend(item.path.split(|c| !is_name(c)).map(String::from));
        }
    }
    Ok(names)
}

/// What to say of them; nothing if there are none.
pub fn in_words(workspace: &Workspace, ours: &Step, found: &[Mistake]) -> String {
    let number = ours.number;
    let mut text = String::new();
    let Some(first) = found.first() else { return text };
    if let Seen::Printed(lines) = &first.seen {
        let _ = writeln!(text, "You print `{}`.", lines.last().map_or("", |line| line.trim()));
    }
    text += match found {
        [_] => "That is what this mistake shows, and it may be yours:\n",
        _ => "That is what each of these shows, and one may be yours:\n",
    };
    for mistake in found {
        let _ = write!(text, "  {}\n    Chapter {number:02}", mistake.title);
        if let Some(heading) = heading(workspace, ours, &mistake.name) {
            let _ = write!(text, ", {heading}");
        }
        let _ = write!(text, "\n    cargo xtask mistake {number} {}\n", mistake.number);
    }
    text.trim_end().into()
}

/// The heading in the chapter under which a mistake is shown.
fn heading(workspace: &Workspace, step: &Step, mistake: &str) -> Option<String> {
    let chapter = workspace.root.join(format!("book/chapters/{}.md", step.name));
    let chapter = lessons::workspace::read(&chapter).ok()?;
    let directive = format!("{{{{mistake {} {mistake}}}}}", step.name);
    let at = chapter.find(&directive)?;
    last_heading(&chapter[..at]).map(String::from)
}

/// The last heading in a text, of the second or the third level.
fn last_heading(text: &str) -> Option<&str> {
    let is_heading = |line: &&str| line.starts_with("## ") || line.starts_with("### ");
    Some(text.lines().rev().find(is_heading)?.trim_start_matches('#').trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_heading_is_named() {
        assert_eq!(last_heading("# A\n## B\n### C\ntext\n#### D\n"), Some("C"));
        assert_eq!(last_heading("### A\n## B\n#[test]\n"), Some("B"));
        assert_eq!(last_heading("# A\n"), None);
    }
}
