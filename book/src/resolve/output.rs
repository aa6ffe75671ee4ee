//! `{{output step07}}`, `{{output step07 2-3}}`: what a step prints.

use crate::content::{Content, Output};
use crate::steps::Steps;
use anyhow::{Context, Result, ensure};

/// What the step that `arguments` name prints: all lines, or those of a range.
pub fn resolve(arguments: &str, steps: &Steps) -> Result<Content> {
    let (name, range) = arguments.split_once(' ').unwrap_or((arguments, ""));
    let step = steps.named(name)?;
    let mut text = step.output()?;
    let mut label = format!("cargo run -p {}", step.package());
    if !range.is_empty() {
        let lines: Vec<&str> = text.lines().collect();
        let (first, last) = bounds(range)?;
        ensure!(
            1 <= first && first <= last && last <= lines.len(),
            "{name} prints the lines 1 to {}, not {range}",
            lines.len()
        );
        label += &if first == last {
            format!(" (line {first})")
        } else {
            format!(" (lines {first} to {last})")
        };
        text = lines[first - 1..last].join("\n");
    }
    Ok(Content::Output(Output { step: step.name.clone(), label, text }))
}

/// The first and the last line of a range such as `2-3` or `2`.
fn bounds(range: &str) -> Result<(usize, usize)> {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let number = |text: &str| {
        text.trim()
            .parse::<usize>()
            .with_context(|| format!("`{range}` is no range of lines such as 2-3"))
    };
    Ok((number(first)?, number(last)?))
}
