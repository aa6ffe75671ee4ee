//! The difference between two steps, item by item.
//!
//! Items that have the same name are compared with each other, so that the closing brace of one
//! function is never taken for that of another. The crate's own name is no difference.

use crate::line::{Change, Line, Word};
use crate::outline::{Name, Outline, Span};
use crate::words;
use crate::workspace::{Step, rename_crate};
use anyhow::{Context, Result};
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};
use std::iter;
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

/// The lines of one or more spans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The names of the spans; of a changed one in both versions.
    pub names: Vec<Name>,
    /// The lines, of which some may differ.
    pub lines: Vec<Line>,
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

/// The differences of the sources of two steps, in the order of [`Step::sources`].
pub fn of_steps(old: &Step, new: &Step) -> Result<Vec<FileDiff>> {
    let mut files = new.sources()?;
    files.extend(old.sources()?.into_iter().filter(|file| !new.has(file)));
    files.iter().map(|file| of_files(old, new, file)).collect()
}

/// The difference of one source file of two steps, of which one may not have it.
pub fn of_files(old: &Step, new: &Step, file: &str) -> Result<FileDiff> {
    let read = |step: &Step| if step.has(file) { step.read(file) } else { Ok(String::new()) };
    let (old_text, new_text) = (fold_name(&read(old)?, old, new), read(new)?);
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
    let mut lines = of_lines(old, new, (0, 0));
    words::mark(&mut lines);
    Piece { names: Vec::new(), lines }
}

/// The difference of two Rust sources, as pieces.
pub fn of_sources(old: &str, new: &str) -> Result<Vec<Piece>> {
    let old = Outline::of(old).context("the older version")?;
    let new = Outline::of(new).context("the newer version")?;
    let diff = |pair: &Pair| piece(&old, &new, pair);
    let mut pieces = Vec::new();
    let mut changed = Vec::new();
    for pair in pairs(&old.spans, &new.spans) {
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

/// Spans of the older version, and those of the newer one to compare them with.
struct Pair {
    old: Range<usize>,
    new: Range<usize>,
}

/// Spans of the same name in pairs, and those without a partner in between.
fn pairs(old: &[Span], new: &[Span]) -> Vec<Pair> {
    let names = |spans: &[Span]| spans.iter().map(|span| span.name.clone()).collect::<Vec<_>>();
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

/// The best way to cut the first pairs into pieces.
struct Cut {
    /// How many lines differ in all of them.
    cost: usize,
    pieces: usize,
    /// How many pairs come before the last piece.
    before: usize,
    last: Piece,
}

/// Neighbouring changed pairs as pieces. A body that has moved into the function beside it is not
/// a change: pairs are compared together where fewer lines differ then.
fn fewest_changes(pairs: &[Pair], diff: impl Fn(&Pair) -> Piece) -> Vec<Piece> {
    // The best cuts of the first pair, the first two, …
    let mut best: Vec<Cut> = Vec::new();
    for (i, end) in pairs.iter().enumerate() {
        let cuts = pairs[..=i].iter().enumerate().map(|(before, start)| {
            let joined =
                Pair { old: start.old.start..end.old.end, new: start.new.start..end.new.end };
            let last = diff(&joined);
            let (cost, pieces) =
                before.checked_sub(1).map_or((0, 0), |i| (best[i].cost, best[i].pieces));
            Cut { cost: cost + last.changed_lines(), pieces: pieces + 1, before, last }
        });
        let fewest = cuts.min_by_key(|cut| (cut.cost, usize::MAX - cut.pieces));
        best.extend(fewest);
    }
    let mut end = best.len();
    let mut pieces: Vec<Piece> = iter::from_fn(|| {
        let cut = best.drain(end.checked_sub(1)?..).next()?;
        end = cut.before;
        Some(cut.last)
    })
    .collect();
    pieces.reverse();
    pieces
}

/// The difference of the spans of a pair.
fn piece(old: &Outline, new: &Outline, pair: &Pair) -> Piece {
    let (old_spans, new_spans) = (&old.spans[pair.old.clone()], &new.spans[pair.new.clone()]);
    let mut names: Vec<Name> = Vec::new();
    for span in old_spans.iter().chain(new_spans) {
        if !names.contains(&span.name) {
            names.push(span.name.clone());
        }
    }
    let (old_lines, new_lines) = (lines_of(old_spans), lines_of(new_spans));
    let starts = (old_lines.start, new_lines.start);
    Piece { names, lines: of_lines(&old.text(old_lines), &new.text(new_lines), starts) }
}

fn lines_of(spans: &[Span]) -> Range<usize> {
    match spans {
        [first, .., last] => first.lines.start..last.lines.end,
        [one] => one.lines.clone(),
        [] => 0..0,
    }
}

/// The difference of two texts, whose first lines have the indices `starts`.
fn of_lines(old: &str, new: &str, starts: (usize, usize)) -> Vec<Line> {
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(old, new);
    let changes = diff.iter_all_changes().map(|change| Line {
        change: match change.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Delete => Change::Removed,
            ChangeTag::Insert => Change::Added,
        },
        old: change.old_index().map(|i| starts.0 + i + 1),
        new: change.new_index().map(|i| starts.1 + i + 1),
        words: vec![Word::same(change.value().trim_end_matches('\n'))],
    });
    changes.collect()
}
