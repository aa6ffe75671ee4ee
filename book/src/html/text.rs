//! Small pieces of HTML.

use maud::{Markup, html};

/// Markdown text whose only markup is code between backticks.
pub fn inline(text: &str) -> Markup {
    html! {
        @for (i, part) in text.split('`').enumerate() {
            @if i % 2 == 0 { (part) } @else { code { (part) } }
        }
    }
}

/// Names as a list of code: `a`, `b`.
pub fn code_list(names: &[String]) -> Markup {
    html! {
        @for (i, name) in names.iter().enumerate() {
            @if i > 0 { ", " }
            code { (name) }
        }
    }
}

/// Text that may be marked as what differs within a line.
pub fn word(differs: bool, text: &str) -> Markup {
    html! { @if differs { b { (text) } } @else { (text) } }
}
