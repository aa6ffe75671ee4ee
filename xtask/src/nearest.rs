//! Which of our steps a library is nearest to.

use crate::diff::{in_lines, render};
use crate::paint::print;
use anyhow::Result;
use lessons::Workspace;
use lessons::diff::{self, FileDiff, Piece};
use lessons::workspace::{LIBRARY, fold_crate_names, read};
use std::path::Path;

/// How many lines of code a library differs from that of each step in, by their numbers.
pub struct Distances(Vec<(usize, usize)>);

pub fn run(workspace: &Workspace, path: &Path, with_diff: bool) -> Result<()> {
    let text = read(path)?;
    let distances = of_text(workspace, &text)?;
    let mut report = format!("{} {}.\n", path.display(), distances.in_words());
    if with_diff {
        let step = workspace.step(distances.nearest()[0])?;
        let pieces = pieces(&step.read(LIBRARY)?, &text);
        report += &render(&[FileDiff::new(path.display().to_string(), pieces)]);
    }
    print(&report)
}

pub fn of_text(workspace: &Workspace, text: &str) -> Result<Distances> {
    let mut distances = Vec::new();
    for step in workspace.steps()? {
        let pieces = pieces(&step.read(LIBRARY)?, text);
        let lines = pieces.iter().flat_map(|piece| &piece.lines);
        distances.push((step.number, diff::code_lines(lines)));
    }
    Ok(Distances(distances))
}

fn pieces(ours: &str, theirs: &str) -> Vec<Piece> {
    diff::of_drafts(&fold_crate_names(ours), &fold_crate_names(theirs))
}

impl Distances {
    /// The nearest step; more than one where several have the same library.
    fn nearest(&self) -> Vec<usize> {
        let least = self.0.iter().map(|(_, lines)| *lines).min();
        let nearest = self.0.iter().filter(|(_, lines)| Some(*lines) == least);
        nearest.map(|(number, _)| *number).collect()
    }

    /// What to say of the library, after its name.
    pub fn in_words(&self) -> String {
        let nearest = self.nearest();
        let of = |number: usize| self.0.iter().find(|(step, _)| *step == number).copied();
        let lines = nearest.first().and_then(|number| of(*number)).map_or(0, |(_, lines)| lines);
        let names = step_names(&nearest);
        if lines == 0 {
            return format!("is the library of {names}, apart from comments");
        }
        let before = nearest.first().and_then(|number| of(number.checked_sub(1)?));
        let after = nearest.last().and_then(|number| of(number + 1));
        let next = before.into_iter().chain(after).min_by_key(|(_, lines)| *lines);
        let next = next.map_or_else(String::new, |(number, lines)| {
            format!(", then to step {number:02} ({lines})")
        });
        format!("is nearest to {names} ({}){next}", in_lines(lines))
    }
}

fn step_names(numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(|number| format!("{number:02}")).collect();
    match numbers.as_slice() {
        [one] => format!("step {one}"),
        _ => format!("steps {}", numbers.join(" and ")),
    }
}
