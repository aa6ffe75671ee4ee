//! An item that is the same in two steps, and different in the step between them: a correction that
//! was not carried through, or a leak from the future.

use crate::finding::{Finding, Rule};
use crate::source::{NumberedLine, Part, Source};
use lessons::outline::Kind;

pub fn find(sources: &[Vec<Source>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for window in sources.windows(3) {
        let [before, here, after] = window else { continue };
        for old in before {
            let Some(new) = after.iter().find(|new| new.file == old.file) else { continue };
            match here.iter().find(|here| here.file == old.file) {
                Some(here) => findings.extend(in_file(old, here, new)),
                None => findings.push(missing_file(old, new)),
            }
        }
    }
    findings
}

fn missing_file(old: &Source, new: &Source) -> Finding {
    Finding {
        rule: Rule::Carried,
        file: format!("step{:02}/{}", old.number + 1, old.file),
        line: 1,
        name: old.file.clone(),
        message: format!("{} and {} have this file, this step has not", old.step, new.step),
    }
}

fn in_file(old: &Source, here: &Source, new: &Source) -> Vec<Finding> {
    let same = format!("is the same in {} and {}", old.step, new.step);
    let mut findings = Vec::new();
    for part in &old.parts {
        let Some(again) = new.part(&part.key) else { continue };
        let faults = match here.part(&part.key) {
            Some(middle) => in_part(part, middle, again, &same),
            None if part.lines == again.lines => {
                let line = here.line_after(new.before(&part.key));
                vec![(line, format!("`{}` {same}, but missing here", part.key))]
            }
            None => continue,
        };
        let finding = |(line, message)| {
            let (file, name) = (here.place(), part.key.clone());
            Finding { rule: Rule::Carried, file, line, name, message }
        };
        findings.extend(faults.into_iter().map(finding));
    }
    findings
}

/// Lines and messages of what differs in `middle` only.
fn in_part(old: &Part, middle: &Part, new: &Part, same: &str) -> Vec<(usize, String)> {
    let mut faults = Vec::new();
    let is_code_carried = is_same(&old.code(), &new.code());
    for (what, old_lines, lines, new_lines) in [
        ("the code", old.code(), middle.code(), new.code()),
        ("the comment", old.comments(), middle.comments(), new.comments()),
    ] {
        if is_same(&old_lines, &new_lines) && !is_same(&lines, &old_lines) {
            let line = first_difference(&lines, &old_lines).unwrap_or(middle.start);
            faults.push((line, format!("{what} of `{}` {same}, but differs here", old.key)));
        }
    }
    // The `use` lines of a file are one item, which rarely is the same twice.
    if old.item.kind == Kind::Use && !is_code_carried {
        let is_left_out = |line: &&String| {
            line.starts_with("use ") && new.lines.contains(line) && !middle.lines.contains(line)
        };
        let missing = old.lines.iter().filter(is_left_out);
        faults.extend(
            missing.map(|line| (middle.start, format!("`{line}` {same}, but missing here"))),
        );
    }
    faults
}

/// Whether the lines are the same, whatever their numbers.
pub fn is_same(here: &[NumberedLine], other: &[NumberedLine]) -> bool {
    here.iter().map(|(_, line)| line).eq(other.iter().map(|(_, line)| line))
}

/// The number that `here` gives the first line in which it differs from `other`; if it only lacks
/// lines, of its last.
pub fn first_difference(here: &[NumberedLine], other: &[NumberedLine]) -> Option<usize> {
    let mut pairs = here.iter().zip(other);
    let differs = pairs.find(|(here, other)| here.1 != other.1).map(|(here, _)| here);
    differs.or(here.get(other.len())).or(here.last()).map(|(number, _)| *number)
}
