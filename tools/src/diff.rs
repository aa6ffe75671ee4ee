//! The difference between two steps, item by item.
//!
//! Items that have the same name are compared with each other, so that the closing brace of one
//! function is never taken for that of another. The crate's own name is no difference.

use crate::source::{self, Item, Kind};
use crate::words;
use crate::workspace::{Step, rename_crate};
use anyhow::{Context, Result};
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};
use std::mem;
use std::ops::Range;

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// The difference between two versions of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDiff {
    /// Its name in the newer step, from the workspace: `step07/src/lib.rs`, `mine/step07/src/lib.rs`.
    pub file: String,
    /// The pieces of the file, in its order; together they are all of it.
    pub pieces: Vec<Piece>,
}

/// The lines of one or more items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The names of the items; of a changed one in both versions. See [`source::Item`].
    pub items: Vec<String>,
    /// The lines, of which some may differ.
    pub lines: Vec<Line>,
}

/// A line of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whether it is in both versions.
    pub change: Change,
    /// Its number in the older version, from 1.
    pub old: Option<usize>,
    /// Its number in the newer version, from 1.
    pub new: Option<usize>,
    /// Its text without the line end, in parts: `true` for those that differ within the line.
    pub parts: Vec<(bool, String)>,
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
        self.parts.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// Whether it is neither blank nor a comment.
    pub fn is_code(&self) -> bool {
        source::is_code(&self.text())
    }
}

impl Piece {
    /// Whether any line differs.
    pub fn is_changed(&self) -> bool {
        self.changed_lines() > 0
    }

    fn changed_lines(&self) -> usize {
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
    /// Whether any line differs.
    pub fn is_changed(&self) -> bool {
        self.pieces.iter().any(Piece::is_changed)
    }

    /// All lines, in the order of the file.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.pieces.iter().flat_map(|piece| &piece.lines)
    }
}

/// The differences of the sources of two steps, in the order of [`Step::SOURCES`].
pub fn of_steps(old: &Step, new: &Step) -> Result<Vec<FileDiff>> {
    Step::SOURCES.iter().map(|file| of_files(old, new, file)).collect()
}

/// The difference of one source file of two steps.
pub fn of_files(old: &Step, new: &Step, file: &str) -> Result<FileDiff> {
    let new_text = new.read(file)?;
    let old_text = fold_name(&old.read(file)?, old, new);
    let pieces = of_sources(&old_text, &new_text)
        .with_context(|| format!("{}/{file} or {}/{file}", old.place(), new.place()))?;
    Ok(FileDiff { file: format!("{}/{file}", new.place()), pieces })
}

/// The difference of what two steps print, the crate's own name aside.
pub fn of_outputs(old: &Step, new: &Step) -> Result<Vec<Line>> {
    Ok(of_texts(&fold_name(&old.output()?, old, new), &new.output()?).lines)
}

/// How many lines of code differ between two steps, comments and blank lines aside.
pub fn changed_lines(old: &Step, new: &Step) -> Result<usize> {
    Ok(code_lines(of_steps(old, new)?.iter().flat_map(FileDiff::lines)))
}

/// How many of `lines` differ, comments and blank lines aside.
pub fn code_lines<'a>(lines: impl Iterator<Item = &'a Line>) -> usize {
    lines.filter(|line| line.change != Change::Same && line.is_code()).count()
}

/// `text` of `old` with the name of `new` in place of its own.
pub fn fold_name(text: &str, old: &Step, new: &Step) -> String {
    rename_crate(text, &old.crate_name(), &new.crate_name())
}

/// The difference of two sources, as pieces; as a single one if one of them is not Rust yet.
pub fn of_drafts(old: &str, new: &str) -> Vec<Piece> {
    of_sources(old, new).unwrap_or_else(|_| vec![of_texts(old, new)])
}

/// The difference of two texts as one piece.
fn of_texts(old: &str, new: &str) -> Piece {
    let mut lines = of_lines(old, new, 0, 0);
    words::mark(&mut lines);
    Piece { items: Vec::new(), lines }
}

/// The difference of two Rust sources, as pieces.
pub fn of_sources(old: &str, new: &str) -> Result<Vec<Piece>> {
    let old = segments(old).context("the older version")?;
    let new = segments(new).context("the newer version")?;
    let diff = |pair: &Pair| piece(&old[pair.old.clone()], &new[pair.new.clone()]);
    let mut pieces = Vec::new();
    let mut changed = Vec::new();
    for pair in pairs(&old, &new) {
        let piece = diff(&pair);
        if piece.is_changed() {
            changed.push(pair);
        } else {
            pieces.extend(fewest_changes(&mem::take(&mut changed), diff));
            pieces.push(piece);
        }
    }
    pieces.extend(fewest_changes(&changed, diff));
    for piece in &mut pieces {
        words::mark(&mut piece.lines);
    }
    Ok(pieces)
}

/// Segments of the older version, and those of the newer one to compare them with.
struct Pair {
    old: Range<usize>,
    new: Range<usize>,
}

/// Segments of the same name in pairs, and those without a partner in between.
fn pairs(old: &[Segment], new: &[Segment]) -> Vec<Pair> {
    let names = |segments: &[Segment]| segments.iter().map(|s| s.name.clone()).collect::<Vec<_>>();
    let mut pairs = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &names(old), &names(new)) {
        let (old, new) = (op.old_range(), op.new_range());
        if let DiffOp::Replace { .. } = op {
            pairs.push(Pair { old, new });
            continue;
        }
        let at = |range: &Range<usize>, i: usize| (range.start + i).min(range.end);
        for i in 0..old.len().max(new.len()) {
            let part = |range: &Range<usize>| at(range, i)..at(range, i + 1);
            pairs.push(Pair { old: part(&old), new: part(&new) });
        }
    }
    pairs
}

/// Neighbouring changed pairs as pieces. A body that has moved into the function beside it is not
/// a change: pairs are compared together where fewer lines differ then.
fn fewest_changes(pairs: &[Pair], diff: impl Fn(&Pair) -> Piece) -> Vec<Piece> {
    // The best pieces for the first 0, 1, 2, … pairs, and how many lines differ in them.
    let mut best = vec![(0, Vec::new())];
    for (i, last) in pairs.iter().enumerate() {
        let ways = pairs[..=i].iter().zip(&best).map(|(first, (cost, before))| {
            let joined =
                Pair { old: first.old.start..last.old.end, new: first.new.start..last.new.end };
            let piece = diff(&joined);
            (cost + piece.changed_lines(), [before.as_slice(), &[piece]].concat())
        });
        let fewest = ways.min_by_key(|(cost, pieces)| (*cost, usize::MAX - pieces.len()));
        best.extend(fewest);
    }
    best.pop().map_or_else(Vec::new, |(_, pieces)| pieces)
}

/// The lines of an item, with the blank ones before it; or those that open or close a container.
struct Segment<'a> {
    name: String,
    start: usize,
    /// With their line ends.
    lines: Vec<&'a str>,
}

fn segments(source: &str) -> Result<Vec<Segment<'_>>> {
    let lines: Vec<&str> = source.split_inclusive('\n').collect();
    let mut items = source::items(source)?;
    items.retain(|item| item.kind != Kind::Field);
    let mut segments = Vec::new();
    let mut start = 0;
    let mut add = |name: &str, end: usize| {
        if end > start {
            segments.push(Segment { name: name.into(), start, lines: lines[start..end].to_vec() });
            start = end;
        }
    };
    let mut open: Option<&Item> = None;
    for (i, item) in items.iter().enumerate() {
        if let Some(container) = open.take_if(|container| container.lines.end <= item.lines.start) {
            add(&closing(container), container.lines.end);
        }
        let next = items.get(i + 1).map_or(lines.len(), |next| next.lines.start);
        if item.is_container && next < item.lines.end {
            add(&item.path, next);
            open = Some(item);
        } else {
            add(&item.path, item.lines.end);
        }
    }
    if let Some(container) = open {
        add(&closing(container), container.lines.end);
    }
    add("", lines.len());
    Ok(segments)
}

fn closing(container: &Item) -> String {
    format!("end of {}", container.path)
}

fn piece(old: &[Segment], new: &[Segment]) -> Piece {
    let text =
        |segments: &[Segment]| segments.iter().flat_map(|s| &s.lines).copied().collect::<String>();
    let start = |segments: &[Segment]| segments.first().map_or(0, |segment| segment.start);
    let mut items: Vec<String> = Vec::new();
    for segment in old.iter().chain(new) {
        if !items.contains(&segment.name) {
            items.push(segment.name.clone());
        }
    }
    Piece { items, lines: of_lines(&text(old), &text(new), start(old), start(new)) }
}

/// The difference of two texts, whose first lines have the indices `old_start` and `new_start`.
fn of_lines(old: &str, new: &str, old_start: usize, new_start: usize) -> Vec<Line> {
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(old, new);
    let changes = diff.iter_all_changes().map(|change| Line {
        change: match change.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Delete => Change::Removed,
            ChangeTag::Insert => Change::Added,
        },
        old: change.old_index().map(|i| old_start + i + 1),
        new: change.new_index().map(|i| new_start + i + 1),
        parts: vec![(false, change.value().trim_end_matches('\n').to_string())],
    });
    changes.collect()
}
