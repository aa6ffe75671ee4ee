//! The sources of all steps, cut into items.

use anyhow::{Context, Result};
use lessons::outline::{Item, Kind, Outline};
use lessons::workspace::fold_crate_names;
use lessons::{Step, code};
use std::collections::HashMap;

/// One file of one step.
pub struct Copy {
    pub number: usize,
    /// The name of the step: `step07`.
    pub step: String,
    /// The file in the step: `src/lib.rs`.
    pub file: String,
    /// With the crate's name folded.
    pub text: String,
    pub items: Vec<Piece>,
}

/// The lines of an item, or of what comes before the first member of a block.
pub struct Piece {
    /// The item's path, with a number if the file has several of that name.
    pub key: String,
    /// The number of its first line, from 1.
    pub start: usize,
    pub lines: Vec<String>,
    pub item: Item,
}

/// The sources and tests of a step.
pub fn copies_of(step: &Step) -> Result<Vec<Copy>> {
    let mut files: Vec<String> = step.sources()?;
    let tests = step.folder.join("tests");
    let listed = tests.read_dir().with_context(|| format!("{} cannot be read", tests.display()))?;
    for entry in listed {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.extension().is_some_and(|extension| extension == "rs") && name != "output.rs" {
            files.push(format!("tests/{name}"));
        }
    }
    files.sort();
    files.into_iter().map(|file| Copy::read(step, file)).collect()
}

/// The comment at the top of a file, which belongs to no item.
fn head(outline: &Outline) -> Option<Piece> {
    let end = outline.items.first()?.lines.start;
    let path = "//!".to_string();
    let item = Item { path, kind: Kind::Other, lines: 0..end, own: 0..end };
    let lines = lines(outline, &item);
    Some(Piece { key: item.path.clone(), start: 1, lines, item })
}

fn lines(outline: &Outline, item: &Item) -> Vec<String> {
    outline.lines[item.own.clone()].iter().map(|line| line.trim_end_matches('\n').into()).collect()
}

impl Copy {
    fn read(step: &Step, file: String) -> Result<Self> {
        let text = fold_crate_names(&step.read(&file)?);
        let outline =
            Outline::of(&text).with_context(|| format!("{}/{file} is not Rust", step.name))?;
        let mut seen: HashMap<String, usize> = HashMap::new();
        let mut items: Vec<Piece> = head(&outline).into_iter().collect();
        for item in &outline.items {
            let path = &item.path;
            let count = seen.entry(path.clone()).or_default();
            *count += 1;
            items.push(Piece {
                key: if *count == 1 { path.clone() } else { format!("{path} ({count})") },
                start: item.lines.start + 1,
                lines: lines(&outline, item),
                item: item.clone(),
            });
        }
        Ok(Copy { number: step.number, step: step.name.clone(), file, text, items })
    }

    /// The file from the workspace: `step07/src/lib.rs`.
    pub fn place(&self) -> String {
        format!("{}/{}", self.step, self.file)
    }

    pub fn item(&self, key: &str) -> Option<&Piece> {
        self.items.iter().find(|item| item.key == key)
    }

    /// The items before `key`, the nearest first.
    pub fn before<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        let at = self.items.iter().position(|item| item.key == key).unwrap_or(0);
        self.items[..at].iter().rev().map(|item| item.key.as_str())
    }

    /// The line after the first of `keys` that is here, or the first line.
    pub fn line_after<'a>(&self, mut keys: impl Iterator<Item = &'a str>) -> usize {
        let item = keys.find_map(|key| self.item(key));
        item.map_or(1, |item| item.start + item.lines.len())
    }
}

impl Piece {
    /// The lines of code, with their numbers.
    pub fn code(&self) -> Vec<(usize, String)> {
        self.lines_that(code::is_code)
    }

    /// The lines of comments, with their numbers.
    pub fn comments(&self) -> Vec<(usize, String)> {
        self.lines_that(|line| line.trim().starts_with("//"))
    }

    fn lines_that(&self, is_kept: impl Fn(&str) -> bool) -> Vec<(usize, String)> {
        let lines = self.lines.iter().enumerate().filter(|(_, line)| is_kept(line));
        lines.map(|(i, line)| (self.start + i, line.clone())).collect()
    }
}

/// Whether the lines are the same, whatever their numbers.
pub fn is_same(here: &[(usize, String)], other: &[(usize, String)]) -> bool {
    here.iter().map(|(_, line)| line).eq(other.iter().map(|(_, line)| line))
}

/// The number that `here` gives the first line in which it differs from `other`; if it only lacks
/// lines, of its last.
pub fn first_difference(here: &[(usize, String)], other: &[(usize, String)]) -> Option<usize> {
    let mut pairs = here.iter().zip(other);
    let differs = pairs.find(|(here, other)| here.1 != other.1).map(|(here, _)| here);
    differs.or(here.get(other.len())).or(here.last()).map(|(number, _)| *number)
}
