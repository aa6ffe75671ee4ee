//! What keeps the copies honest: is every difference between two steps meant?
//!
//! - In goes the workspace; out comes a list of [`Finding`]s, each with file, line, item and rule,
//!   without those that `lint/exceptions.toml` says are meant.
//! - Each rule is a file: `carried`, a correction that did not reach every step; `fast`, an item of
//!   that crate that differs from step 18; `idle`, a difference of nothing but comments; `later`, a name from a later step; `order`, items that moved; `output`,
//!   copies of one file that differ; `readme`, the table in the README.
//!
//! `cargo xtask lint` runs it. To read it, begin with [`findings`], then `source`, then `carried`.

#![allow(clippy::missing_errors_doc, reason = "errors are sentences for the reader, not values")]

mod carried;
mod exceptions;
mod fast;
mod finding;
mod idle;
mod later;
mod order;
mod output;
mod readme;
mod source;

pub use exceptions::FILE as EXCEPTIONS;
pub use finding::{Finding, Rule};

use anyhow::Result;
use exceptions::Exceptions;
use lessons::diff::{self, FileDiff};
use lessons::workspace::BEFORE_FAST;
use lessons::{Step, Workspace};
use source::Source;

/// What is not as it should be, and how many exceptions there are.
pub fn findings(workspace: &Workspace) -> Result<(Vec<Finding>, usize)> {
    let steps = workspace.steps()?;
    let sources = steps.iter().map(Source::of_step).collect::<Result<Vec<_>>>()?;
    let diffs = steps.windows(2).map(|pair| diff::of_steps(&pair[0], &pair[1]));
    let diffs = diffs.collect::<Result<Vec<_>>>()?;
    let fast = workspace.fast()?;
    let fast_sources = Source::of_step(&fast)?;
    let (before, before_sources) = (&steps[BEFORE_FAST - 1], &sources[BEFORE_FAST - 1]);
    let findings = [
        carried::find(&sources),
        fast::find(before_sources, &fast_sources),
        idle::find(diffs.iter().flatten()),
        idle::find(&diff::of_steps(before, &fast)?),
        idle::find(&test_diffs(&steps, &sources)?),
        later::find(&sources, &fast_sources),
        order::find(sources.windows(2).map(|pair| (&pair[0][..], &pair[1][..]))),
        order::find([(&before_sources[..], &fast_sources[..])]),
        output::find(&steps)?,
        readme::find(workspace, &steps, &diffs)?,
    ];
    let exceptions = Exceptions::read(workspace)?;
    Ok((exceptions.apply(findings.concat()), exceptions.count()))
}

/// The differences between the tests that two neighbours have.
fn test_diffs(steps: &[Step], sources: &[Vec<Source>]) -> Result<Vec<FileDiff>> {
    let mut diffs = Vec::new();
    for (pair, sources) in steps.windows(2).zip(sources.windows(2)) {
        let is_test = |source: &&Source| source.file.starts_with("tests/") && source.is_rust();
        let tests = sources[1].iter().filter(is_test);
        for test in tests.filter(|test| pair[0].has(&test.file)) {
            diffs.push(diff::of_files(&pair[0], &pair[1], &test.file)?);
        }
    }
    Ok(diffs)
}
