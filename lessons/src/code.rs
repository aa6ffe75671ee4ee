//! What of a text is code.

/// Whether a line is neither blank nor a comment.
pub fn is_code(line: &str) -> bool {
    let line = line.trim();
    let is_comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
    !line.is_empty() && !is_comment
}

/// The code of a text without comments, and without white space outside of strings: two texts
/// differ in it only if the compiler could see a difference. The text may begin and end anywhere.
pub fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            let length = string_length(rest);
            push_string(&rest[..length], &mut code);
            length
        } else if rest.starts_with("'\"'") {
            code.push_str("'\"'");
            3
        } else {
            code.extend((!first.is_whitespace()).then_some(first));
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    code
}

/// The length of the string literal that `text` begins with; all of it if it does not end in it.
pub fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        if c == '"' && !is_escaped {
            return i + 1;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    text.len()
}

/// A string without the line breaks that its backslashes take out.
fn push_string(string: &str, code: &mut String) {
    let mut lines = string.split("\\\n");
    code.extend(lines.next());
    code.extend(lines.map(str::trim_start));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_counts_inside_of_strings_only() {
        for (a, b) in [
            ("let a  = 1; // so\n", "let a\n  = 1;\n"),
            ("f(\"a \\\n   b\")", "f(\"a b\")"),
            ("/* one\ntwo */ x", "x"),
            ("f('\"', a)", "f('\"',a)"),
        ] {
            assert_eq!(code(a), code(b), "{a} {b}");
        }
        for (a, b) in [
            ("f(\"a  b\")", "f(\"a b\")"),
            ("f(\"a // b\")", "f(\"a\")"),
            ("f(\"\\\" a\")", "f(\"\\\"a\")"),
            ("f('\"', \" a\")", "f('\"', \"a\")"),
            ("x /* a */ y", "x"),
        ] {
            assert_ne!(code(a), code(b), "{a} {b}");
        }
    }
}
