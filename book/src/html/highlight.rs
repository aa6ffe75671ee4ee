//! The colours of code, in differences and in listings: made when the book is built, so that they
//! are the same in both, and there without JavaScript.

use super::text::word;
use lessons::code::string_length;
use lessons::line::Word;
use maud::{Markup, html};
use std::ops::Range;

/// A language as far as its colours go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Rust,
    Python,
    Toml,
    Text,
}

const RUST: [&str; 35] = [
    "as", "break", "const", "continue", "crate", "dyn", "else", "enum", "false", "fn", "for", "if",
    "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return", "self",
    "Self", "static", "struct", "super", "trait", "true", "type", "unsafe", "use", "where",
    "while",
];

const PYTHON: [&str; 22] = [
    "and", "as", "assert", "class", "def", "del", "elif", "else", "False", "for", "from", "if",
    "import", "in", "is", "None", "not", "or", "raise", "return", "True", "while",
];

impl Language {
    /// By the name of a block of code or the end of a file's name.
    pub fn named(name: &str) -> Self {
        match name {
            "rs" | "rust,ignore" | "rust,compile_fail" => Language::Rust,
            "py" | "python" => Language::Python,
            "toml" => Language::Toml,
            _ => Language::Text,
        }
    }

    fn keywords(self) -> &'static [&'static str] {
        match self {
            Language::Rust => &RUST,
            Language::Python => &PYTHON,
            Language::Toml | Language::Text => &[],
        }
    }

    fn comment(self) -> &'static str {
        if self == Language::Rust { "//" } else { "#" }
    }
}

/// Colours lines that follow each other: a string may go on in the next one.
pub struct Highlighter {
    language: Language,
    is_in_string: bool,
}

impl Highlighter {
    pub fn of(language: Language) -> Self {
        Highlighter { language, is_in_string: false }
    }

    /// A line, of which some words may differ from the other version.
    pub fn line(&mut self, words: &[Word]) -> Markup {
        let text: String = words.iter().map(|word| word.text.as_str()).collect();
        html! {
            @for (class, range) in self.tokens(&text) {
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

    /// The tokens of a line: the class of each, empty for plain text, and its bytes.
    fn tokens(&mut self, line: &str) -> Vec<(&'static str, Range<usize>)> {
        if self.language == Language::Text {
            return vec![("", 0..line.len())];
        }
        let mut tokens = Vec::new();
        let mut start = 0;
        while start < line.len() {
            let (class, length) = if self.is_in_string {
                let length = string_length(&format!("\"{}", &line[start..])) - 1;
                ("string", length)
            } else {
                self.token(&line[start..])
            };
            let text = &line[start..start + length];
            if class == "string" && (self.is_in_string || text.starts_with('"')) {
                let is_closed = text.ends_with('"') && (self.is_in_string || text.len() > 1);
                self.is_in_string = !is_closed;
            }
            tokens.push((class, start..start + length));
            start += length;
        }
        tokens
    }

    /// The class and the length of the first token of a text that is not empty.
    fn token(&self, rest: &str) -> (&'static str, usize) {
        let run = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
        let first = rest.chars().next().unwrap_or(' ');
        if self.language == Language::Rust && rest.starts_with("#[") {
            return ("meta", rest.find(']').map_or(rest.len(), |end| end + 1));
        }
        if rest.starts_with(self.language.comment()) {
            return ("comment", rest.len());
        }
        if first == '"' {
            return ("string", string_length(rest));
        }
        if let Some(length) = quoted(rest, self.language) {
            return ("string", length);
        }
        if first.is_ascii_digit() {
            return ("number", number_length(rest));
        }
        if first.is_alphabetic() || first == '_' {
            let length = run(|c| c.is_alphanumeric() || c == '_');
            let is_keyword = self.language.keywords().contains(&&rest[..length]);
            return (if is_keyword { "keyword" } else { "" }, length);
        }
        ("", first.len_utf8())
    }
}

/// The length of a number: `0..3` is two of them, `1e-4` is one.
fn number_length(text: &str) -> usize {
    let mut length = 0;
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(length) {
        let before = length.checked_sub(1).map(|i| bytes[i]);
        let is_sign = byte == b'-' && before == Some(b'e');
        let is_point = byte == b'.' && bytes.get(length + 1).is_some_and(u8::is_ascii_digit);
        if !(byte.is_ascii_alphanumeric() || byte == b'_' || is_sign || is_point) {
            break;
        }
        length += 1;
    }
    length
}

/// The length of what stands between single quotes: in Rust a character, not a lifetime.
fn quoted(text: &str, language: Language) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let end = inner.char_indices().skip(1).find(|&(_, c)| c == '\'').map(|(i, _)| i + 2)?;
    let is_character = inner.starts_with('\\') || inner[..end - 2].chars().count() == 1;
    (language != Language::Rust || is_character).then_some(end)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        Highlighter::of(Language::Rust).line(&[Word::same(text)]).into_string()
    }

    #[test]
    fn tokens_get_their_classes() {
        assert_eq!(
            html("let a = 1e-4; // <a>"),
            "<span class=\"hljs-keyword\">let</span> a = <span class=\"hljs-number\">1e-4</span>; \
             <span class=\"hljs-comment\">// &lt;a&gt;</span>"
        );
        assert_eq!(
            html(r#""a\"b" c"#),
            "<span class=\"hljs-string\">&quot;a\\&quot;b&quot;</span> c"
        );
        assert_eq!(html("&'a '\"'"), "&amp;'a <span class=\"hljs-string\">'&quot;'</span>");
        assert_eq!(html("\"open"), "<span class=\"hljs-string\">&quot;open</span>");
    }

    #[test]
    fn a_string_goes_on_in_the_next_line() {
        let mut rust = Highlighter::of(Language::Rust);
        let mut line = |text: &str| rust.line(&[Word::same(text)]).into_string();
        assert_eq!(line("f(\"one \\"), "f(<span class=\"hljs-string\">&quot;one \\</span>");
        assert_eq!(line("let\", a)"), "<span class=\"hljs-string\">let&quot;</span>, a)");
    }

    #[test]
    fn a_changed_word_stays_marked_inside_a_token() {
        let changed = Word { differs: true, text: "word".into() };
        let line = [Word::same("\"old "), changed, Word::same("\"")];
        assert_eq!(
            Highlighter::of(Language::Rust).line(&line).into_string(),
            "<span class=\"hljs-string\">&quot;old <b>word</b>&quot;</span>"
        );
    }
}
