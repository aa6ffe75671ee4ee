//! The third room: what the chapter of a step has to show, and does not, and how long it may be.

use crate::chapter::Block;
use crate::content::{Content, Listing};
use crate::directive::Name;
use crate::problem::Fault;
use crate::prose;
use crate::steps::{Steps, names};
use anyhow::Result;
use lessons::Step;
use lessons::diff::{FileDiff, Piece};
use lessons::line::{Change, Line};
use lessons::outline::{Item, Kind, Outline};
use std::collections::HashSet;

/// What every chapter has to show of its step; the first step has nothing to be compared with.
const DEMANDS: [(Name, &str); 3] = [
    (Name::Output, "what the step prints is not shown"),
    (Name::OutputDiff, "what changed in the output is not shown"),
    (Name::Diff, "the whole difference is not shown"),
];

/// What the chapter of `step` does not show but has to, and by how much it is too long.
pub fn chapter(step: &Step, blocks: &[Block<Content>], steps: &Steps) -> Result<Vec<Fault>> {
    let contents = || blocks.iter().filter_map(|block| block.content.as_ref().ok());
    let mut messages = Vec::new();
    for (directive, why) in &DEMANDS[..if step.number == 1 { 1 } else { 3 }] {
        let demand = Some((*directive, step.name.as_str()));
        if *directive == Name::OutputDiff && steps.has_new_output(step)? {
            continue;
        }
        if !contents().any(|content| content.of_step() == demand) {
            messages.push(format!("{why}: add {{{{{directive} {}}}}}", step.name));
        }
    }
    let shown = contents().flat_map(places).collect();
    messages.extend(match step.number {
        1 => missing_items(step, &shown)?,
        _ => steps.diff(step)?.iter().flat_map(|file| missing_pieces(step, file, &shown)).collect(),
    });
    let words = prose::words(blocks);
    if words > prose::MOST {
        let most = prose::MOST;
        messages.push(format!("the chapter has {words} words of prose, and may have {most}"));
    }
    Ok(messages.into_iter().map(|message| Fault { line: 1, message }).collect())
}

/// A line of a file, by its numbers in the older version and in the newer one: a changed line is
/// in one of them only, and so is a line that is shown as it is.
type Place<'a> = (&'a str, Option<usize>, Option<usize>);

/// The lines that a content shows. The whole difference does not count: each line is to be shown
/// where the text talks about it.
fn places(content: &Content) -> Vec<Place<'_>> {
    let mut places: Vec<Place> = Vec::new();
    match content {
        Content::Code(listings) => {
            for Listing { file, ranges, .. } in listings {
                let lines = ranges.iter().cloned().flatten();
                places.extend(lines.map(|line| (file.as_str(), None, Some(line + 1))));
            }
        }
        Content::Diff(files) => {
            for changes in files {
                let lines = changes.changed();
                places.extend(lines.map(|line| (changes.name.as_str(), line.old, line.new)));
            }
        }
        _ => {}
    }
    places
}

/// The changed pieces of a file of which a line is not shown, blank ones aside.
fn missing_pieces(step: &Step, file: &FileDiff, shown: &HashSet<Place>) -> Vec<String> {
    let is_missing = |line: &Line| {
        let text = line.text();
        let has_to_be_shown = line.change != Change::Same && !text.trim().is_empty();
        has_to_be_shown && !shown.contains(&(file.file.as_str(), line.old, line.new))
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
    if names.is_empty() && piece.items().next().is_none() {
        return piece.names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    }
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
