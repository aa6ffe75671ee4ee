//! `fast` is step 18 but for what makes it fast: an item whose code differs has to be meant. Comments
//! agree in any case: what an item promises, and all of it where the code is the same.

use crate::carried::{first_difference, is_same};
use crate::finding::{Finding, Rule};
use crate::source::{NumberedLine, Part, Source};

pub fn find(before: &[Source], fast: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for old in before {
        let Some(here) = fast.iter().find(|here| here.file == old.file) else { continue };
        for part in &old.parts {
            let faults = here.part(&part.key).map_or_else(
                || vec![missing(part, old, here)],
                |again| in_part(part, again, &old.step),
            );
            findings.extend(faults.into_iter().map(|(rule, line, message)| Finding {
                rule,
                file: here.place(),
                line,
                name: part.key.clone(),
                message,
            }));
        }
    }
    findings
}

fn missing(part: &Part, old: &Source, here: &Source) -> (Rule, usize, String) {
    let line = here.line_after(old.before(&part.key));
    (Rule::Fast, line, format!("`{}` of {} is missing", part.key, old.step))
}

/// What differs in an item that both have.
fn in_part(old: &Part, here: &Part, step: &str) -> Vec<(Rule, usize, String)> {
    let is_code_same = is_same(&here.code(), &old.code());
    let comments = |part: &Part| if is_code_same { part.comments() } else { docs(part) };
    let mut faults = Vec::new();
    for (rule, what, lines, old_lines) in [
        (Rule::Fast, "the code", here.code(), old.code()),
        (Rule::Carried, "the comment", comments(here), comments(old)),
    ] {
        if !is_same(&lines, &old_lines) {
            let line = first_difference(&lines, &old_lines).unwrap_or(here.start);
            faults.push((
                rule,
                line,
                format!("{what} of `{}` differs from that in {step}", old.key),
            ));
        }
    }
    faults
}

/// The lines of doc comments.
fn docs(part: &Part) -> Vec<NumberedLine> {
    let mut lines = part.comments();
    lines.retain(|(_, line)| line.trim().starts_with("///") || line.trim().starts_with("//!"));
    lines
}
