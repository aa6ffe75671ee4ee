//! Differences, line by line.

use super::highlight;
use super::text::{code_list, word};
use crate::content::{Changes, Of, Part};
use lessons::line::{Change, Line, Word};
use maud::{Markup, html};

/// A difference, with what it is of above it.
pub fn render(changes: &Changes) -> Markup {
    let Changes { name, of, parts } = changes;
    if parts.is_empty() {
        let says = match of {
            Of::Output => "prints what the step before prints: unchanged on purpose.",
            Of::File | Of::Items(_) => "has not changed.",
        };
        return html! { p.unchanged { code { (name) } " " (says) } };
    }
    let is_rust = !matches!(of, Of::Output);
    let has_fold = parts.iter().any(|part| matches!(part, Part::Fold(..)));
    html! {
        div.diff {
            div.file {
                span.name { (label(changes)) } " " (stat(changes))
                @if has_fold && matches!(of, Of::File) { (toggle()) }
            }
            div.scroll tabindex="0" role="region" aria-label="changes" {
                div.lines { @for part in parts { (self::part(part, is_rust)) } }
            }
        }
    }
}

fn label(Changes { name, of, .. }: &Changes) -> Markup {
    html! {
        @match of {
            Of::File => (name),
            Of::Items(items) => { (name) ": " (code_list(items)) }
            Of::Output => { "cargo run -p " (name) ", against the step before" }
        }
    }
}

/// How many lines were added and removed.
fn stat(changes: &Changes) -> Markup {
    let count = |change| changes.changed().filter(|line| line.change == change).count();
    html! {
        span.stat {
            span.plus { "+" (count(Change::Added)) } " " span.minus { "−" (count(Change::Removed)) }
        }
    }
}

fn toggle() -> Markup {
    html! {
        span.toggle role="group" aria-label="What to show" {
            button type="button" data-show="changes" aria-pressed="true" { "changes" }
            button type="button" data-show="whole" aria-pressed="false" { "the whole file" }
        }
    }
}

fn part(part: &Part, is_rust: bool) -> Markup {
    match part {
        Part::Lines(lines) => pre(lines, is_rust),
        Part::Fold(items, lines) => html! {
            details {
                summary {
                    span.what {
                        "unchanged"
                        @if !items.is_empty() { ": " (code_list(items)) }
                        " · " (lines.len()) " lines"
                    }
                }
                (pre(lines, is_rust))
            }
        },
        Part::Gap => html! { div.gap aria-hidden="true" { "⋮" } },
    }
}

/// Lines with their signs. There is no empty line in it, for that would end the block of HTML.
fn pre(lines: &[Line], is_rust: bool) -> Markup {
    html! { pre { @for line in lines { (self::line(line, is_rust)) } } }
}

fn line(line: &Line, is_rust: bool) -> Markup {
    let inside = |sign: &str| {
        html! {
            span.sign { (sign) }
            @if is_rust {
                (highlight::rust(&line.words))
            } @else {
                @for Word { differs, text } in &line.words { (word(*differs, text)) }
            }
            "\n"
        }
    };
    html! {
        @match line.change {
            Change::Same => span.line { (inside(" ")) },
            Change::Removed => del.line { (inside("−")) },
            Change::Added => ins.line { (inside("+")) },
        }
    }
}
