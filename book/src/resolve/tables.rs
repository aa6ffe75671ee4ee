//! `{{steps}}` and `{{timeline}}`: the steps, and the items in them.

use crate::content::{Content, StepRow};
use crate::steps::Steps;
use anyhow::Result;
use lessons::Step;
use lessons::diff::{FileDiff, code_lines};

/// The steps, with how many lines of code change.
pub fn steps(steps: &Steps) -> Result<Content> {
    let row = |step: &Step| {
        let changed = match step.number {
            1 => None,
            _ => Some(code_lines(steps.diff(step)?.iter().flat_map(FileDiff::lines))),
        };
        let (name, title, idea) = (step.name.clone(), step.title.clone(), step.idea.clone());
        Ok(StepRow { name, title, idea, changed })
    };
    steps.all().iter().map(row).collect::<Result<_>>().map(Content::Steps)
}

/// The items of the library, and what happens to them in which step.
pub fn timeline(steps: &Steps) -> Result<Content> {
    let names = steps.all().iter().map(|step| step.name.clone()).collect();
    Ok(Content::Timeline(names, steps.timeline()?.to_vec()))
}
