//! `{{mistake step16 one-list}}`: what is changed in a step, and what is seen then.

use super::changes;
use crate::content::{Content, Mistake};
use crate::steps::Steps;
use anyhow::{Context, Result};

/// The mistake that `arguments` name: a step, and the name of one of its files in `mistakes/`.
pub fn resolve(arguments: &str, steps: &Steps) -> Result<Content> {
    let (step, name) = arguments.split_once(' ').unwrap_or((arguments, ""));
    let step = steps.named(step)?;
    let all = steps.mistakes(step)?;
    let mistake = all.iter().find(|mistake| mistake.name == name).with_context(|| {
        let names: Vec<&str> = all.iter().map(|mistake| mistake.name.as_str()).collect();
        format!("{} has no mistake `{name}`; it has: {}", step.name, names.join(", "))
    })?;
    Ok(Content::Mistake(Mistake {
        title: mistake.title.clone(),
        changes: mistake.diff(step)?.iter().map(changes::changed).collect(),
        seen: mistake.seen.to_string(),
        command: format!("cargo xtask mistake {} {}", step.number, mistake.number),
    }))
}
