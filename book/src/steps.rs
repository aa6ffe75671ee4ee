//! The steps and their differences, read once per build.

use anyhow::{Context, Result, ensure};
use lessons::diff::{self, FileDiff};
use lessons::workspace::LAST;
use lessons::{Step, Workspace};
use std::cell::OnceCell;

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
        step.with_context(|| format!("there is no `{name}`: the steps are step01 to step{LAST}"))
    }

    /// The step before.
    pub fn before(&self, step: &Step) -> Result<&Step> {
        ensure!(
            step.number > 1,
            "{} is the first step: there is none to compare it with",
            step.name
        );
        Ok(&self.list[step.number - 2])
    }

    /// The differences of the sources of `step` against the step before.
    pub fn diff(&self, step: &Step) -> Result<&[FileDiff]> {
        let before = self.before(step)?;
        let cell = &self.diffs[step.number - 1];
        if let Some(files) = cell.get() {
            return Ok(files);
        }
        let files = diff::of_steps(before, step)?;
        Ok(cell.get_or_init(|| files))
    }
}
