//! The difference between two steps, item by item.
//!
//! Items that have the same name are compared with each other, so that the closing brace of one
//! function is never taken for that of another. The crate's own name is no difference.

use crate::line::{Change, Line, Word};
use crate::moves;
use crate::outline::{Name, Outline, Span};
pub use crate::piece::{FileDiff, Piece};
use crate::words;
use crate::workspace::{Step, rename_crate};
use anyhow::{Context, Result};
use similar::{Algorithm, ChangeTag, DiffOp, TextDiff, capture_diff_slices};
use std::iter;
use std::mem;
use std::ops::Range;

/// How many changed neighbours are compared together at most: what moves into the item beside it is
/// near, and all ways to group a file would take seconds.
const MOST_TOGETHER: usize = 6;

/// The differences of the sources of two steps, in the order of [`sources`].
pub fn of_steps(old: &Step, new: &Step) -> Result<Vec<FileDiff>> {
    let files = sources(old, new)?;
    let mut diffs =
        files.iter().map(|file| of_files(old, new, file)).collect::<Result<Vec<_>>>()?;
    moves::mark(old, new, &files, &mut diffs)?;
    Ok(diffs)
}

/// The sources of two steps: those of the newer one, then those that only the older one has.
pub fn sources(old: &Step, new: &Step) -> Result<Vec<String>> {
    let mut files = new.sources()?;
    for file in old.sources()? {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    Ok(files)
}

/// The difference of one source file of two steps, of which one may not have it.
pub fn of_files(old: &Step, new: &Step, file: &str) -> Result<FileDiff> {
    let read = |step: &Step| if step.has(file) { step.read(file) } else { Ok(String::new()) };
    let (old_text, new_text) = (fold_name(&read(old)?, old, new), read(new)?);
    let pieces = of_sources(&old_text, &new_text)
        .with_context(|| format!("{}/{file} or {}/{file}", old.place(), new.place()))?;
    Ok(FileDiff::new(format!("{}/{file}", new.place()), pieces))
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
    Piece { names: Vec::new(), lines, moved_from: None }
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

/// Neighbouring changed pairs as pieces. A body that has moved into the function beside it is not
/// a change: pairs are compared together where fewer lines differ then.
fn fewest_changes(pairs: &[Pair], diff: impl Fn(&Pair) -> Piece) -> Vec<Piece> {
    let joined = |range: Range<usize>| {
        let (first, last) = (&pairs[range.start], &pairs[range.end - 1]);
        diff(&Pair { old: first.old.start..last.old.end, new: first.new.start..last.new.end })
    };
    // For the first 0, 1, 2, … pairs: how many lines differ, and which pairs are compared together.
    let mut best: Vec<(usize, Vec<Range<usize>>)> = vec![(0, Vec::new())];
    for end in 1..=pairs.len() {
        let starts = best.iter().enumerate().skip(end.saturating_sub(MOST_TOGETHER));
        let ways = starts.map(|(start, (cost, before))| {
            let cost = cost + joined(start..end).changed_lines();
            (cost, before.iter().cloned().chain(iter::once(start..end)).collect::<Vec<_>>())
        });
        let fewest = ways.min_by_key(|(cost, together)| (*cost, usize::MAX - together.len()));
        best.extend(fewest);
    }
    best.pop().map_or_else(Vec::new, |(_, together)| together.into_iter().map(joined).collect())
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
    let lines = of_lines(&old.text(old_lines), &new.text(new_lines), starts);
    Piece { names, lines, moved_from: None }
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
    let line = |change, old: Option<usize>, new: Option<usize>, text: &str| Line {
        change,
        old: old.map(|i| starts.0 + i + 1),
        new: new.map(|i| starts.1 + i + 1),
        words: vec![Word::same(text.trim_end_matches('\n'))],
    };
    // Most spans are the same in both, and to compare their lines takes far longer.
    if old == new {
        let lines = new.split_inclusive('\n').enumerate();
        return lines.map(|(i, text)| line(Change::Same, Some(i), Some(i), text)).collect();
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(old, new);
    let changes = diff.iter_all_changes().map(|change| {
        let kind = match change.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Delete => Change::Removed,
            ChangeTag::Insert => Change::Added,
        };
        line(kind, change.old_index(), change.new_index(), change.value())
    });
    changes.collect()
}
