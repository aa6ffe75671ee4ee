//! Differences, line by line.

use super::apart;
use super::highlight::{Highlighter, Language};
use super::text::code_list;
use crate::content::{Changes, Fold, Of, Part};
use lessons::line::{Change, Line};
use maud::{Markup, html};

/// A difference, with what it is of above it.
pub fn render(changes: &Changes) -> Markup {
    within("", changes)
}

/// The same, in something that has a name of its own.
pub fn within(place: &str, changes: &Changes) -> Markup {
    let says = match changes.of {
        Of::Output => "prints what the step before prints: unchanged on purpose.",
        Of::NewOutput => "has another session: it prints no line that the step before prints.",
        Of::File | Of::Items(_) => "has not changed.",
    };
    if changes.parts.is_empty() {
        return html! { p.unchanged { code { (changes.name) } " " (says) } };
    }
    let what = html! { span.name { (label(changes)) } " " (stat(changes)) };
    html! {
        div.diff.long[is_long(changes)] id=[changes.ids.first()] {
            @for id in changes.ids.iter().skip(1) { span id=(id) {} }
            (bar(&what, None))
            (lines(place, changes))
        }
    }
}

/// Whether it has more lines than a sheet of paper should keep together.
fn is_long(changes: &Changes) -> bool {
    let shown = |part: &Part| match part {
        Part::Lines(lines) => lines.len(),
        Part::Fold(..) | Part::Gap => 1,
    };
    changes.parts.iter().map(shown).sum::<usize>() > super::LONG
}

/// The whole difference of a step, file by file; what has not changed is named in one line.
pub fn whole(files: &[Changes]) -> Markup {
    let (same, changed): (Vec<&Changes>, Vec<&Changes>) =
        files.iter().partition(|file| file.parts.is_empty());
    let same: Vec<String> = same.iter().map(|file| file.name.clone()).collect();
    let has = if same.len() == 1 { "has" } else { "have" };
    html! {
        (apart(&changed, |file| of_file(file)))
        @if !same.is_empty() { "\n\n" p.unchanged { (code_list(&same)) " " (has) " not changed." } }
    }
}

/// The whole difference of a file, folded: its lines stand where the text talks about them.
fn of_file(changes: &Changes) -> Markup {
    let has_fold = changes.parts.iter().any(|part| matches!(part, Part::Fold(_)));
    html! {
        details.diff.whole id=[changes.ids.first()] {
            summary.file { span.name { (changes.name) } " " (stat(changes)) }
            (bar(&html! {}, has_fold.then_some(&changes.name)))
            (lines("", changes))
        }
    }
}

/// What a difference is of, and its buttons; those of a whole file, if it has a name.
fn bar(what: &Markup, file: Option<&String>) -> Markup {
    html! {
        div.file {
            (what)
            span.tools {
                @if let Some(file) = file { (toggle(file)) }
                button.copy type="button" title="Copy the new code" { "copy" }
            }
        }
    }
}

fn lines(place: &str, changes: &Changes) -> Markup {
    let language = if matches!(changes.of, Of::Output) { Language::Text } else { Language::Rust };
    html! {
        (moved_to(&changes.moved_to))
        div.edges {
            div.scroll tabindex="0" role="group" aria-label={ (place) (name(changes)) } {
                div.lines { @for part in &changes.parts { (self::part(part, language)) } }
            }
        }
    }
}

/// What a difference is called by those who cannot see what stands above it.
fn name(Changes { name, of, .. }: &Changes) -> String {
    match of {
        Of::File => format!("All changes in {name}"),
        Of::Items(items) => format!("Changes in {name}: {}", items.join(", ")),
        Of::Output | Of::NewOutput => format!("Changes in what {name} prints"),
    }
}

fn label(Changes { name, of, .. }: &Changes) -> Markup {
    html! {
        @match of {
            Of::File => (name),
            Of::Items(items) => { (name) ": " (code_list(items)) }
            Of::Output | Of::NewOutput => { "cargo run -p " (name) ", against the step before" }
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

fn toggle(file: &str) -> Markup {
    html! {
        span.toggle role="group" aria-label={ "What to show of " (file) } {
            button type="button" data-show="changes" aria-pressed="true" { "changes" }
            button type="button" data-show="whole" aria-pressed="false" { "the whole file" }
        }
    }
}

/// What is in other files, and is not shown as removed.
fn moved_to(files: &[(String, Vec<String>)]) -> Markup {
    html! {
        @for (file, items) in files {
            p.moved { "moved to " code { (file) } ": " (code_list(items)) }
        }
    }
}

fn part(part: &Part, language: Language) -> Markup {
    match part {
        Part::Lines(lines) => pre(lines, language),
        Part::Fold(Fold { items, moved_from, lines }) => html! {
            details {
                summary {
                    span.what {
                        @if let Some(file) = moved_from { "moved from " code { (file) } }
                        @else { "unchanged" }
                        @if !items.is_empty() { ": " (code_list(items)) }
                        " · " (lines.len()) @if lines.len() == 1 { " line" } @else { " lines" }
                    }
                }
                (pre(lines, language))
            }
        },
        Part::Gap => html! { div.gap aria-hidden="true" { "⋮" } },
    }
}

/// Lines, to which the style sheet adds their signs: what is copied is code. There is no empty
/// line in it, for that would end the block of HTML.
fn pre(lines: &[Line], language: Language) -> Markup {
    let (mut old, mut new) = (Highlighter::of(language), Highlighter::of(language));
    html! {
        pre {
            @for line in lines {
                @match line.change {
                    Change::Same => {
                        @let _ = old.line(&line.words);
                        span.line { (new.line(&line.words)) "\n" }
                    }
                    Change::Removed => { del.line { (old.line(&line.words)) "\n" } }
                    Change::Added => { ins.line { (new.line(&line.words)) "\n" } }
                }
            }
        }
    }
}
