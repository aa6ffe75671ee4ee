//! What a chapter shows, as data: what the blocks ask for, found in the lessons. No HTML.

use crate::directive::Name;
use crate::pictures::svg::{Picture, Point, Svg};
use lessons::line::{Change, Line};
use lessons::timeline::Entry;
use std::ops::Range;

/// What a block shows.
pub enum Content {
    /// Text that mdBook reads.
    Markdown(String),
    /// Items of source files.
    Code(Vec<Listing>),
    /// What changed in some items of a step.
    Diff(Vec<Changes>),
    /// All that changed in the step of this name.
    WholeDiff(String, Vec<Changes>),
    /// A mistake: what is changed, and what is seen then.
    Mistake(Mistake),
    /// What a step prints.
    Output(Output),
    /// What changed in what the step of this name prints.
    OutputDiff(String, Changes),
    /// A drawing.
    Picture(Picture),
    /// A run, to be stepped through.
    Player(Player),
    /// The steps, one row for each.
    Steps(Vec<StepRow>),
    /// The names of the steps, and the items with what happens to them.
    Timeline(Vec<String>, Vec<Entry>),
    /// What was measured: cells, one row for each engine.
    Costs(Vec<[String; 7]>),
}

impl Content {
    /// The directive, and the name of the step, of what each chapter has to show of its step.
    pub fn of_step(&self) -> Option<(Name, &str)> {
        match self {
            Content::WholeDiff(step, _) => Some((Name::Diff, step)),
            Content::Output(output) => Some((Name::Output, &output.step)),
            Content::OutputDiff(step, _) => Some((Name::OutputDiff, step)),
            _ => None,
        }
    }
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

/// A mistake that a chapter names.
pub struct Mistake {
    /// Its title, in Markdown.
    pub title: String,
    pub changes: Vec<Changes>,
    /// In words; what a program prints is set in.
    pub seen: String,
    /// The command that runs it.
    pub command: String,
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
    /// The file from the root of the workspace, or the package that prints.
    pub name: String,
    pub of: Of,
    /// Empty where nothing changed.
    pub parts: Vec<Part>,
}

/// What of the file or package a difference shows.
pub enum Of {
    File,
    /// The items of these names.
    Items(Vec<String>),
    Output,
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

/// A run that can be stepped through.
pub struct Player {
    /// The name of the trace: no other run on the page has it.
    pub name: &'static str,
    pub title: &'static str,
    /// What all frames have in common.
    pub base: Svg,
    pub frames: Vec<Frame>,
}

/// A moment of a run.
pub struct Frame {
    /// What is drawn on top of the base.
    pub overlay: Svg,
    /// What it shows, for those who cannot see it.
    pub alt: String,
    pub sentence: String,
    /// What waits: the name of each place, and the calls in it.
    pub waiting: Vec<(String, Vec<String>)>,
    /// The calls of which the reader may point at one, to say that it comes next.
    pub choices: Vec<Choice>,
}

/// A call that the reader may point at.
pub struct Choice {
    pub call: usize,
    pub name: String,
    /// The corners of its box in the drawing.
    pub corners: (Point, Point),
    pub is_right: bool,
    /// What the page says to it.
    pub answer: String,
}

/// A step in the table of the steps.
pub struct StepRow {
    pub name: String,
    pub title: String,
    pub idea: String,
    /// How many lines of code changed; the first step has nothing before it.
    pub changed: Option<usize>,
}
