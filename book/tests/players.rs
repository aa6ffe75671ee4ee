//! The players show what was recorded: each frame, its gradients, and one right answer.

use book::Problem;
use lessons::Workspace;
use mdbook_preprocessor::book::{Book, Chapter};
use std::fs;
use std::path::Path;
use traces::{Frame, Mark, Trace, number};

/// The page of a chapter that is one player.
fn page(trace: &Trace) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("book lies in the workspace");
    let text = format!("{{{{player step{}}}}}", trace.name);
    let chapter = Chapter::new("a chapter", text, "test.md", Vec::new());
    let mut book = Book::new_with_items(vec![chapter.into()]);
    let problems: Vec<Problem> =
        book::apply(&mut book, Workspace { root: root.into() }).expect("the steps can be read");
    assert!(problems.is_empty(), "{}: {problems:?}", trace.name);
    book.chapters().next().expect("the chapter is there").content.clone()
}

/// The drawings of a frame: one, or one for a phone too.
fn drawings(frame: &str) -> Vec<&str> {
    frame.split("<svg").skip(1).collect()
}

/// What is written below the variables in a drawing, in their order.
fn marks_on(drawing: &str) -> Vec<&str> {
    let texts = drawing.split("<text class=\"p-grad\"").skip(1);
    texts.filter_map(|text| text.split_once('>')?.1.split_once('<').map(|(text, _)| text)).collect()
}

fn marks_of(frame: &Frame) -> Vec<String> {
    let mark = |mark: &Mark| match mark {
        Mark::Grad(grad) => grad.map(|grad| format!("grad {}", number(grad))),
        Mark::Owners(0) => Some("gone".into()),
        Mark::Owners(1) => Some("1 owner".into()),
        Mark::Owners(owners) => Some(format!("{owners} owners")),
    };
    frame.marks.iter().filter_map(mark).collect()
}

#[test]
fn a_player_has_the_frames_of_its_trace() {
    for trace in traces::all() {
        let page = page(&trace);
        let frames: Vec<&str> = page.split("<li>").skip(1).collect();
        assert_eq!(frames.len(), trace.frames.len(), "{}", trace.name);
        for (i, (shown, recorded)) in frames.iter().zip(&trace.frames).enumerate() {
            let name = format!("{}, frame {i}", trace.name);
            for drawing in drawings(shown) {
                assert_eq!(marks_on(drawing), marks_of(recorded), "{name}");
            }
            assert!(shown.contains(&recorded.sentence), "{name}");
            let is_running = shown.contains("class=\"p-running\"");
            assert_eq!(is_running, recorded.running.is_some(), "{name}");
        }
    }
}

/// What the players add to the page of a step, with their script and their style.
#[test]
fn a_page_grows_by_at_most_40_kilobytes() {
    let theme = Path::new(env!("CARGO_MANIFEST_DIR")).join("theme");
    let length = |file| fs::read(theme.join(file)).expect("it is there").len();
    let shared = length("player.js") + length("player.css");
    let traces = traces::all();
    for of_step in traces.chunk_by(|a, b| a.step == b.step) {
        let bytes = shared + of_step.iter().map(|trace| page(trace).len()).sum::<usize>();
        assert!(bytes <= 40_000, "step {}: {bytes} bytes", of_step[0].step);
    }
}

#[test]
fn where_the_order_is_a_question_one_answer_is_right() {
    for trace in traces::all() {
        for (shown, recorded) in page(&trace).split("<li>").skip(1).zip(&trace.frames) {
            let answers = |right| shown.matches(&format!("data-right=\"{right}\"")).count();
            let count = recorded.choices.len();
            // Within one generation any call may go first.
            let others = shown.matches("data-answer=\"Yes. Any call of this list").count();
            let right = usize::from(count > 0) + others;
            assert_eq!(answers(true), right, "{}", trace.name);
            assert_eq!(answers(true) + answers(false), count, "{}", trace.name);
            for drawing in drawings(shown) {
                assert_eq!(drawing.matches("class=\"target\"").count(), count, "{}", trace.name);
            }
        }
    }
}

const OR_THE_OTHER: &str =
    "Yes. Any call of this list would be right; the first comes next, the Square that made c.";

#[test]
fn an_answer_says_what_comes_out() {
    let page_of = |name| page(&traces::all().into_iter().find(|trace| trace.name == name).unwrap());
    let page = page_of("15");
    assert!(page.contains("Yes. Next comes the last call of the list, the Square that made a."));
    let wrong = "Had yours gone first, dy/dx = 128 would have come out, not dy/dx = 96.";
    assert!(page.contains(wrong));
    assert!(page_of("16").contains(OR_THE_OTHER));
    assert!(!page.contains("Any call"), "step 15 has no generations");
}
