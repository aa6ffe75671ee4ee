//! A group of changed lines, as git would group them, in which nothing but comments or white space
//! differs.

use crate::finding::{Finding, Rule};
use lessons::code;
use lessons::diff::{FileDiff, Piece};
use lessons::line::{Change, Line};
use std::ops::Range;

pub fn find<'a>(diffs: impl IntoIterator<Item = &'a FileDiff>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in diffs {
        let pieces = file.pieces.iter();
        let lines: Vec<(&Line, &Piece)> =
            pieces.flat_map(|piece| piece.lines.iter().map(move |line| (line, piece))).collect();
        for range in hunks(&lines) {
            let hunk = &lines[range.clone()];
            if code(hunk, Change::Removed) == code(hunk, Change::Added) {
                let names: Vec<String> = hunk[0].1.names.iter().map(ToString::to_string).collect();
                findings.push(Finding {
                    rule: Rule::Idle,
                    file: file.file.clone(),
                    line: line_at(&lines, range),
                    name: names.join(", "),
                    message: "only comments or white space differ from the step before here".into(),
                });
            }
        }
    }
    findings
}

fn code(hunk: &[(&Line, &Piece)], change: Change) -> String {
    let lines = hunk.iter().filter(|(line, _)| line.change == change);
    code::code(&lines.map(|(line, _)| line.text() + "\n").collect::<String>())
}

/// The newer line where a hunk is; if it only takes lines away, the one after it.
fn line_at(lines: &[(&Line, &Piece)], hunk: Range<usize>) -> usize {
    let after = lines[hunk.start..].iter().find_map(|(line, _)| line.new);
    let before = lines[..hunk.start].iter().rev().find_map(|(line, _)| line.new);
    after.or(before).unwrap_or(1)
}

/// The changed lines in groups with no more than six unchanged ones between them: where three
/// lines of context around two changes touch, they are one hunk.
fn hunks(lines: &[(&Line, &Piece)]) -> Vec<Range<usize>> {
    let changed: Vec<usize> =
        (0..lines.len()).filter(|i| lines[*i].0.change != Change::Same).collect();
    let groups = changed.chunk_by(|a, b| b - a <= 7);
    groups.map(|group| group[0]..group[group.len() - 1] + 1).collect()
}
