//! The table in the README says of each step what its manifest says, and how many lines changed.

use crate::finding::{Finding, Rule};
use anyhow::Result;
use lessons::diff::{FileDiff, code_lines};
use lessons::workspace::read;
use lessons::{Step, Workspace};

const FILE: &str = "README.md";

pub fn find(
    workspace: &Workspace,
    steps: &[Step],
    diffs: &[Vec<FileDiff>],
) -> Result<Vec<Finding>> {
    let text = read(&workspace.root.join(FILE))?;
    let head = text.lines().position(|line| line.starts_with("| step |")).map_or(1, |i| i + 1);
    let mut findings = Vec::new();
    for (i, step) in steps.iter().enumerate() {
        let diff = i.checked_sub(1).and_then(|before| diffs.get(before));
        let changed = diff.map_or_else(String::new, |files| {
            format!("{} ", code_lines(files.iter().flat_map(FileDiff::lines)))
        });
        let start = format!("| {:02} |", step.number);
        let row = format!("{start} {} | {} | {changed}|", step.title, step.idea);
        let found = text.lines().enumerate().find(|(_, line)| line.starts_with(&start));
        if found.is_none_or(|(_, line)| line != row) {
            findings.push(Finding {
                rule: Rule::Readme,
                file: FILE.into(),
                line: found.map_or(head, |(i, _)| i + 1),
                name: step.name.clone(),
                message: format!("the row of {} should be `{row}`", step.name),
            });
        }
    }
    Ok(findings)
}
