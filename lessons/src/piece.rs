//! A difference as data: a file in pieces, each with the names of its spans.

use crate::line::{Change, Line};
use crate::outline::Name;

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// The difference between two versions of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDiff {
    /// Its name in the newer step, from the workspace: `step07/src/lib.rs`, `mine/step07/src/lib.rs`.
    pub file: String,
    /// The pieces of the file, in its order; together they are all of it.
    pub pieces: Vec<Piece>,
    /// What has gone to other files without having changed: an item, and the file.
    pub moved_to: Vec<(String, String)>,
}

/// The lines of one or more spans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The names of the spans; of a changed one in both versions.
    pub names: Vec<Name>,
    /// The lines, of which some may differ.
    pub lines: Vec<Line>,
    /// The file that they were in, if they have come from there without having changed.
    pub moved_from: Option<String>,
}

impl Piece {
    /// The names of the items, without the ends of containers and of the file.
    pub fn items(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter_map(Name::item)
    }

    /// Whether any line differs.
    pub fn is_changed(&self) -> bool {
        self.changed_lines() > 0
    }

    /// How many lines differ.
    pub fn changed_lines(&self) -> usize {
        self.lines.iter().filter(|line| line.change != Change::Same).count()
    }

    /// The lines in runs, `true` for those to show: the changed ones and a few around them.
    pub fn runs(&self) -> Vec<(bool, &[Line])> {
        let near = |i: usize| {
            let around = i.saturating_sub(CONTEXT)..(i + CONTEXT + 1).min(self.lines.len());
            self.lines[around].iter().any(|line| line.change != Change::Same)
        };
        let shown: Vec<bool> = (0..self.lines.len()).map(near).collect();
        let mut runs = Vec::new();
        let mut start = 0;
        for end in 1..=shown.len() {
            if end == shown.len() || shown[end] != shown[start] {
                runs.push((shown[start], &self.lines[start..end]));
                start = end;
            }
        }
        runs
    }
}

impl FileDiff {
    /// The difference of two versions of the file of this name.
    pub fn new(file: String, pieces: Vec<Piece>) -> Self {
        FileDiff { file, pieces, moved_to: Vec::new() }
    }

    /// Whether any line differs.
    pub fn is_changed(&self) -> bool {
        self.pieces.iter().any(Piece::is_changed)
    }

    /// All lines, in the order of the file.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.pieces.iter().flat_map(|piece| &piece.lines)
    }
}
