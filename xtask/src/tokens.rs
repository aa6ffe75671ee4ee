//! Rust code in tokens, in which the names of local variables make no difference.

use lessons::code::string_length;
use std::collections::{BTreeSet, HashMap};

const NOT_LOCAL: [&str; 44] = [
    "as", "bool", "break", "char", "const", "continue", "crate", "dyn", "else", "enum", "f64",
    "false", "fn", "for", "i32", "i64", "if", "impl", "in", "isize", "let", "loop", "match", "mod",
    "move", "mut", "pub", "ref", "return", "self", "static", "str", "struct", "super", "trait",
    "true", "type", "u32", "u64", "u8", "unsafe", "use", "usize", "while",
];

/// The tokens of `code`, its locals numbered by their first appearance. `names` are no locals.
pub fn of(code: &str, names: &BTreeSet<String>) -> Vec<String> {
    let tokens = raw(code);
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut numbered = Vec::with_capacity(tokens.len());
    for i in 0..tokens.len() {
        if is_local(&tokens, i, names) {
            let next = numbers.len();
            numbered.push(format!("local {}", numbers.entry(tokens[i]).or_insert(next)));
        } else if tokens[i].starts_with('"') {
            numbered.push(without_names_in_braces(tokens[i]));
        } else {
            numbered.push(tokens[i].into());
        }
    }
    numbered
}

/// A string in which `{eps:?}` is `{:?}`: a local may be named in it.
fn without_names_in_braces(string: &str) -> String {
    let mut parts = string.split('{');
    let mut text: String = parts.next().unwrap_or_default().into();
    for part in parts {
        text.push('{');
        text += part.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    }
    text
}

/// `code` with other names for its locals, as another hand might have chosen them.
pub fn with_other_names(code: &str, names: &BTreeSet<String>) -> String {
    let tokens = raw(code);
    let in_attribute = attributes(&tokens);
    let imported = imported(&tokens);
    let bound: BTreeSet<&str> = (0..tokens.len())
        .filter(|i| !imported.contains(tokens[*i]))
        .filter(|i| !in_attribute[*i] && is_bound(&tokens, *i) && is_local(&tokens, *i, names))
        .map(|i| tokens[i])
        .collect();
    let mut text = String::with_capacity(code.len() * 2);
    let mut end = 0;
    for (i, token) in tokens.iter().enumerate() {
        let start = token.as_ptr() as usize - code.as_ptr() as usize;
        text += &code[end..start];
        end = start + token.len();
        text += token;
        if in_attribute[i] {
            continue;
        }
        if bound.contains(token) && is_local(&tokens, i, names) {
            text += "_other";
        } else if token.starts_with('"') {
            text.truncate(text.len() - token.len());
            text += &bound.iter().fold(token.to_string(), |string, name| {
                let in_braces = |end| format!("{{{name}{end}");
                let other = |end| format!("{{{name}_other{end}");
                string.replace(&in_braces("}"), &other("}")).replace(&in_braces(":"), &other(":"))
            });
        }
    }
    text + &code[end..]
}

/// The names that `use` brings in.
fn imported<'a>(tokens: &[&'a str]) -> BTreeSet<&'a str> {
    let mut is_inside = false;
    let mut names = BTreeSet::new();
    for token in tokens {
        is_inside = (is_inside || *token == "use") && *token != ";";
        names.extend(is_inside.then_some(*token));
    }
    names
}

/// Which tokens are part of an attribute such as `#[expect(…)]`.
fn attributes(tokens: &[&str]) -> Vec<bool> {
    let mut depth = 0;
    let mut is_inside = false;
    let mut inside = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        is_inside |=
            *token == "#" && ["[", "!"].contains(&tokens.get(i + 1).copied().unwrap_or(""));
        inside.push(is_inside);
        depth += i32::from(is_inside && *token == "[") - i32::from(is_inside && *token == "]");
        is_inside &= depth > 0 || *token != "]";
    }
    inside
}

/// Whether a token stands where a variable gets its name, or is handed on.
fn is_bound(tokens: &[&str], i: usize) -> bool {
    let before = i.checked_sub(1).map_or("", |i| tokens[i]);
    let after = tokens.get(i + 1).copied().unwrap_or_default();
    ["let", "mut", "for", "|", "(", ",", "[", "&"].contains(&before)
        && ["=", ":", "|", ",", ")", "]", "in", ".", ";"].contains(&after)
}

/// A message of the compiler in whose quotes locals have no names: `x` becomes `_`.
pub fn without_locals(message: &str, names: &BTreeSet<String>) -> String {
    let mut text = String::with_capacity(message.len());
    for (i, part) in message.split('`').enumerate() {
        if i % 2 == 0 || part.contains('\n') {
            text += part;
        } else {
            let tokens = raw(part);
            let shown = |i: usize| if is_local(&tokens, i, names) { "_" } else { tokens[i] };
            text += &(0..tokens.len()).map(shown).collect::<Vec<_>>().join(" ");
        }
        text.push('`');
    }
    text.pop();
    text
}

/// How many tokens are in one of the two and not in the other, in the order they stand in.
pub fn distance(a: &[String], b: &[String]) -> usize {
    // The length of the longest common subsequence of `a` and each beginning of `b`.
    let mut row = vec![0; b.len() + 1];
    for token in a {
        let mut diagonal = 0;
        for (i, other) in b.iter().enumerate() {
            let above = row[i + 1];
            row[i + 1] = if token == other { diagonal + 1 } else { above.max(row[i]) };
            diagonal = above;
        }
    }
    a.len() + b.len() - 2 * row[b.len()]
}

fn is_local(tokens: &[&str], i: usize, names: &BTreeSet<String>) -> bool {
    let token = tokens[i];
    let at = |i: Option<usize>| i.and_then(|i| tokens.get(i)).copied().unwrap_or_default();
    let starts_low = token.starts_with(|c: char| c.is_lowercase() || c == '_');
    let is_path = at(i.checked_sub(1)) == ":" && at(i.checked_sub(2)) == ":"
        || at(Some(i + 1)) == ":" && at(Some(i + 2)) == ":";
    let is_member = at(i.checked_sub(1)) == "." && at(i.checked_sub(2)) != ".";
    let is_call = at(Some(i + 1)) == "!" && at(Some(i + 2)) != "=";
    let is_lifetime = at(i.checked_sub(1)) == "'";
    let is_attribute = at(i.checked_sub(1)) == "["
        && (at(i.checked_sub(2)) == "#"
            || at(i.checked_sub(2)) == "!" && at(i.checked_sub(3)) == "#");
    starts_low
        && token != "_"
        && !is_path
        && !is_member
        && !is_call
        && !is_lifetime
        && !is_attribute
        && !NOT_LOCAL.contains(&token)
        && !names.contains(token)
}

/// How long the character is that `rest` begins with, such as `'a'` or `'\n'`; a lifetime is none.
fn char_length(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    let first = inside.chars().next()?;
    let second = first.len_utf8() + usize::from(first == '\\');
    let end = inside.get(second..)?.find('\'')?;
    (first == '\\' || end == 0).then_some(1 + second + end + 1)
}

/// Words, numbers, strings and single signs, without comments.
fn raw(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let (length, is_token) = if first.is_whitespace() {
            (first.len_utf8(), false)
        } else if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), false)
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |end| end + 2), false)
        } else if first == '"' {
            (string_length(rest), true)
        } else if let Some(length) = char_length(rest) {
            (length, true)
        } else if is_word(first) {
            (rest.find(|c| !is_word(c)).unwrap_or(rest.len()), true)
        } else {
            (first.len_utf8(), true)
        };
        if is_token {
            tokens.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        let names = BTreeSet::from(["data".to_string(), "square".into()]);
        of(a, &names) == of(b, &names)
    }

    #[test]
    fn names_of_locals_are_no_difference() {
        assert!(same("let y = f(x); // so\ny + x", "let b = g(a);\nb + a"));
        assert!(same("|gy| [gy.clone(), gy]", "|g| [g.clone(), g]"));
        assert!(!same("[gy, gy]", "[gy, gx]"));
        assert!(!same("x.data", "x.grad"));
        assert!(!same("square(&x)", "exp(&x)"));
        assert!(!same("\"a\"", "\"b\""));
        assert!(same(r#"let x = 1; f("{x:?}")"#, r#"let y = 1; f("{y:?}")"#));
        assert!(!same("'a'", "'b'"));
        assert!(!same(r"'\n'", r"'\t'"));
        assert!(same(r"f('\'', x)", r"f('\'', y)"));
        assert!(same("&'a str, x", "&'a str, y"));
    }

    #[test]
    fn another_hand_chooses_other_names() {
        let names = BTreeSet::from(["data".to_string()]);
        let code =
            "#[expect(a, b = 1)]\nfn f(x: &A) { let y = x.data; drop(y); g(|z| panic!(\"{z}\")) }";
        let other = "#[expect(a, b = 1)]\nfn f(x_other: &A) { let y_other = x_other.data; drop(y_other); \
                     g(|z_other| panic!(\"{z_other}\")) }";
        assert_eq!(with_other_names(code, &names), other);
    }

    #[test]
    fn a_message_without_the_names_of_locals() {
        let names = BTreeSet::from(["data".to_string()]);
        let text = |message| without_locals(message, &names);
        assert_eq!(text("use of moved value: `gy`"), text("use of moved value: `g`"));
        assert_ne!(text("no field `data`"), text("no field `grad`"));
        assert_ne!(text("found `Vec`"), text("found `Box`"));
    }

    #[test]
    fn the_distance_counts_tokens_of_both() {
        let of = |code| of(code, &BTreeSet::new());
        assert_eq!(distance(&of("1 + 2"), &of("1 + 2")), 0);
        assert_eq!(distance(&of("1 + 2"), &of("1 - 2")), 2);
        assert_eq!(distance(&of("1 + 2"), &of("1")), 2);
        assert_eq!(distance(&of(""), &of("a b")), 2);
    }
}
