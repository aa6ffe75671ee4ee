//! What a chapter shows, as data: what the blocks ask for, found in the lessons. No HTML.

use crate::pictures::drawing::Picture;
use crate::problem::Fault;
use lessons::line::{Change, Line};
use lessons::timeline::Entry;
use std::ops::Range;

/// A block of a chapter, with what it asks for.
pub struct Resolved<'a> {
    /// What stands before each of its lines: spaces, and `>` in a quotation.
    pub indent: &'a str,
    /// What it shows.
    pub content: Result<Content, Fault>,
}

/// What a block shows.
pub enum Content {
    /// Text that stays as it is: a line, or a block of code.
    Markdown(String),
    /// A paragraph whose only markup is code between backticks.
    Paragraph(String),
    /// A list of such texts.
    List(Vec<String>),
    /// Items of source files.
    Code(Vec<Listing>),
    /// What changed in some items of a step.
    Diff(Vec<Changes>),
    /// All that changed in the step of this name.
    WholeDiff(String, Vec<Changes>),
    /// What a step prints.
    Output(Output),
    /// What changed in what the step of this name prints.
    OutputDiff(String, Changes),
    /// A drawing.
    Picture(Picture),
    /// The steps, one row for each.
    Steps(Vec<StepRow>),
    /// The names of the steps, and the items with what happens to them.
    Timeline(Vec<String>, Vec<Entry>),
    /// What was measured: cells, one row for each engine.
    Costs(Vec<[String; 7]>),
}

/// Lines of a source file.
pub struct Listing {
    /// The file, from the root of the workspace.
    pub file: String,
    /// Its whole text.
    pub source: String,
    /// The lines to show, from 0.
    pub ranges: Vec<Range<usize>>,
}

/// What a step prints, or lines of it.
pub struct Output {
    /// The name of the step.
    pub step: String,
    /// The command that prints it, and which of its lines these are.
    pub label: String,
    pub text: String,
}

/// A difference as it is shown.
pub struct Changes {
    pub of: Of,
    /// Empty where nothing changed.
    pub parts: Vec<Part>,
}

/// What a difference is of.
pub enum Of {
    /// A whole file.
    File(String),
    /// Some items of a file.
    Items(String, Vec<String>),
    /// What a package prints.
    Output(String),
}

/// Neighbouring lines of a difference.
pub enum Part {
    /// Lines to show.
    Lines(Vec<Line>),
    /// Unchanged lines to fold, and the names of their items.
    Fold(Vec<String>, Vec<Line>),
    /// Lines that are left out.
    Gap,
}

impl Changes {
    /// The lines that changed.
    pub fn changed(&self) -> impl Iterator<Item = &Line> {
        let lines = self.parts.iter().flat_map(|part| match part {
            Part::Lines(lines) => lines.as_slice(),
            Part::Fold(..) | Part::Gap => &[],
        });
        lines.filter(|line| line.change != Change::Same)
    }
}

/// A step in the table of the steps.
pub struct StepRow {
    pub name: String,
    pub title: String,
    pub idea: String,
    /// How many lines of code changed; the first step has nothing before it.
    pub changed: Option<usize>,
}
