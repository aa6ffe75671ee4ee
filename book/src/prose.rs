//! How long the text of a chapter is.

use crate::chapter::Block;
use crate::content::Content;

/// The words that a chapter of a step may have.
pub const MOST: usize = 1500;

/// The words of the text that is read from top to bottom: without code, pictures and what the
/// directives show, without tables, and without answers that are folded away.
pub fn words(blocks: &[Block<Content>]) -> usize {
    let mut is_folded = false;
    let mut words = 0;
    for block in blocks {
        let Ok(Content::Markdown(line)) = &block.content else { continue };
        let line = line.trim_start_matches([' ', '>']);
        is_folded |= line.starts_with("<details class=\"solution\">");
        if !is_folded && !line.starts_with(['|', '<']) {
            words += line.split_whitespace().filter(|word| is_word(word)).count();
        }
        is_folded &= !line.starts_with("</details>");
    }
    words
}

/// Signs that stand alone, such as the dash of a list, are no words.
fn is_word(text: &str) -> bool {
    text.contains(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chapter;
    use crate::resolve;
    use crate::steps::Steps;
    use lessons::Workspace;
    use std::fs;

    /// The words that the chapters of steps 01 to 18 may have together.
    const MOST_TOGETHER: usize = 22_906;

    #[test]
    fn what_is_not_read_from_top_to_bottom_does_not_count() {
        let text = "# One two\n\n- three `four` = 5\n\n   > six\n\n| a | b |\n\n\
                    <details class=\"solution\"><summary>a</summary>\n\nb c\n\n</details>\n\nseven";
        let line = |text: &str| Content::Markdown(text.into());
        let block = |text| Block { line: 1, indent: "", content: Ok(line(text)) };
        assert_eq!(words(&text.lines().map(block).collect::<Vec<_>>()), 7);
    }

    #[test]
    fn the_first_eighteen_chapters_take_no_more_time_than_they_did() {
        let steps = Steps::of(Workspace::find().unwrap()).unwrap();
        let of_step = |number: usize| {
            let file = format!("book/chapters/step{number:02}.md");
            let text = fs::read_to_string(steps.workspace.root.join(file)).unwrap();
            let blocks = chapter::parse(&text).into_iter();
            words(&blocks.map(|block| resolve::block(block, &steps)).collect::<Vec<_>>())
        };
        let words: usize = (1..=18).map(of_step).sum();
        assert!(
            words <= MOST_TOGETHER,
            "steps 01 to 18 have {words} words of prose, and may have {MOST_TOGETHER}: take from \
             one chapter what you add to another"
        );
    }
}
