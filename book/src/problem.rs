//! What is wrong in a chapter, and where.

use anyhow::Error;
use std::fmt;

/// A mistake in a chapter; the build fails with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, from the root of the workspace.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// A problem in a text that does not know the name of its file.
#[derive(Debug)]
pub struct Fault {
    pub line: usize,
    pub message: String,
}

impl Fault {
    /// What makes a fault in a line of an error.
    pub fn at(line: usize) -> impl Fn(Error) -> Self {
        move |error| Fault { line, message: format!("{error:#}") }
    }

    pub fn in_file(self, file: &str) -> Problem {
        Problem { file: file.into(), line: self.line, message: self.message }
    }
}
