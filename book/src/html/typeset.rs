//! How formulas in a line of text are set: variables in italics with their numbers below the line,
//! and numbers and commands that do not break at a hyphen.

use maud::html;

/// Longer code may break: it would not fit on a phone.
const UNBROKEN: usize = 36;

/// A line of Markdown with its formulas as HTML. Code, links' targets and tags stay as they are,
/// and so do headings, from which mdBook makes names of places.
pub fn line(line: &str) -> String {
    let start = line.trim_start_matches([' ', '>']);
    if start.starts_with(['#', '<']) {
        return line.into();
    }
    let mut set = String::with_capacity(line.len());
    let mut parts = line.split('`').enumerate().peekable();
    while let Some((i, part)) = parts.next() {
        let is_closed = parts.peek().is_some();
        match (i % 2, is_closed) {
            (0, _) => set += &text(part, parts.peek().is_some()),
            (_, true) => set += &code(part),
            (_, false) => set += &format!("`{part}"),
        }
    }
    set
}

/// Code between backticks. In a table a bar would have to be escaped in another way.
fn code(code: &str) -> String {
    if code.contains('-') && !code.contains('|') && code.len() <= UNBROKEN {
        html! { code.unbroken { (code) } }.into_string()
    } else {
        format!("`{code}`")
    }
}

/// Text without code, of which some may follow.
fn text(text: &str, code_follows: bool) -> String {
    let mut set = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if let Some(length) = untouched(rest) {
            set += &rest[..length];
            length
        } else if first.is_ascii_alphanumeric() {
            let is_in_number = |c: char| c == '-' || c == '.';
            let length = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
            let number = rest.find(|c: char| !c.is_ascii_alphanumeric() && !is_in_number(c));
            let number = rest[..number.unwrap_or(rest.len())].trim_end_matches(is_in_number);
            if is_power_of_ten(number) {
                set += &format!("<span class=\"unbroken\">{number}</span>");
                rest = &rest[number.len()..];
                continue;
            }
            let (word, after) = rest.split_at(length);
            let is_whole = !set.ends_with(|c: char| c.is_alphabetic() || "_'’\\".contains(c));
            set +=
                &if is_whole { self::word(word, &set, after, code_follows) } else { word.into() };
            length
        } else {
            set.push(first);
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    set
}

/// The length of a tag or of the target of a link.
fn untouched(text: &str) -> Option<usize> {
    let is_tag = text
        .strip_prefix('<')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'));
    let end = if is_tag {
        '>'
    } else if text.starts_with("](") {
        ')'
    } else {
        return None;
    };
    text.find(end).map(|end| end + 1)
}

/// `1e-4`, `2.5e-10`.
fn is_power_of_ten(number: &str) -> bool {
    number.split_once("e-").is_some_and(|(factor, power)| {
        factor.starts_with(|c: char| c.is_ascii_digit())
            && power.chars().all(|c| c.is_ascii_digit())
            && !power.is_empty()
    })
}

/// A word, if it is a variable in italics: `x0`, `4x`, `dy`.
fn word(word: &str, before: &str, after: &str, code_follows: bool) -> String {
    let factor = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (factor, name) = word.split_at(factor);
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &name[letters.len()..];
    let is_variable = match letters {
        "x" | "y" | "z" | "t" | "b" | "dx" | "dy" => {
            !after.starts_with('_') && (!after.starts_with(['\'', '’']) || is_genitive(after))
        }
        "a" => {
            !factor.is_empty() || !number.is_empty() || is_no_article(before, after, code_follows)
        }
        _ => false,
    };
    match (is_variable, number) {
        (false, _) => word.into(),
        (true, "") => format!("{factor}<var>{letters}</var>"),
        (true, _) => format!("{factor}<var>{letters}<sub>{number}</sub></var>"),
    }
}

/// `'s`, and nothing more.
fn is_genitive(after: &str) -> bool {
    let mut letters = after.chars().skip(1);
    letters.next() == Some('s') && !letters.next().is_some_and(char::is_alphanumeric)
}

/// The article has a word after it, or the end of the line.
fn is_no_article(before: &str, after: &str, code_follows: bool) -> bool {
    let before = before.trim_end();
    let after_space = after.trim_start();
    let is_at_end = after_space.is_empty() && !code_follows;
    if after_space.is_empty() || is_at_end {
        return false;
    }
    let follows = ["and ", "is ", "or ", "has ", "to ", "are ", "gets "];
    !after.starts_with(' ')
        || follows.iter().any(|word| after_space.starts_with(word))
        || after_space.starts_with(['=', '+', '·', '−', '/', '²', '³', '⁴', '|'])
        || before.ends_with(['=', '+', '·', '−', '/'])
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn variables_are_in_italics_with_their_numbers_below() {
        assert_eq!(
            line("y is x0 + 4x³"),
            "<var>y</var> is <var>x<sub>0</sub></var> + 4<var>x</var>³"
        );
        assert_eq!(line("dy/dx = 2"), "<var>dy</var>/<var>dx</var> = 2");
        assert_eq!(line("x1's part, b's"), "<var>x<sub>1</sub></var>'s part, <var>b</var>'s");
        assert_eq!(line("a and b, a = 3"), "<var>a</var> and <var>b</var>, <var>a</var> = 3");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "a variable of step14, isn't it",
            "take a",
            "a `Call` goes",
            "# The derivative of x",
            "`x0` and [it](x.md#y)",
            "<summary>x</summary>",
            "see <a href=\"x\">it</a>",
        ] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn numbers_and_commands_do_not_break() {
        assert_eq!(line("at 1e-4."), "at <span class=\"unbroken\">1e-4</span>.");
        assert_eq!(line("`cargo run -p a`"), "<code class=\"unbroken\">cargo run -p a</code>");
        assert_eq!(line("`a | b-c`"), "`a | b-c`");
    }
}
