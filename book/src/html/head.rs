//! What stands above the chapter of a step.

use crate::content::{Head, id_of_item, id_of_whole};
use lessons::timeline::Event;
use maud::{Markup, html};

pub fn render(head: &Head) -> Markup {
    let Head { number, package, before, sources, items, moved } = head;
    html! {
        div.head {
            dl {
                @if let Some((name, title)) = before {
                    (row("before", &html! { a href={ (name) ".html" } { (title) } }))
                }
                (row("sources", &self::sources(sources)))
                (row("run it", &command(&format!("cargo run -p {package}"))))
                (row("write it", &command(&format!("cargo xtask start {number}"))))
                @for (event, paths) in items.iter().filter(|(_, paths)| !paths.is_empty()) {
                    (row(says(*event), &self::items(paths)))
                }
                @if !moved.is_empty() { (row("moved", &self::moved(moved))) }
            }
        }
    }
}

fn row(name: &str, value: &Markup) -> Markup {
    html! { dt { (name) } dd { (value) } }
}

/// Each source with how many lines come and go, and a link to the whole change. Of many that have not
/// changed, their number is enough.
fn sources(sources: &[(String, Option<(usize, usize)>)]) -> Markup {
    let is_same = |(_, stat): &&(String, Option<(usize, usize)>)| *stat == Some((0, 0));
    let same = sources.iter().filter(is_same).count();
    let named = sources.iter().filter(|source| same < 3 || !is_same(source));
    html! {
        @for (i, (file, stat)) in named.enumerate() {
            @if i > 0 { ", " }
            @match stat {
                Some((0, 0)) => { code { (file) } " (unchanged)" }
                Some((added, removed)) => {
                    a href={ "#" (id_of_whole(file)) } { code { (file) } }
                    " "
                    span.stat { span.plus { "+" (added) } " " span.minus { "−" (removed) } }
                }
                None => code { (file) }
            }
        }
        @if same >= 3 { ", " (same) " files unchanged" }
    }
}

fn command(command: &str) -> Markup {
    html! {
        code.command { (command) } " "
        span.tools {
            button.copy type="button" data-text=(command) aria-label={ "copy " (command) } { "copy" }
        }
    }
}

fn says(event: Event) -> &'static str {
    match event {
        Event::Appears => "new",
        Event::Changes => "changed",
        Event::Moves => "moved",
        Event::Goes => "gone",
    }
}

/// The names of items, each a link to where its change is shown.
fn items(paths: &[String]) -> Markup {
    html! {
        @for (i, path) in paths.iter().enumerate() {
            @if i > 0 { ", " }
            a href={ "#" (id_of_item(path)) } { code { (path) } }
        }
    }
}

/// How many items have moved to which files, each a link to the whole change there.
fn moved(files: &[(String, usize)]) -> Markup {
    html! {
        @for (i, (file, count)) in files.iter().enumerate() {
            @if i > 0 { ", " }
            (count) " to " a href={ "#" (id_of_whole(file)) } { code { (file) } }
        }
    }
}
