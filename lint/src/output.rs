//! `tests/output.rs` is one file in as many places as there are steps.

use crate::finding::{Finding, Rule};
use anyhow::Result;
use lessons::Step;

const FILE: &str = "tests/output.rs";

pub fn find(steps: &[Step]) -> Result<Vec<Finding>> {
    let Some((first, others)) = steps.split_first() else { return Ok(Vec::new()) };
    let original = first.read(FILE)?;
    let mut findings = Vec::new();
    for step in others {
        let copy = step.read(FILE).unwrap_or_default();
        if copy != original {
            let same = original.lines().zip(copy.lines()).take_while(|(a, b)| a == b).count();
            findings.push(Finding {
                rule: Rule::Output,
                file: format!("{}/{FILE}", step.name),
                line: (same + 1).min(copy.lines().count().max(1)),
                name: FILE.into(),
                message: format!("differs from {}/{FILE}", first.name),
            });
        }
    }
    Ok(findings)
}
