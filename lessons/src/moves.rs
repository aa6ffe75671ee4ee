//! What is in another file of the newer step without having changed: from step 23 on a step has
//! several, and an item that has only moved is no difference.

use crate::line::{Change, Word};
use crate::outline::{Name, Outline};
use crate::piece::FileDiff;
use crate::workspace::{Step, rename_crate};
use anyhow::Result;
use std::ops::Range;

/// A span of a file.
struct Place {
    file: String,
    name: Name,
    /// Without the blank lines around it.
    text: String,
    lines: Range<usize>,
}

impl Place {
    fn is_same(&self, other: &Place) -> bool {
        self.name == other.name && self.text == other.text
    }
}

/// Marks in the differences of `files` of two steps what has moved. A source that is not Rust yet has
/// no items that could.
pub fn mark(old: &Step, new: &Step, files: &[String], diffs: &mut [FileDiff]) -> Result<()> {
    let (before, after) = (places(old, files, new)?, places(new, files, new)?);
    let stays = |place: &Place, others: &[Place]| {
        others.iter().any(|other| other.file == place.file && other.is_same(place))
    };
    let mut gone: Vec<&Place> = before.iter().filter(|place| !stays(place, &after)).collect();
    for to in after.iter().filter(|place| !stays(place, &before)) {
        let Some(at) = gone.iter().position(|from| from.is_same(to)) else { continue };
        let from = gone.remove(at);
        for (file, diff) in files.iter().zip(&mut *diffs) {
            if *file == from.file {
                goes(diff, from, to);
            }
            if *file == to.file {
                comes(diff, from, to);
            }
        }
    }
    Ok(())
}

/// The spans of the files of a step, under the crate's name of `named`.
fn places(step: &Step, files: &[String], named: &Step) -> Result<Vec<Place>> {
    let mut places = Vec::new();
    for file in files.iter().filter(|file| step.has(file)) {
        let text = rename_crate(&step.read(file)?, &step.crate_name(), &named.crate_name());
        let Ok(outline) = Outline::of(&text) else { continue };
        places.extend(outline.spans.iter().map(|span| Place {
            file: file.clone(),
            name: span.name.clone(),
            text: outline.text(span.lines.clone()).trim().into(),
            lines: span.lines.clone(),
        }));
    }
    Ok(places)
}

/// What has gone to another file is not shown as removed.
fn goes(diff: &mut FileDiff, from: &Place, to: &Place) {
    for piece in &mut diff.pieces {
        piece.lines.retain(|line| {
            let is_there = line.old.is_some_and(|number| from.lines.contains(&(number - 1)));
            !(line.change == Change::Removed && is_there)
        });
    }
    diff.moved_to.extend(from.name.item().map(|item| (item.into(), to.file.clone())));
}

/// What has come from another file is not shown as added.
fn comes(diff: &mut FileDiff, from: &Place, to: &Place) {
    for piece in &mut diff.pieces {
        let is_there =
            |number: Option<usize>| number.is_some_and(|number| to.lines.contains(&(number - 1)));
        if piece.lines.iter().any(|line| is_there(line.new)) && piece.names == [to.name.clone()] {
            piece.moved_from = Some(from.file.clone());
        }
        for line in piece.lines.iter_mut().filter(|line| is_there(line.new)) {
            line.change = Change::Same;
            line.words = vec![Word::same(line.text())];
        }
    }
}
