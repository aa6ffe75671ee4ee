//! The sources of all steps, cut into items.

use anyhow::{Context, Result};
use lessons::outline::{Item, Kind, Outline};
use lessons::workspace::{SESSION, is_rust};
use lessons::{Step, code};
use std::collections::HashMap;

/// One file of one step: Rust, or a text of its tests.
pub struct Source {
    pub number: usize,
    /// The name of the step: `step07`.
    pub step: String,
    /// The file in the step: `src/lib.rs`.
    pub file: String,
    /// With the crate's name folded.
    pub text: String,
    pub parts: Vec<Part>,
}

/// An item with the lines that are its own.
pub struct Part {
    /// The item's path, with a number if the file has several of that name.
    pub key: String,
    /// The number of its first line, from 1.
    pub start: usize,
    pub lines: Vec<String>,
    pub item: Item,
}

/// A line, and its number from 1.
pub type NumberedLine = (usize, String);

impl Source {
    /// The sources and tests of a step.
    pub fn of_step(step: &Step) -> Result<Vec<Self>> {
        let mut files = step.sources()?;
        files.extend(step.files("tests")?.into_iter().filter(|file| file != "tests/output.rs"));
        files.into_iter().map(|file| Source::read(step, file)).collect()
    }

    fn read(step: &Step, file: String) -> Result<Self> {
        let text = step.read_folded(&file)?;
        let outline = Outline::of(if is_rust(&file) { &text } else { "" })
            .with_context(|| format!("{}/{file} is not Rust", step.name))?;
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut parts: Vec<Part> = Vec::new();
        for item in top(&outline).iter().chain(&outline.items) {
            let count = seen.entry(&item.path).or_default();
            *count += 1;
            let lines = outline.lines[item.own.clone()].iter();
            parts.push(Part {
                key: match count {
                    1 => item.path.clone(),
                    _ => format!("{} ({count})", item.path),
                },
                start: item.own.start + 1,
                lines: lines.map(|line| line.trim_end_matches('\n').into()).collect(),
                item: item.clone(),
            });
        }
        Ok(Source { number: step.number, step: step.name.clone(), file, text, parts })
    }

    /// The file from the workspace: `step07/src/lib.rs`.
    pub fn place(&self) -> String {
        format!("{}/{}", self.step, self.file)
    }

    pub fn is_rust(&self) -> bool {
        is_rust(&self.file)
    }

    pub fn is_library(&self) -> bool {
        self.file.starts_with("src/") && self.file != SESSION
    }

    pub fn part(&self, key: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.key == key)
    }

    /// The items before `key`, the nearest first.
    pub fn before<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        let at = self.parts.iter().position(|part| part.key == key).unwrap_or(0);
        self.parts[..at].iter().rev().map(|part| part.key.as_str())
    }

    /// The line after the first of `keys` that is here, or the first line.
    pub fn line_after<'a>(&self, mut keys: impl Iterator<Item = &'a str>) -> usize {
        let part = keys.find_map(|key| self.part(key));
        part.map_or(1, |part| part.start + part.lines.len())
    }
}

impl Part {
    /// The lines of code.
    pub fn code(&self) -> Vec<NumberedLine> {
        self.lines_that(code::is_code)
    }

    /// The lines of comments.
    pub fn comments(&self) -> Vec<NumberedLine> {
        self.lines_that(|line| line.trim().starts_with("//"))
    }

    fn lines_that(&self, is_kept: impl Fn(&str) -> bool) -> Vec<NumberedLine> {
        let lines = self.lines.iter().enumerate().filter(|(_, line)| is_kept(line));
        lines.map(|(i, line)| (self.start + i, line.clone())).collect()
    }
}

/// The comment at the top of a file, which belongs to no item.
fn top(outline: &Outline) -> Option<Item> {
    let lines = 0..outline.items.first()?.lines.start;
    Some(Item { path: "//!".into(), kind: Kind::Other, own: lines.clone(), lines })
}
