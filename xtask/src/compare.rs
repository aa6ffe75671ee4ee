//! What a session printed against what it should print, line by line, numbers by value.

/// How many characters of a line are shown: more than any session prints, so that what differs is
/// among them.
const LONGEST: usize = 200;

/// How many characters a number may have: more than a float with all of its digits.
const LONGEST_NUMBER: usize = 40;

/// Where what is printed differs first.
pub struct Difference {
    /// In a sentence.
    pub words: String,
    /// The line that is printed and should not be, from 1; none if one is missing.
    pub printed: Option<usize>,
}

/// The first line that differs; `None` if none does.
pub fn first_difference(expected: &str, printed: &str) -> Option<Difference> {
    let expected: Vec<&str> = expected.lines().collect();
    let printed: Vec<&str> = printed.lines().collect();
    for (i, (expected, printed)) in expected.iter().zip(&printed).enumerate() {
        if !same_line(expected, printed) {
            let words = at_line(i + 1, expected, printed) + rounding_hint(expected, printed);
            return Some(Difference { words, printed: Some(i + 1) });
        }
    }
    let (lines, there) = (expected.len(), printed.len());
    if let Some(missing) = expected.get(there) {
        let after = match there {
            0 => "nothing".into(),
            1 => "one line".into(),
            _ => format!("{there} lines"),
        };
        let words = format!(
            "Line {} is missing: the session printed {after} and ended.\n  expected: {missing}",
            there + 1
        );
        return Some(Difference { words, printed: None });
    }
    let extra = printed.get(lines)?;
    let words = format!("Line {} is one too many.\n  printed:  {}", lines + 1, shown(extra));
    Some(Difference { words, printed: Some(lines + 1) })
}

/// One below the other, so that the eye finds what differs.
fn at_line(number: usize, expected: &str, printed: &str) -> String {
    format!(
        "Line {number} of what is printed is the first that differs.\n  \
         expected: {}\n  printed:  {}",
        shown(expected),
        shown(printed)
    )
}

/// A line that can be read; what a loop prints may be a megabyte in one.
fn shown(line: &str) -> String {
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None if line.is_empty() => "an empty line".into(),
        None => line.into(),
    }
}

fn rounding_hint(expected: &str, printed: &str) -> &'static str {
    let (expected, printed) = (tokens(expected), tokens(printed));
    let close = expected.len() == printed.len()
        && expected.iter().zip(&printed).all(|(a, b)| a.is_close(b));
    if close {
        "\n\nOnly the last digits differ: the same formula, its operations in another order?"
    } else {
        ""
    }
}

pub fn same_line(expected: &str, printed: &str) -> bool {
    tokens(expected) == tokens(printed)
}

#[derive(Debug, PartialEq)]
enum Token<'a> {
    Number(f64),
    Text(&'a str),
}

impl Token<'_> {
    fn is_close(&self, other: &Self) -> bool {
        match (self, other) {
            (Token::Number(a), Token::Number(b)) => (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
            _ => self == other,
        }
    }
}

/// A line in numbers and the text between them. The digits of a name, `step07`, are text.
fn tokens(line: &str) -> Vec<Token<'_>> {
    let line = line.trim_end();
    let mut tokens = Vec::new();
    let mut text_start = 0;
    let mut at = 0;
    while at < line.len() {
        let length = if starts_number(line, at) { number_length(&line[at..]) } else { 0 };
        if let Ok(number) = line[at..at + length].parse() {
            if text_start < at {
                tokens.push(Token::Text(&line[text_start..at]));
            }
            tokens.push(Token::Number(number));
            at += length;
            text_start = at;
        } else {
            at += line[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    if text_start < line.len() {
        tokens.push(Token::Text(&line[text_start..]));
    }
    tokens
}

fn starts_number(line: &str, at: usize) -> bool {
    let before = line[..at].chars().next_back();
    !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.')
}

/// How many bytes at the start of `text` are a number such as `-3`, `0.5` or `1e-4`.
fn number_length(text: &str) -> usize {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    let most = text.chars().take(LONGEST_NUMBER).take_while(|c| is_part(*c)).count();
    (1..=most).rev().find(|length| text[..*length].parse::<f64>().is_ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    fn first_difference(expected: &str, printed: &str) -> Option<String> {
        super::first_difference(expected, printed).map(|difference| difference.words)
    }

    #[test]
    fn numbers_count_by_value() {
        for (a, b) in [
            ("y = 3.3", "y = 3.30"),
            ("y = 64", "y = 64.0"),
            ("error = 2e-1", "error = 0.2"),
            ("[1, -2.50]", "[1.0, -2.5]"),
            ("y = 1.", "y = 1  "),
        ] {
            assert_eq!(first_difference(a, b), None, "{a} {b}");
        }
    }

    #[test]
    fn text_and_other_numbers_differ() {
        for (a, b) in [
            ("y = 3.3", "z = 3.3"),
            ("y = 3.3", "y = 3.31"),
            ("step07::Square", "step7::Square"),
            ("y = 3", "y = -3"),
            ("1e", "1"),
            ("a", "\n"),
        ] {
            let difference = first_difference(a, b).unwrap_or_default();
            assert!(difference.starts_with("Line 1 "), "{a} {b}: {difference}");
        }
    }

    #[test]
    fn the_first_line_that_differs_is_named() {
        let difference = first_difference("y = 32\ndy/dx = 64\n", "y = 32\ndy/dx = 32\n");
        let sentence = "Line 2 of what is printed is the first that differs.\n  \
                        expected: dy/dx = 64\n  printed:  dy/dx = 32";
        assert_eq!(difference.as_deref(), Some(sentence));
    }

    #[test]
    fn lines_that_are_missing_or_too_many() {
        let difference = first_difference("a\nb\n", "a\n");
        let sentence = "Line 2 is missing: the session printed one line and ended.\n  expected: b";
        assert_eq!(difference.as_deref(), Some(sentence));
        let difference = first_difference("a\n", "a\nb\n");
        let sentence = "Line 2 is one too many.\n  printed:  b";
        assert_eq!(difference.as_deref(), Some(sentence));
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let difference = first_difference("y = 1", &"é".repeat(1 << 20)).unwrap_or_default();
        assert!(difference.ends_with("éé …") && difference.chars().count() < 400, "{difference}");
    }

    #[test]
    fn a_last_digit_is_a_difference_with_a_hint() {
        let difference = first_difference("y = 3.297442541400256", "y = 3.2974425414002564");
        assert!(difference.unwrap_or_default().contains("last digits"));
    }
}
