//! What a chapter of a step has to show.

use crate::page::Page;
use crate::problem::Problem;
use crate::steps::Steps;
use anyhow::Result;
use lessons::Step;
use lessons::outline::{Kind, Outline};

/// What the chapter of `step` in `file` does not show but has to.
pub fn chapter(file: &str, step: &Step, page: &Page, steps: &Steps) -> Result<Vec<Problem>> {
    let name = &step.name;
    let mut messages = Vec::new();
    let mut demand = |directive: &str, why: &str| {
        if !page.shown.has_directive(directive, name) {
            messages.push(format!("{why}: add {{{{{directive} {name}}}}}"));
        }
    };
    demand("output", "what the step prints is not shown");
    if step.number > 1 {
        demand("output-diff", "what changed in the output is not shown");
        demand("diff", "the whole difference is not shown");
    }
    messages.extend(match step.number {
        1 => missing_items(step, page)?,
        _ => missing_pieces(step, page, steps)?,
    });
    let problem = |message| Problem { file: file.into(), line: 1, message };
    Ok(messages.into_iter().map(problem).collect())
}

fn missing_pieces(step: &Step, page: &Page, steps: &Steps) -> Result<Vec<String>> {
    let mut messages = Vec::new();
    for file in steps.diff(step)? {
        for names in page.shown.missing(file) {
            messages.push(format!(
                "a change in {} is not shown: add {{{{diff {} {names}}}}} where the text talks about it",
                file.file, step.name
            ));
        }
    }
    Ok(messages)
}

/// The first step has nothing before it: all of its items have to be shown.
fn missing_items(step: &Step, page: &Page) -> Result<Vec<String>> {
    let mut messages = Vec::new();
    for file in step.sources()? {
        let path = format!("{}/{file}", step.name);
        for item in Outline::of(&step.read(&file)?)?.items {
            let is_use = item.kind == Kind::Use;
            if !is_use && !item.kind.is_container() && page.shown.lacks_code(&path, item.lines) {
                messages.push(format!(
                    "`{}` of {path} is not shown: add {{{{code {} {}}}}}",
                    item.path, step.name, item.path
                ));
            }
        }
    }
    Ok(messages)
}
