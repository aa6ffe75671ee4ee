//! The first room: the text of a chapter becomes blocks.

use crate::directive::Directive;
use crate::pictures::Kind;
use crate::problem::Fault;
use anyhow::{Context, Result, ensure};
use strum::VariantNames;

/// A part of a chapter: what is written there, and later what is shown for it.
pub struct Block<'a, T> {
    /// Its first line, from 1.
    pub line: usize,
    /// What stands before each of its lines: spaces, and `>` in a quotation.
    pub indent: &'a str,
    pub content: Result<T, Fault>,
}

/// What is written in a block.
pub enum Text<'a> {
    /// A line of Markdown.
    Prose(Vec<Part<'a>>),
    /// A block of code that stays as it is.
    Fence { language: &'a str, lines: Vec<&'a str> },
    /// A block of code that becomes a picture.
    Picture(Kind, Vec<&'a str>),
    /// A directive that is alone on its line.
    Directive(Directive<'a>),
}

/// A part of a line.
pub enum Part<'a> {
    Text(&'a str),
    Value(Directive<'a>),
}

/// The blocks of a chapter, in its order.
pub fn parse(chapter: &str) -> Vec<Block<'_, Text<'_>>> {
    let mut blocks = Vec::new();
    let mut lines = chapter.lines().zip(1..);
    while let Some((text, line)) = lines.next() {
        let (indent, content) = if let Some(fence) = Fence::open(text) {
            let inside = lines.by_ref().map(|(text, _)| text);
            (fence.indent, fence.text(inside.take_while(|text| !fence.is_closed_by(text))))
        } else if let Some((indent, directive)) = alone(text) {
            (indent, Directive::parse(directive).map(Text::Directive))
        } else {
            ("", parts(text).map(Text::Prose))
        };
        blocks.push(Block { line, indent, content: content.map_err(Fault::at(line)) });
    }
    blocks
}

/// Splits a line at the first character that is not indentation.
fn split_indent(line: &str) -> (&str, &str) {
    let text = line.trim_start_matches([' ', '>']);
    (&line[..line.len() - text.len()], text)
}

/// The indentation and the directive, if there is nothing else on the line.
fn alone(line: &str) -> Option<(&str, &str)> {
    let (indent, text) = split_indent(line);
    let inner = text.trim_end().strip_prefix("{{")?.strip_suffix("}}")?;
    (!inner.contains("{{")).then(|| (indent, inner.trim()))
}

/// The parts of a line; code between backticks stays as it is.
fn parts(line: &str) -> Result<Vec<Part<'_>>> {
    // What is not closed here could not be kept from breaking at a hyphen.
    ensure!(
        line.matches('`').count().is_multiple_of(2),
        "code has to end on the line on which it begins"
    );
    let mut parts = Vec::new();
    for (i, part) in line.split('`').enumerate() {
        if i > 0 {
            parts.push(Part::Text("`"));
        }
        let mut rest = part;
        while i % 2 == 0
            && let Some((before, directive)) = rest.split_once("{{")
        {
            let (directive, after) =
                directive.split_once("}}").context("`{{` without `}}` on the same line")?;
            parts.extend([Part::Text(before), Part::Value(Directive::parse(directive)?)]);
            rest = after;
        }
        parts.push(Part::Text(rest));
    }
    Ok(parts)
}

/// The line that opens a block of code.
struct Fence<'a> {
    indent: &'a str,
    /// Backticks or tildes.
    mark: &'a str,
    /// What follows them: the language.
    info: &'a str,
}

/// The languages that a block of code may be in.
const LANGUAGES: [&str; 7] =
    ["console", "python", "rust,compile_fail", "rust,ignore", "text", "toml", "markdown"];

impl<'a> Fence<'a> {
    fn open(line: &'a str) -> Option<Self> {
        let (indent, text) = split_indent(line);
        let first = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = text.trim_start_matches(first);
        let length = text.len() - info.len();
        if length < 3 || (first == '`' && info.contains('`')) {
            return None;
        }
        Some(Fence { indent, mark: &text[..length], info: info.trim() })
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let (_, text) = split_indent(line.trim_end());
        text.starts_with(self.mark)
            && text.trim_start_matches(self.mark.as_bytes()[0] as char).is_empty()
    }

    fn text(&self, inside: impl Iterator<Item = &'a str>) -> Result<Text<'a>> {
        let dedent = |line: &'a str| line.get(self.indent.len()..).unwrap_or("").trim_end();
        let lines = inside.map(dedent).collect();
        if let Ok(kind) = self.info.parse() {
            return Ok(Text::Picture(kind, lines));
        }
        let known = [&LANGUAGES, Kind::VARIANTS].concat().join(", ");
        ensure!(!self.info.is_empty(), "a block of code without a language: one of {known}");
        ensure!(
            LANGUAGES.contains(&self.info),
            "`{}` is no language of a block of code here: one of {known}",
            self.info
        );
        Ok(Text::Fence { language: self.info, lines })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_is_alone_on_its_line() {
        assert_eq!(alone("   {{ diff step07 }}  "), Some(("   ", "diff step07")));
        assert_eq!(alone("> {{steps}}"), Some(("> ", "steps")));
        assert_eq!(alone("{{cost a}} and {{cost b}}"), None);
        assert_eq!(alone("see {{steps}}"), None);
    }

    #[test]
    fn blocks_know_their_lines() {
        let blocks = parse("a `{{b}}`\n  ```text\n  c\n  ```\n{{steps}}\n{{cod}}");
        let lines: Vec<usize> = blocks.iter().map(|block| block.line).collect();
        assert_eq!(lines, [1, 2, 5, 6]);
        assert!(matches!(&blocks[0].content, Ok(Text::Prose(parts)) if parts.len() == 5));
        assert!(matches!(&blocks[1].content, Ok(Text::Fence { lines, .. }) if lines == &["c"]));
        assert!(matches!(blocks[2].content, Ok(Text::Directive(_))));
        assert!(blocks[3].content.is_err());
    }

    #[test]
    fn code_ends_on_its_line() {
        let blocks = parse("run `cargo run\n-p step07`, ``a `b` c``");
        let faults = blocks.iter().filter_map(|block| block.content.as_ref().err());
        let faults: Vec<_> = faults.map(|fault| (fault.line, fault.message.as_str())).collect();
        let message = "code has to end on the line on which it begins";
        assert_eq!(faults, [(1, message), (2, message)]);
        assert!(parse("run `cargo run`, ``a `b` c``")[0].content.is_ok());
    }

    #[test]
    fn a_fence_is_closed_by_its_own_mark() {
        let fence = Fence::open("  ````rust,ignore").unwrap();
        assert_eq!((fence.indent, fence.mark, fence.info), ("  ", "````", "rust,ignore"));
        assert!(fence.is_closed_by("````") && fence.is_closed_by("  `````"));
        assert!(!fence.is_closed_by("```") && !fence.is_closed_by("````rust"));
        assert!(Fence::open("``` a `b` ```").is_none());
        assert!(Fence::open("> ```text").unwrap().is_closed_by("> ```"));
    }
}
