//! `{{steps}}`, `{{timeline}}` and `{{files step23}}`: the steps, and the items in them.

use crate::content::{Content, StepRow};
use crate::steps::Steps;
use anyhow::{Result, ensure};
use lessons::Step;
use lessons::diff::{FileDiff, code_lines};
use lessons::outline::{Kind, Outline};
use lessons::workspace::LIBRARY;

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

/// The modules of a library, each with its items: types, traits, functions, and what is implemented
/// for types of other modules.
pub fn files(arguments: &str, steps: &Steps) -> Result<Content> {
    let step = steps.named(arguments)?;
    let mut files = step.library()?;
    files.retain(|file| file != LIBRARY);
    ensure!(!files.is_empty(), "the library of {} is one file", step.name);
    let row = |file: &String| {
        let items = items(&Outline::of(&step.read(file)?)?);
        Ok((file.trim_start_matches("src/").into(), items))
    };
    files.iter().map(row).collect::<Result<_>>().map(Content::Files)
}

fn items(outline: &Outline) -> Vec<String> {
    let is_here = |name: &str| outline.items.iter().any(|item| item.path == name);
    let mut names: Vec<String> = Vec::new();
    for item in &outline.items {
        let is_named = match item.kind {
            Kind::Use | Kind::Field => false,
            // One for a type of this file goes with it.
            Kind::Impl => {
                let of = item.path.rsplit(' ').next().unwrap_or_default();
                !is_here(of.trim_start_matches('&'))
            }
            _ => !item.path.contains("::"),
        };
        if is_named && !names.contains(&item.path) {
            names.push(item.path.clone());
        }
    }
    names
}
