//! The steps and their differences, read once per build.

use anyhow::{Result, ensure};
use std::cell::OnceCell;
use tools::diff::{self, FileDiff};
use tools::workspace::LAST;
use tools::{Step, Workspace};

/// All steps of a workspace.
pub struct Steps {
    /// Where the steps lie.
    pub workspace: Workspace,
    list: Vec<Step>,
    diffs: Vec<OnceCell<Vec<FileDiff>>>,
}

impl Steps {
    /// Reads the manifests of the steps.
    pub fn of(workspace: Workspace) -> Result<Self> {
        let list = workspace.steps()?;
        let diffs = list.iter().map(|_| OnceCell::new()).collect();
        Ok(Steps { workspace, list, diffs })
    }

    /// All steps, the first one first.
    pub fn all(&self) -> &[Step] {
        &self.list
    }

    /// The step that a directive calls `step07`.
    pub fn named(&self, name: &str) -> Result<&Step> {
        let step = self.list.iter().find(|step| step.name == name);
        ensure!(step.is_some(), "there is no `{name}`: the steps are step01 to step{LAST}");
        self.number(step.map_or(0, |step| step.number))
    }

    /// Step `number`.
    pub fn number(&self, number: usize) -> Result<&Step> {
        ensure!((1..=LAST).contains(&number), "there is no step {number}");
        Ok(&self.list[number - 1])
    }

    /// The step before.
    pub fn before(&self, step: &Step) -> Result<&Step> {
        ensure!(
            step.number > 1,
            "{} is the first step: there is none to compare it with",
            step.name
        );
        self.number(step.number - 1)
    }

    /// The differences of the sources of `step` against the step before.
    pub fn diff(&self, step: &Step) -> Result<&[FileDiff]> {
        let before = self.before(step)?;
        let cell = &self.diffs[step.number - 1];
        if cell.get().is_none() {
            let files = diff::of_steps(before, step)?;
            return Ok(cell.get_or_init(|| files));
        }
        Ok(cell.get().map_or(&[], Vec::as_slice))
    }
}
