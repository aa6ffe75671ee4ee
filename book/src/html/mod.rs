//! The fourth room: contents become Markdown with HTML in it, for mdBook to render.

mod changes;
mod head;
mod highlight;
mod listing;
mod mistake;
pub mod picture;
mod player;
mod tables;
mod text;
mod typeset;

use crate::chapter::Block;
use crate::content::Content;
use maud::{Markup, html};

/// Code of more lines may be broken over two sheets of paper.
const LONG: usize = 24;

/// The page that blocks make.
pub fn page(blocks: &[Block<Content>]) -> String {
    let mut page = String::new();
    for Block { indent, content, .. } in blocks {
        if let Ok(Content::Markdown(text)) = content {
            let lines: Vec<String> = text.split('\n').map(typeset::line).collect();
            put(&mut page, indent, &lines.join("\n"));
            continue;
        }
        let html = content
            .as_ref()
            .map_or_else(|fault| html! { p.problem { (fault.message) } }.into_string(), render);
        // Blank lines keep it apart from the paragraphs around it.
        put(&mut page, indent, "");
        put(&mut page, indent, &html);
        put(&mut page, indent, "");
    }
    page
}

/// Writes lines with their indentation.
fn put(page: &mut String, indent: &str, text: &str) {
    for line in text.split('\n') {
        page.push_str(if line.is_empty() { indent.trim_end() } else { indent });
        page.push_str(line);
        page.push('\n');
    }
}

fn render(content: &Content) -> String {
    let markup = match content {
        Content::Markdown(text) => return text.clone(),
        Content::Fence(language, code) => listing::fence(language, code),
        Content::Head(head) => head::render(head),
        Content::Code(listings) => apart(listings, listing::source),
        Content::Mistake(mistake) => mistake::render(mistake),
        Content::Output(output) => listing::output(output),
        Content::Diff(files) => apart(files, changes::render),
        Content::WholeDiff(_, files) => changes::whole(files),
        Content::OutputDiff(_, changes) => changes::render(changes),
        Content::Picture(picture) => picture::figure(picture),
        Content::Player(player) => player::render(player),
        Content::Steps(rows) => tables::steps(rows),
        Content::Timeline(steps, entries) => tables::timeline(steps, entries),
        Content::Files(files) => tables::files(files),
        Content::Costs(costs) => tables::costs(costs),
    };
    markup.into_string()
}

/// Several things, with a blank line between them.
fn apart<T>(things: &[T], render: impl Fn(&T) -> Markup) -> Markup {
    html! {
        @for (i, thing) in things.iter().enumerate() {
            @if i > 0 { "\n\n" }
            (render(thing))
        }
    }
}
