//! A mistake: its title, what is changed, and what is seen then.

use super::changes;
use super::text::inline;
use crate::content::Mistake;
use maud::{Markup, html};

/// What is seen: sentences as text, and what is set in as it is printed.
fn seen(seen: &str) -> Markup {
    let (says, printed): (Vec<&str>, Vec<&str>) =
        seen.lines().partition(|line| !line.starts_with("  "));
    let printed: Vec<&str> = printed.iter().map(|line| &line[2..]).collect();
    html! {
        p.seen { (inline(&says.join(" "))) }
        @if !printed.is_empty() { pre.seen { (printed.join("\n")) } }
    }
}

pub fn render(mistake: &Mistake) -> Markup {
    let place = format!("{}. ", mistake.title);
    html! {
        div.mistake {
            p.title { strong { (inline(&mistake.title)) } " " code.run { (mistake.command) } }
            @for changes in &mistake.changes { (changes::within(&place, changes)) }
            (seen(&mistake.seen))
        }
    }
}
