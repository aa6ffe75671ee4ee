//! The colours of Rust code in a difference. Elsewhere mdBook's script colours the code, but it
//! cannot be told about changed words.

use super::text::word;
use lessons::code::string_length;
use lessons::line::Word;
use maud::{Markup, html};
use std::ops::Range;

const KEYWORDS: [&str; 35] = [
    "as", "break", "const", "continue", "crate", "dyn", "else", "enum", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self",
    "Self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where",
    "while",
];

/// A line of Rust, of which some words may differ from the other version.
pub fn rust(words: &[Word]) -> Markup {
    let text: String = words.iter().map(|word| word.text.as_str()).collect();
    html! {
        @for (class, range) in tokens(&text) {
            @let inner = html! {
                @for (differs, text) in within(words, range) { (word(differs, text)) }
            };
            @if class.is_empty() {
                (inner)
            } @else {
                span class={ "hljs-" (class) } { (inner) }
            }
        }
    }
}

/// The bytes `range` of a line in words.
fn within(words: &[Word], range: Range<usize>) -> Vec<(bool, &str)> {
    let mut offset = 0;
    let mut found = Vec::new();
    for Word { differs, text } in words {
        let from = range.start.max(offset);
        let to = range.end.min(offset + text.len());
        if from < to {
            found.push((*differs, &text[from - offset..to - offset]));
        }
        offset += text.len();
    }
    found
}

/// The tokens of a line: the class of each, empty for plain text, and its bytes.
fn tokens(line: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while start < line.len() {
        let (class, length) = token(&line[start..]);
        tokens.push((class, start..start + length));
        start += length;
    }
    tokens
}

/// The class and the length of the first token of a text that is not empty.
fn token(rest: &str) -> (&'static str, usize) {
    let run = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
    let first = rest.chars().next().unwrap_or(' ');
    if rest.starts_with("//") {
        return ("comment", rest.len());
    }
    if rest.starts_with("#[") {
        return ("meta", rest.find(']').map_or(rest.len(), |end| end + 1));
    }
    if first == '"' {
        return ("string", string_length(rest));
    }
    if first.is_ascii_digit() {
        return ("number", run(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.'));
    }
    if first.is_alphabetic() || first == '_' {
        let length = run(|c| c.is_alphanumeric() || c == '_');
        let is_keyword = KEYWORDS.contains(&&rest[..length]);
        return (if is_keyword { "keyword" } else { "" }, length);
    }
    ("", first.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        rust(&[Word::same(text)]).into_string()
    }

    #[test]
    fn tokens_get_their_classes() {
        assert_eq!(
            html("let a = 1e-4; // <a>"),
            "<span class=\"hljs-keyword\">let</span> a = <span class=\"hljs-number\">1e</span>-\
             <span class=\"hljs-number\">4</span>; <span class=\"hljs-comment\">// &lt;a&gt;</span>"
        );
        assert_eq!(
            html(r#""a\"b" c"#),
            "<span class=\"hljs-string\">&quot;a\\&quot;b&quot;</span> c"
        );
        assert_eq!(html("\"open"), "<span class=\"hljs-string\">&quot;open</span>");
    }

    #[test]
    fn a_changed_word_stays_marked_inside_a_token() {
        let changed = Word { differs: true, text: "word".into() };
        let line = [Word::same("\"old "), changed, Word::same("\"")];
        assert_eq!(
            rust(&line).into_string(),
            "<span class=\"hljs-string\">&quot;old <b>word</b>&quot;</span>"
        );
    }
}
