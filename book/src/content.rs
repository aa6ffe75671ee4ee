//! What a chapter shows, as data: what the blocks ask for, found in the lessons. No HTML.

use crate::chapter::Block;
use crate::directive::Name;
use crate::pictures::graph::stage::Stage;
use crate::pictures::svg::Picture;
use lessons::line::{Change, Line};
use lessons::timeline::{Entry, Event};
use std::collections::HashSet;
use std::ops::Range;

/// What a block shows.
pub enum Content {
    /// Text that mdBook reads.
    Markdown(String),
    /// A block of code that the chapter has in itself, by its language.
    Fence(String, String),
    /// What is new in a step, above its chapter.
    Head(Head),
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
    /// The files of a library, with the names of the items in each.
    Files(Vec<(String, Vec<String>)>),
    /// What was measured.
    Costs(Costs),
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

/// What is new in a step, in short.
pub struct Head {
    pub number: usize,
    /// Its package, as `cargo run -p` takes it.
    pub package: String,
    /// The name and the title of the step before.
    pub before: Option<(String, String)>,
    /// Its sources from the root of the workspace, with how many lines come and go.
    pub sources: Vec<(String, Option<(usize, usize)>)>,
    /// The items of the library to which something happens.
    pub items: Vec<(Event, Vec<String>)>,
    /// The files that items have moved to without having changed, with how many.
    pub moved: Vec<(String, usize)>,
}

/// Lines of a source file.
pub struct Listing {
    /// The file, from the root of the workspace.
    pub file: String,
    /// Its whole text.
    pub source: String,
    /// Where links to its items lead.
    pub ids: Vec<String>,
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
    /// Where links to it lead; of items, one for each of them.
    pub ids: Vec<String>,
    /// Empty where nothing changed.
    pub parts: Vec<Part>,
    /// Files, and the items that have moved to them without having changed.
    pub moved_to: Vec<(String, Vec<String>)>,
}

/// What of the file or package a difference shows.
pub enum Of {
    File,
    /// The items of these names.
    Items(Vec<String>),
    Output,
    /// An output of which no line was there before: the session is another one.
    NewOutput,
}

/// Neighbouring lines of a difference.
pub enum Part {
    /// Lines to show.
    Lines(Vec<Line>),
    /// Unchanged lines to fold.
    Fold(Fold),
    /// Lines that are left out.
    Gap,
}

/// Unchanged lines that are folded away.
pub struct Fold {
    /// The names of their items.
    pub items: Vec<String>,
    /// The file that they were in, if it is another one.
    pub moved_from: Option<String>,
    pub lines: Vec<Line>,
}

/// Where a link to a change of the item `path` leads; that of a field leads to its struct.
pub fn id_of_item(path: &str) -> String {
    let path = path.split('.').next().unwrap_or_default();
    format!("change-{}", slug(path))
}

/// Where a link to the whole change of a file leads: `step07/src/lib.rs`.
pub fn id_of_whole(file: &str) -> String {
    let (_, path) = file.split_once('/').unwrap_or_default();
    format!("whole-{}", slug(path))
}

/// A name in the characters that a link may have.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// Takes away the ids that something further up on the page has already. Each difference keeps
/// one, if need be a number. Of listings only those of the page's own step are linked to.
pub fn keep_ids_apart(page: &str, blocks: &mut [Block<Content>]) {
    let mut taken = HashSet::new();
    for block in blocks {
        let Ok(content) = &mut block.content else { continue };
        let lists: Vec<&mut Vec<String>> = match content {
            Content::Code(listings) => {
                let foreign = |listing: &&mut Listing| !listing.file.starts_with(page);
                listings.iter_mut().filter(foreign).for_each(|listing| listing.ids.clear());
                listings.iter_mut().map(|listing| &mut listing.ids).collect()
            }
            Content::Diff(files) | Content::WholeDiff(_, files) => {
                files.iter_mut().map(|of| &mut of.ids).collect()
            }
            Content::OutputDiff(_, changes) => vec![&mut changes.ids],
            _ => Vec::new(),
        };
        for ids in lists {
            let had_one = !ids.is_empty();
            ids.retain(|id| taken.insert(id.clone()));
            if had_one && ids.is_empty() {
                let id = format!("changes-{}", taken.len());
                taken.insert(id.clone());
                ids.push(id);
            }
        }
    }
}

impl Changes {
    /// The lines that changed.
    pub fn changed(&self) -> impl Iterator<Item = &Line> {
        let lines = self.parts.iter().flat_map(|part| match part {
            Part::Lines(lines) => lines.as_slice(),
            Part::Fold(_) | Part::Gap => &[],
        });
        lines.filter(|line| line.change != Change::Same)
    }
}

/// What was measured, one row of cells for each engine.
pub struct Costs {
    /// The unit of the times.
    pub unit: &'static str,
    pub rows: Vec<[String; 8]>,
}

/// A run that can be stepped through.
pub struct Player {
    /// The name of the trace: no other run on the page has it.
    pub name: &'static str,
    pub title: &'static str,
    /// What prints it in a terminal.
    pub command: String,
    /// What it is drawn on; where that is too wide for a phone, from top to bottom too.
    pub stages: Vec<Stage>,
    pub frames: Vec<Frame>,
}

/// A moment of a run.
pub struct Frame {
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
