//! A line of a difference.

use crate::code;

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether it is in both versions.
    pub change: Change,
    /// Its number in the older version, from 1.
    pub old: Option<usize>,
    /// Its number in the newer version, from 1.
    pub new: Option<usize>,
    /// Its text without the line end.
    pub words: Vec<Word>,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Whether it differs from the line's other version.
    pub differs: bool,
    /// Its text.
    pub text: String,
}

/// Where a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// In both versions.
    Same,
    /// In the older one only.
    Removed,
    /// In the newer one only.
    Added,
}

impl Line {
    /// The whole line.
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect()
    }

    /// Whether it is neither blank nor a comment.
    pub fn is_code(&self) -> bool {
        code::is_code(&self.text())
    }
}

impl Word {
    /// A word that is in both versions.
    pub fn same(text: impl Into<String>) -> Self {
        Word { differs: false, text: text.into() }
    }
}
