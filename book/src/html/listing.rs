//! Code and outputs.

use super::highlight::{Highlighter, Language};
use crate::content::{Listing, Output};
use lessons::line::Word;
use maud::{Markup, html};

/// Lines of a source file, under its name.
pub fn source(listing: &Listing) -> Markup {
    let lines: Vec<&str> = listing.source.lines().collect();
    let texts = listing.ranges.iter().map(|range| dedent(&lines[range.clone()]));
    let ending = listing.file.rsplit('.').next().unwrap_or_default();
    let code = texts.collect::<Vec<_>>().join("\n\n");
    html! {
        div.listing.long[code.lines().count() > super::LONG] {
            @for id in &listing.ids { span id=(id) {} }
            div.file { (listing.file) }
            (block(&code, Language::named(ending)))
        }
    }
}

/// What a step prints, under the command for it.
pub fn output(output: &Output) -> Markup {
    html! { div.listing { div.file { (output.label) } (block(&output.text, Language::Text)) } }
}

/// A block of code that a chapter has in itself.
pub fn fence(language: &str, code: &str) -> Markup {
    if language == "console" { console(code) } else { block(code, Language::named(language)) }
}

/// There is no empty line in it, for that would end the block of HTML.
fn block(code: &str, language: Language) -> Markup {
    let mut highlighter = Highlighter::of(language);
    html! {
        pre {
            code.hljs.no-highlight {
                @for line in code.trim_end().lines() {
                    @if line.is_empty() { span {} } @else { (highlighter.line(&[Word::same(line)])) }
                    "\n"
                }
            }
        }
    }
}

/// Commands, to which the style sheet adds the `$`: what is copied can be run. And what is printed.
fn console(code: &str) -> Markup {
    html! {
        pre {
            code.hljs.no-highlight.console {
                @for line in code.trim_end().lines() {
                    @if let Some(command) = line.strip_prefix("$ ") {
                        span.command { (command) }
                    } @else if line.is_empty() {
                        span {}
                    } @else {
                        span.printed { (line) }
                    }
                    "\n"
                }
            }
        }
    }
}

/// Lines without the indentation that all of them have.
fn dedent(lines: &[&str]) -> String {
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let common = filled.map(indent).min().unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(common..).unwrap_or("")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dedent_keeps_blank_lines_and_relative_indentation() {
        assert_eq!(dedent(&["    a", "", "        b"]), "a\n\n    b");
    }

    #[test]
    fn a_command_is_without_its_prompt() {
        assert_eq!(
            fence("console", "$ cargo run\ny = 1").into_string(),
            "<pre><code class=\"hljs no-highlight console\"><span class=\"command\">cargo run</span>\n\
             <span class=\"printed\">y = 1</span>\n</code></pre>"
        );
    }
}
