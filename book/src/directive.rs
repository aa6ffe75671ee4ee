//! The directives by their names.

use crate::shown::Shown;
use crate::steps::Steps;
use crate::{changes, costs, html, plot, snippet, tables};
use anyhow::{Context, Result, bail, ensure};

/// What stands in place of a directive that is alone on its line.
pub fn block(directive: &str, steps: &Steps, shown: &mut Shown) -> Result<String> {
    let (name, arguments) = split(directive);
    match name {
        "code" => snippet::render(arguments, steps, shown),
        "diff" => changes::render(arguments, steps, shown),
        "output" => output(arguments, steps, shown),
        "output-diff" => {
            shown.directive(name, arguments);
            changes::output(arguments, steps)
        }
        "steps" => tables::steps(steps),
        "timeline" => tables::timeline(steps),
        "plot" => plot::render(arguments),
        "costs" => costs::block(arguments, &steps.workspace),
        _ => inline(directive, steps),
    }
}

/// What stands in place of a directive within a line.
pub fn inline(directive: &str, steps: &Steps) -> Result<String> {
    let (name, arguments) = split(directive);
    match name {
        "cost" => costs::value(arguments, &steps.workspace),
        "code" | "diff" | "output" | "output-diff" | "steps" | "timeline" | "plot" | "costs" => {
            bail!("`{{{{{name} …}}}}` has to be alone on its line")
        }
        _ => bail!(
            "unknown directive `{{{{{directive}}}}}`; there are: code, diff, output, output-diff, \
             steps, timeline, plot, costs, cost"
        ),
    }
}

fn split(directive: &str) -> (&str, &str) {
    let (name, arguments) = directive.split_once(' ').unwrap_or((directive, ""));
    (name, arguments.trim())
}

/// `{{output step07}}`, `{{output step07 2-3}}`: what a step prints.
fn output(arguments: &str, steps: &Steps, shown: &mut Shown) -> Result<String> {
    let (name, range) = split(arguments);
    let step = steps.named(name)?;
    let text = step.output()?;
    let lines: Vec<&str> = text.lines().collect();
    shown.directive("output", name);
    let command = format!("cargo run -p {}", step.package());
    if range.is_empty() {
        return Ok(html::listing(&command, "text", &text));
    }
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let number = |text: &str| {
        text.parse::<usize>().with_context(|| format!("`{range}` is no range of lines such as 2-3"))
    };
    let (first, last) = (number(first)?, number(last)?);
    ensure!(
        1 <= first && first <= last && last <= lines.len(),
        "{name} prints the lines 1 to {}, not {range}",
        lines.len()
    );
    let which =
        if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
    Ok(html::listing(&format!("{command} ({which})"), "text", &lines[first - 1..last].join("\n")))
}
