//! The frames of a trace as text, for a terminal.

use crate::{Frame, Mark, Place, Trace, Waiting, number};
use std::fmt::Write;

/// One block for each frame: the sentence, then the gradients and the calls that wait.
pub fn print(trace: &Trace) -> String {
    let mut text = format!("Step {:02}: {}\n", trace.step, trace.title);
    for (i, frame) in trace.frames.iter().enumerate() {
        let _ = write!(text, "\n{i}  {}\n", wrap(&frame.sentence, 76));
        for line in [marks(trace, frame), waiting(trace, frame)].into_iter().flatten() {
            let _ = writeln!(text, "   {line}");
        }
    }
    text
}

/// What is written beside the variables, in a line; `None` where nothing is.
pub fn marks(trace: &Trace, frame: &Frame) -> Option<String> {
    let mark = |(i, mark): (usize, &Mark)| {
        let name = trace.graph.variables[i].name;
        match mark {
            Mark::Grad(None) => None,
            Mark::Grad(Some(grad)) => Some(format!("{name} {}", number(*grad))),
            Mark::Owners(0) => Some(format!("{name} gone")),
            Mark::Owners(owners) => Some(format!("{name} {owners}")),
        }
    };
    let all: Vec<String> = frame.marks.iter().enumerate().filter_map(mark).collect();
    let kind = match frame.marks.first() {
        Some(Mark::Owners(_)) => "owners:",
        _ => "gradients:",
    };
    (!all.is_empty()).then(|| format!("{kind} {}", all.join(", ")))
}

fn waiting(trace: &Trace, frame: &Frame) -> Option<String> {
    let place = |place: &Waiting| {
        let calls: Vec<String> =
            place.calls.iter().map(|&call| trace.graph.call_and_output(call)).collect();
        match (place.place, calls.is_empty()) {
            (Place::Backward(_), _) => place.place.to_string(),
            (Place::List, true) => "none".to_string(),
            (Place::List, false) => calls.join(", "),
            (Place::Generation(_), _) => format!("{}: {}", place.place, calls.join(", ")),
        }
    };
    let is_empty =
        |place: &Waiting| matches!(place.place, Place::Generation(_)) && place.calls.is_empty();
    let there = frame.waiting.iter().filter(|place| !is_empty(place));
    let all: Vec<String> = there.map(place).collect();
    (!all.is_empty()).then(|| format!("waiting:   {}", all.join("\n              ")))
}

/// Breaks a sentence at spaces; the lines after the first are set in by three.
fn wrap(sentence: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in sentence.split(' ') {
        let line = lines.last_mut().expect("there is a first line");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_string());
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
    }
    lines.join("\n   ")
}
