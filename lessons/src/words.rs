//! Which words differ within a line that has changed a little.

use crate::line::{Change, Line, Word};
use similar::{Algorithm, ChangeTag, capture_diff_slices};

/// What the names of two lines must have in common, in percent. With less, marks would say less
/// than the lines do.
const ALIKE: usize = 50;

/// How many bytes two lines may have together. A table of numbers in one line would take minutes.
const LONGEST: usize = 1000;

/// Between two marks, so few signs are marked along: single brackets would be confetti.
const JOINED: usize = 3;

/// Words that say nothing about what a line is for.
const COMMON: [&str; 11] =
    ["let", "mut", "fn", "pub", "use", "for", "in", "impl", "self", "f64", "println"];

/// Marks the words that differ in a removed line and in the added one that takes its place.
pub fn mark(lines: &mut [Line]) {
    let is_same = |line: &Line| line.change == Change::Same;
    for block in lines.chunk_by_mut(|a, b| is_same(a) == is_same(b)) {
        let indices = |change| {
            let lines = block.iter().enumerate();
            lines.filter(|(_, line)| line.change == change).map(|(i, _)| i).collect::<Vec<_>>()
        };
        let (removed, added) = (indices(Change::Removed), indices(Change::Added));
        for (old, new) in partners(block, &removed, &added) {
            let (old_words, new_words) = marked(&block[old].text(), &block[new].text());
            block[old].words = old_words;
            block[new].words = new_words;
        }
    }
}

/// The lines that belong together, by their indices: a line that is replaced by one line, else
/// those most alike, in their order.
fn partners(block: &[Line], removed: &[usize], added: &[usize]) -> Vec<(usize, usize)> {
    let texts = |(old, new): (usize, usize)| (block[old].text(), block[new].text());
    let is_short = |&pair: &(usize, usize)| {
        let (old, new) = texts(pair);
        old.len() + new.len() <= LONGEST
    };
    if let (&[old], &[new]) = (removed, added) {
        return [(old, new)].into_iter().filter(is_short).collect();
    }
    // For the first removed and the first added lines: how alike the best pairs of them are.
    let mut best: Vec<(usize, Vec<(usize, usize)>)> = vec![(0, Vec::new()); added.len() + 1];
    for &old in removed {
        let mut next = vec![best[0].clone()];
        for (i, &new) in added.iter().enumerate() {
            let (old_text, new_text) = texts((old, new));
            let alike = if is_short(&(old, new)) { likeness(&old_text, &new_text) } else { 0 };
            let (sum, pairs) = &best[i];
            let mut ways = vec![best[i + 1].clone(), next[i].clone()];
            if alike >= ALIKE {
                let pairs = pairs.iter().copied().chain([(old, new)]).collect();
                ways.push((sum + alike, pairs));
            }
            next.extend(ways.into_iter().max_by_key(|(sum, _)| *sum));
        }
        best = next;
    }
    best.pop().map(|(_, pairs)| pairs).unwrap_or_default()
}

/// How many percent of the letters of the names in two lines are in both, in the same order.
fn likeness(old: &str, new: &str) -> usize {
    let names = |line| {
        let is_name = |token: &&str| is_word(token) && !COMMON.contains(token);
        tokens(line).into_iter().filter(is_name).collect::<Vec<_>>()
    };
    let (old, new) = (names(old), names(new));
    let length = |names: &[&str]| names.iter().map(|name| name.len()).sum::<usize>();
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let same = ops.iter().filter(|op| matches!(op, similar::DiffOp::Equal { .. }));
    let common: usize = same.map(|op| length(&old[op.old_range()])).sum();
    200 * common / (length(&old) + length(&new)).max(1)
}

/// The words of two lines, with those marked that differ.
fn marked(old: &str, new: &str) -> (Vec<Word>, Vec<Word>) {
    let (old, new) = (tokens(old), tokens(new));
    let (mut old_words, mut new_words) = (Vec::new(), Vec::new());
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        for change in op.iter_changes(&old, &new) {
            let (tag, token) = (change.tag(), change.value());
            if tag != ChangeTag::Insert {
                add(&mut old_words, tag != ChangeTag::Equal, token);
            }
            if tag != ChangeTag::Delete {
                add(&mut new_words, tag != ChangeTag::Equal, token);
            }
        }
    }
    (joined(&old_words), joined(&new_words))
}

/// A line in names and numbers, runs of white space, and single signs.
fn tokens(line: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let is_like_first = |c: char| {
            (is_letter(c) && is_letter(first)) || (c.is_whitespace() && first.is_whitespace())
        };
        let length = rest.find(|c| !is_like_first(c)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(length.max(first.len_utf8()));
        tokens.push(token);
        rest = after;
    }
    tokens
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn is_word(token: &str) -> bool {
    token.starts_with(is_letter)
}

fn add(words: &mut Vec<Word>, differs: bool, text: &str) {
    match words.last_mut() {
        Some(last) if last.differs == differs => last.text.push_str(text),
        // The indentation is no word.
        None if text.trim().is_empty() => words.push(Word::same(text)),
        _ => words.push(Word { differs, text: text.into() }),
    }
}

/// Marks along the few signs between two marks.
fn joined(words: &[Word]) -> Vec<Word> {
    let is_joint = |i: usize| {
        let (before, after) = (i.checked_sub(1).map(|i| &words[i]), words.get(i + 1));
        let text = &words[i].text;
        before.is_some_and(|word| word.differs)
            && after.is_some_and(|word| word.differs)
            && text.len() <= JOINED
            && !text.contains(is_letter)
    };
    let mut joined = Vec::new();
    for (i, word) in words.iter().enumerate() {
        add(&mut joined, word.differs || is_joint(i), &word.text);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(change: Change, text: &str) -> Line {
        Line { change, old: None, new: None, words: vec![Word::same(text)] }
    }

    fn marked(lines: &[Line]) -> Vec<String> {
        let marked = |Word { differs, text }: &Word| {
            if *differs { format!("[{text}]") } else { text.clone() }
        };
        lines.iter().map(|line| line.words.iter().map(marked).collect()).collect()
    }

    /// The added line for the removed one, each with its marks.
    fn replaced(old: &str, new: &str) -> Vec<String> {
        let mut lines = [line(Change::Removed, old), line(Change::Added, new)];
        mark(&mut lines);
        marked(&lines)
    }

    #[test]
    fn a_line_is_compared_with_the_one_most_like_it() {
        let mut lines = [
            line(Change::Same, "struct Call {"),
            line(Change::Removed, "    outputs: [Variable; OUT],"),
            line(Change::Added, "    shapes: [Box<[usize]>; OUT],"),
            line(Change::Added, "    outputs: [Weak<Variable>; OUT],"),
            line(Change::Same, "}"),
        ];
        mark(&mut lines);
        assert_eq!(
            marked(&lines)[1..4],
            [
                "    outputs: [Variable; OUT],",
                "    shapes: [Box<[usize]>; OUT],",
                "    outputs: [[Weak<]Variable[>]; OUT],",
            ]
        );
    }

    #[test]
    fn lines_that_only_begin_alike_are_no_partners() {
        let mut lines = [
            line(Change::Removed, "    let a = square.call(&x);"),
            line(Change::Removed, "    println!(\"{}\", y.data);"),
            line(
                Change::Added,
                "    let fourth_power = |x: &Variable| Square.call(&Square.call(x));",
            ),
            line(Change::Added, "    println!(\"derivative: {}\", numerical_diff(f, &x, 1e-4));"),
        ];
        let before = lines.clone();
        mark(&mut lines);
        assert_eq!(lines, before);
    }

    #[test]
    fn a_whole_name_is_marked() {
        assert_eq!(
            replaced("    x.set_grad(gx);", "    x.add_grad(gx);"),
            ["    x.[set_grad](gx);", "    x.[add_grad](gx);"]
        );
    }

    #[test]
    fn a_line_in_place_of_one_is_marked_however_different() {
        let lines = replaced("let call = Rc::new(call);", "for output in &outputs {");
        assert!(lines.iter().all(|line| line.contains('[')), "{lines:?}");
    }

    #[test]
    fn signs_between_marks_are_marked_along() {
        assert_eq!(replaced("f(a, b)", "f(c, d)"), ["f([a, b])", "f([c, d])"]);
        assert_eq!(
            replaced("f(a + x + b)", "f(c + x + d)"),
            ["f([a] + x + [b])", "f([c] + x + [d])"]
        );
    }

    #[test]
    fn very_long_lines_are_not_marked() {
        let long = "1, ".repeat(LONGEST);
        let (old, new) = (format!("[{long}2]"), format!("<{long}3>"));
        assert_eq!(replaced(&old, &new), [old, new]);
    }
}
