//! Which lines of a step a chapter has shown, piece by piece.

use lessons::diff::{FileDiff, Piece};
use lessons::line::{Change, Line};
use std::collections::HashSet;
use std::ops::Range;

/// The lines that a chapter has shown outside of the whole difference.
#[derive(Default)]
pub struct Shown {
    /// The file, and the line's number from 1 in the version that has it.
    lines: HashSet<(String, Side, usize)>,
    /// The directives of the chapter, name and first argument: `diff step07`.
    directives: HashSet<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Side {
    Old,
    New,
}

impl Shown {
    /// Lines of a file, from 0, have been shown as they are now.
    pub fn code(&mut self, file: &str, lines: Range<usize>) {
        self.lines.extend(lines.map(|i| (file.to_string(), Side::New, i + 1)));
    }

    /// A piece of a difference has been shown.
    pub fn piece(&mut self, file: &FileDiff, piece: &Piece) {
        let places = piece.lines.iter().filter_map(place);
        self.lines.extend(places.map(|(side, number)| (file.file.clone(), side, number)));
    }

    /// A directive has been used.
    pub fn directive(&mut self, name: &str, argument: &str) {
        self.directives.insert(format!("{name} {argument}"));
    }

    /// Whether a directive has been used.
    pub fn has_directive(&self, name: &str, argument: &str) -> bool {
        self.directives.contains(&format!("{name} {argument}"))
    }

    /// The names of the changed pieces of a file that have not been shown; closing braces aside.
    pub fn missing(&self, file: &FileDiff) -> Vec<String> {
        let pieces = file.pieces.iter().filter(|piece| self.lacks(&file.file, piece));
        let (_, path) = file.file.split_once('/').unwrap_or_default();
        let names = |piece: &Piece| match names(piece).join(", ") {
            // Every file has them.
            names if names.is_empty() && piece.items().any(|item| item == "use") => {
                format!("{path}#use")
            }
            names => names,
        };
        pieces.map(names).filter(|names| !names.is_empty()).collect()
    }

    /// Whether one of these lines of a file, from 0, has not been shown.
    pub fn lacks_code(&self, file: &str, mut lines: Range<usize>) -> bool {
        lines.any(|i| !self.lines.contains(&(file.to_string(), Side::New, i + 1)))
    }

    fn lacks(&self, file: &str, piece: &Piece) -> bool {
        let mut changed = piece.lines.iter().filter(|line| has_to_be_shown(line));
        changed.any(|line| {
            place(line).is_some_and(|(side, number)| {
                !self.lines.contains(&(file.to_string(), side, number))
            })
        })
    }
}

/// The names in a piece that stand for code.
pub fn names(piece: &Piece) -> Vec<&str> {
    piece.items().filter(|name| is_code(name)).collect()
}

/// Whether the name of an item stands for code, and not for `use` lines.
pub fn is_code(name: &str) -> bool {
    name != "use"
}

fn has_to_be_shown(line: &Line) -> bool {
    let text = line.text();
    line.change != Change::Same && !text.trim().is_empty() && text.trim() != "}"
}

fn place(line: &Line) -> Option<(Side, usize)> {
    match line.new {
        Some(number) => Some((Side::New, number)),
        None => line.old.map(|number| (Side::Old, number)),
    }
}
