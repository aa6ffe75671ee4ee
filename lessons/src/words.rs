//! Which words differ within a line that has changed a little.

use crate::line::{Change, Line, Word};
use similar::{ChangeTag, TextDiff};

/// What two lines must have in common, in percent. With less, marks would say less than the lines do.
const ALIKE: usize = 50;

/// How many bytes two lines may have together. A table of numbers in one line would take minutes.
const LONGEST: usize = 1000;

/// Marks the words that differ in a removed line and in the added one that is most like it.
pub fn mark(lines: &mut [Line]) {
    let is_same = |line: &Line| line.change == Change::Same;
    for block in lines.chunk_by_mut(|a, b| is_same(a) == is_same(b)) {
        let removed = block.iter().take_while(|line| line.change == Change::Removed).count();
        let (removed, mut added) = block.split_at_mut(removed);
        for old in removed {
            let pairs = added.iter().map(|new| Marked::of(&old.text(), &new.text())).enumerate();
            let best = pairs.rev().max_by_key(|(_, pair)| pair.likeness);
            if let Some((i, pair)) = best.filter(|(_, pair)| pair.likeness >= ALIKE) {
                old.words = pair.old;
                added[i].words = pair.new;
                // Later lines have their partners further down.
                added = &mut added[i + 1..];
            }
        }
    }
}

/// Two lines in words.
struct Marked {
    old: Vec<Word>,
    new: Vec<Word>,
    /// How many percent of the bytes are in both, blanks aside.
    likeness: usize,
}

impl Marked {
    fn of(old: &str, new: &str) -> Self {
        let mut pair = Marked { old: Vec::new(), new: Vec::new(), likeness: 0 };
        if old.len() + new.len() > LONGEST {
            return pair;
        }
        let (mut common, mut all) = (0, 0);
        for change in TextDiff::from_unicode_words(old, new).iter_all_changes() {
            let word = change.value();
            let length = word.trim().len();
            let differs = change.tag() != ChangeTag::Equal;
            if change.tag() != ChangeTag::Insert {
                add(&mut pair.old, differs, word);
            }
            if change.tag() != ChangeTag::Delete {
                add(&mut pair.new, differs, word);
            }
            if differs {
                all += length;
            } else {
                common += 2 * length;
                all += 2 * length;
            }
        }
        pair.likeness = 100 * common / all.max(1);
        pair
    }
}

fn add(words: &mut Vec<Word>, differs: bool, text: &str) {
    match words.last_mut() {
        Some(last) if last.differs == differs => last.text.push_str(text),
        // The indentation is no word.
        None if text.trim().is_empty() => words.push(Word::same(text)),
        _ => words.push(Word { differs, text: text.into() }),
    }
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
    fn lines_with_little_in_common_and_very_long_ones_are_not_marked() {
        let long = "1, ".repeat(LONGEST);
        for (old, new) in [
            ("let call = Rc::new(call);", "for output in &outputs {"),
            (&format!("[{long}2]"), &format!("[{long}3]")),
        ] {
            let mut lines = [line(Change::Removed, old), line(Change::Added, new)];
            let before = lines.clone();
            mark(&mut lines);
            assert_eq!(lines, before);
        }
    }
}
