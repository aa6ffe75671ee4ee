//! The runs that can be stepped through: to their ends by clicks and by keys, and what the page
//! says to whoever points at the next call.

use crate::reader::Reader;
use crate::{PHONE, SCREEN};
use serde_json::Value;

/// The pages that have runs.
pub fn pages() -> Vec<String> {
    let mut pages: Vec<String> =
        traces::all().iter().map(|trace| format!("step{:02}.html", trace.step)).collect();
    pages.dedup();
    pages
}

/// The runs of the page that is open; as many as were recorded for it.
pub fn steps_through_all(reader: &mut Reader, page: &str) {
    let players = reader.number("players().length");
    for player in 0..players {
        steps_through(reader, page, player);
    }
    let is_here = |trace: &traces::Trace| format!("step{:02}.html", trace.step) == page;
    let traces = traces::all().into_iter().filter(is_here).count();
    reader.expect(&format!("{page}, players"), &players, &traces.try_into().expect("a few"));
}

/// By clicks, by keys, and pointing where that is asked for, on a screen and on a phone.
fn steps_through(reader: &mut Reader, page: &str, number: u64) {
    let player = format!("players()[{number}]");
    for width in [SCREEN, PHONE] {
        let place = format!("{page}, {width}, player {number}");
        reader.resize(width);
        reader.expect_none(&place, &format!("faultsOfClicks({player})"));
    }
    reader.resize(SCREEN);
    let place = format!("{page}, player {number}");
    reader.expect_none(&place, &format!("faultsOfKeys({player})"));
    // And by a true one, after a true click.
    reader.click(&format!("{player}.querySelector('figcaption')"));
    reader.press("ArrowRight");
    is_at(reader, &format!("{place}, ArrowRight"), &player, 1);
    let frames = reader.value(&format!("framesThatAsk({player})"));
    for frame in frames.as_array().into_iter().flatten().filter_map(Value::as_u64) {
        let dot = format!("{player}.querySelectorAll('.dots button')[{frame}]");
        reader.run(&format!("{dot}.click()"));
        for width in [PHONE, SCREEN] {
            reader.resize(width);
            let place = format!("{place}, frame {frame}, {width}");
            reader.expect_none(&place, &format!("faultsOfPointing({player})"));
        }
        points_and_presses_keys(reader, &format!("{place}, frame {frame}"), &player, frame);
    }
}

/// The keys move the player after an answer too, though the button that was clicked is gone then.
fn points_and_presses_keys(reader: &mut Reader, place: &str, player: &str, frame: u64) {
    reader.click(&format!("framesOf({player})[{frame}].querySelector('.question button')"));
    for (key, frame) in [("ArrowRight", frame + 1), ("ArrowLeft", frame)] {
        reader.press(key);
        is_at(reader, &format!("{place}, {key} after an answer"), player, frame);
    }
}

fn is_at(reader: &mut Reader, what: &str, player: &str, frame: u64) {
    let found = reader.value(&format!("shownSoon({player})"));
    reader.expect(what, &found, &frame.into());
}

/// A wrong call says what would come out, as it was recorded.
pub fn answers_with_numbers(reader: &mut Reader) {
    let trace = traces::all().into_iter().find(|trace| trace.name == "15").expect("its trace");
    reader.open("step15.html");
    let answers = reader.text("answersOf(players()[0])");
    for frame in trace.frames {
        let Some(taken) = frame.choices.iter().find(|choice| choice.is_taken) else { continue };
        for wrong in frame.choices.iter().filter(|choice| choice.outcome != taken.outcome) {
            let says = format!("{} would have come out, not {}", wrong.outcome, taken.outcome);
            reader.expect(&says, &answers.contains(&says), &true);
        }
    }
}
