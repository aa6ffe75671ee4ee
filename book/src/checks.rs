//! The third room: what the chapter of a step has to show, and does not.

use crate::content::{Changes, Content, Listing, Of, Resolved};
use crate::problem::Fault;
use crate::steps::{Steps, names};
use anyhow::Result;
use lessons::Step;
use lessons::diff::{FileDiff, Piece};
use lessons::line::{Change, Line};
use lessons::outline::{Item, Kind, Outline};
use std::collections::HashSet;

/// What the chapter of `step` does not show but has to.
pub fn chapter(step: &Step, blocks: &[Resolved], steps: &Steps) -> Result<Vec<Fault>> {
    let contents = || blocks.iter().filter_map(|block| block.content.as_ref().ok());
    let shown = contents().flat_map(places).collect();
    let name = &step.name;
    let mut messages = Vec::new();
    let mut demand = |directive: &str, why: &str, is_met: fn(&Content) -> Option<&String>| {
        if !contents().any(|content| is_met(content) == Some(name)) {
            messages.push(format!("{why}: add {{{{{directive} {name}}}}}"));
        }
    };
    demand("output", "what the step prints is not shown", |content| match content {
        Content::Output(output) => Some(&output.step),
        _ => None,
    });
    if step.number > 1 {
        demand("output-diff", "what changed in the output is not shown", |content| match content {
            Content::OutputDiff(step, _) => Some(step),
            _ => None,
        });
        demand("diff", "the whole difference is not shown", |content| match content {
            Content::WholeDiff(step, _) => Some(step),
            _ => None,
        });
    }
    messages.extend(match step.number {
        1 => missing_items(step, &shown)?,
        _ => steps.diff(step)?.iter().flat_map(|file| missing_pieces(step, file, &shown)).collect(),
    });
    Ok(messages.into_iter().map(|message| Fault { line: 1, message }).collect())
}

/// A line of a file, by its numbers in the older version and in the newer one: a changed line is
/// in one of them only, and so is a line that is shown as it is.
type Place<'a> = (&'a str, Option<usize>, Option<usize>);

/// The lines that a content shows. The whole difference does not count: each line is to be shown
/// where the text talks about it.
fn places(content: &Content) -> Vec<Place<'_>> {
    match content {
        Content::Code(listings) => listings.iter().flat_map(listed).collect(),
        Content::Diff(changes) => changes.iter().flat_map(changed).collect(),
        _ => Vec::new(),
    }
}

fn listed(listing: &Listing) -> impl Iterator<Item = Place<'_>> {
    let lines = listing.ranges.iter().cloned().flatten();
    lines.map(|line| (listing.file.as_str(), None, Some(line + 1)))
}

fn changed(changes: &Changes) -> Vec<Place<'_>> {
    match &changes.of {
        Of::Items(file, _) => changes.changed().map(|line| place(file, line)).collect(),
        Of::File(_) | Of::Output(_) => Vec::new(),
    }
}

fn place<'a>(file: &'a str, line: &Line) -> Place<'a> {
    (file, line.old, line.new)
}

/// The changed pieces of a file that are not shown; blank lines and closing braces aside.
fn missing_pieces(step: &Step, file: &FileDiff, shown: &HashSet<Place>) -> Vec<String> {
    let is_missing = |line: &Line| {
        let text = line.text();
        let has_to_be_shown = line.change != Change::Same && !matches!(text.trim(), "" | "}");
        has_to_be_shown && !shown.contains(&place(&file.file, line))
    };
    let pieces = file.pieces.iter().filter(|piece| piece.lines.iter().any(is_missing));
    let names = pieces.map(|piece| names_in(file, piece)).filter(|names| !names.is_empty());
    let message = |names: String| {
        let (file, step) = (&file.file, &step.name);
        format!(
            "a change in {file} is not shown: add {{{{diff {step} {names}}}}} where the text talks about it"
        )
    };
    names.map(message).collect()
}

/// How a directive names a piece.
fn names_in(file: &FileDiff, piece: &Piece) -> String {
    let names = names(piece).join(", ");
    // Every file has `use` lines.
    if names.is_empty() && piece.items().any(|item| item == "use") {
        let (_, path) = file.file.split_once('/').unwrap_or_default();
        return format!("{path}#use");
    }
    names
}

/// The first step has nothing before it: all of its items have to be shown.
fn missing_items(step: &Step, shown: &HashSet<Place>) -> Result<Vec<String>> {
    let mut messages = Vec::new();
    for file in step.sources()? {
        let file_name = format!("{}/{file}", step.name);
        for Item { path, kind, mut lines, .. } in Outline::of(&step.read(&file)?)?.items {
            let is_missing =
                lines.any(|line| !shown.contains(&(&*file_name, None, Some(line + 1))));
            if kind != Kind::Use && !kind.is_container() && is_missing {
                let step = &step.name;
                messages.push(format!(
                    "`{path}` of {file_name} is not shown: add {{{{code {step} {path}}}}}"
                ));
            }
        }
    }
    Ok(messages)
}
