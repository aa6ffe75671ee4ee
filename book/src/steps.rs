//! The steps, their differences, their runs and what was measured, each read once per build.

use crate::measured;
use anyhow::{Context, Result, anyhow, ensure};
use lessons::diff::{self, FileDiff, Piece};
use lessons::line::Change;
use lessons::mistakes::{self, Mistake};
use lessons::timeline::{self, Entry};
use lessons::workspace::LAST;
use lessons::{Step, Workspace};
use results::Data;
use std::sync::OnceLock;
use traces::Trace;

/// All steps of a workspace.
pub struct Steps {
    /// Where they lie.
    pub workspace: Workspace,
    list: Vec<Step>,
    diffs: Vec<Once<Vec<FileDiff>>>,
    mistakes: Vec<Once<Vec<Mistake>>>,
    timeline: Once<Vec<Entry>>,
    measured: Once<Data>,
    traces: OnceLock<Vec<Trace>>,
}

/// What the first chapter that asks for it reads, while others wait.
type Once<T> = OnceLock<Result<T>>;

impl Steps {
    /// Reads the manifests of the steps.
    pub fn of(workspace: Workspace) -> Result<Self> {
        let list = workspace.steps()?;
        let diffs = list.iter().map(|_| Once::new()).collect();
        let mistakes = list.iter().map(|_| Once::new()).collect();
        let (timeline, measured, traces) = (Once::new(), Once::new(), OnceLock::new());
        Ok(Steps { workspace, list, diffs, mistakes, timeline, measured, traces })
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
        read_once(cell, || diff::of_steps(before, step)).map(Vec::as_slice)
    }

    /// The mistakes of `step`.
    pub fn mistakes(&self, step: &Step) -> Result<&[Mistake]> {
        let cell = &self.mistakes[step.number - 1];
        read_once(cell, || mistakes::of_step(step)).map(Vec::as_slice)
    }

    /// The items of the libraries, and what happens to them in which step and in `fast`.
    pub fn timeline(&self) -> Result<&[Entry]> {
        read_once(&self.timeline, || timeline::of_workspace(&self.workspace)).map(Vec::as_slice)
    }

    /// Whether no line of what `step` prints is printed by the step before: its session is another
    /// one, and a difference would say nothing.
    pub fn has_new_output(&self, step: &Step) -> Result<bool> {
        let lines = diff::of_outputs(self.before(step)?, step)?;
        Ok(lines.iter().all(|line| line.change != Change::Same))
    }

    /// What the benchmark measured.
    pub fn measured(&self) -> Result<&Data> {
        read_once(&self.measured, || measured::load(&self.workspace))
    }

    /// What `backward` does in the steps that have a player.
    pub fn traces(&self) -> &[Trace] {
        self.traces.get_or_init(traces::all)
    }
}

fn read_once<T>(cell: &Once<T>, read: impl Fn() -> Result<T>) -> Result<&T> {
    cell.get_or_init(read).as_ref().map_err(|error| anyhow!("{error:#}"))
}

/// The names in a piece that stand for code.
pub fn names(piece: &Piece) -> Vec<&str> {
    piece.items().filter(|name| is_code(name)).collect()
}

/// Whether the name of an item stands for code, and not for `use` lines.
pub fn is_code(name: &str) -> bool {
    name != "use"
}
