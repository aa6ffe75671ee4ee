//! `{{player step16}}`: a run of `backward` that is recorded when the book is built.

use crate::content::{Choice, Content, Frame, Player};
use crate::pictures::graph::stage::Stage;
use crate::steps::Steps;
use anyhow::{Context, Result};
use traces::{Place, Trace, Waiting};

/// The player of a step, by the name of the run where the step has several.
pub fn resolve(arguments: &str, steps: &Steps) -> Result<Content> {
    let traces = steps.traces();
    let trace = traces.iter().find(|trace| argument(trace) == arguments);
    let trace = trace.with_context(|| unknown(arguments, traces))?;
    let frame = |frame: &traces::Frame| {
        let choice = |choice: &traces::Choice| Choice {
            call: choice.call,
            name: capital(&trace.graph.call_in_words(choice.call)),
            is_right: choice.is_taken || is_as_good(frame, choice),
            answer: answer(trace, frame, choice),
        };
        Frame {
            alt: alt(trace, frame),
            sentence: frame.sentence.clone(),
            waiting: waiting(trace, frame),
            choices: frame.choices.iter().map(choice).collect(),
        }
    };
    let frames = trace.frames.iter().map(frame).collect();
    let stages = Stage::all(trace)?;
    let command = format!("cargo xtask trace {}", trace.step);
    Ok(Content::Player(Player { name: trace.name, title: trace.title, command, stages, frames }))
}

/// How a directive names a run: `step14`, `step14 kept`.
fn argument(trace: &Trace) -> String {
    format!("step{}", trace.name)
}

fn unknown(arguments: &str, traces: &[Trace]) -> String {
    let all: Vec<String> = traces.iter().map(argument).collect();
    format!("there is no run `{arguments}` to step through; there are: {}", all.join(", "))
}

fn alt(trace: &Trace, frame: &traces::Frame) -> String {
    let marks = traces::marks(trace, frame).unwrap_or_else(|| "no gradients".into());
    match frame.running {
        Some(call) => format!("{} is marked; {marks}", capital(&trace.graph.call_in_words(call))),
        None => format!("No call is marked; {marks}"),
    }
}

/// The places where something waits, with what waits in them.
fn waiting(trace: &Trace, frame: &traces::Frame) -> Vec<(String, Vec<String>)> {
    let is_open = |waiting: &Waiting| matches!(waiting.place, Place::Backward(_));
    if trace.frames.iter().flat_map(|frame| &frame.waiting).any(is_open) {
        let open = frame.waiting.iter().map(|waiting| waiting.place.to_string());
        return vec![("open".into(), open.collect())];
    }
    let name = |&call: &usize| trace.graph.call_and_output(call);
    let place =
        |waiting: &Waiting| (waiting.place.to_string(), waiting.calls.iter().map(name).collect());
    frame.waiting.iter().map(place).collect()
}

/// Whether the step does what the reader points at, why, and what comes out otherwise.
fn answer(trace: &Trace, frame: &traces::Frame, choice: &traces::Choice) -> String {
    let taken = frame.choices.iter().find(|choice| choice.is_taken).unwrap_or(choice);
    let name = trace.graph.call_in_words(taken.call);
    let place = frame.waiting.iter().find(|place| place.next.is_some());
    let rule = match place.map(|place| place.place) {
        Some(Place::Generation(_)) => "the first call of the highest list that is not empty",
        _ => "the last call of the list",
    };
    let outcome = &choice.outcome;
    if choice.is_taken {
        return format!("Yes. Next comes {rule}, {name}. At the end {outcome}.");
    }
    if is_as_good(frame, choice) {
        return format!("Yes. Any call of this list would be right; the first comes next, {name}.");
    }
    let otherwise = if *outcome == taken.outcome {
        format!("the end would have been the same: {outcome}")
    } else {
        format!("{outcome} would have come out, not {}", taken.outcome)
    };
    format!("No. Next comes {rule}, {name}. Had yours gone first, {otherwise}.")
}

/// Whether the call has the generation of the one that the step takes: within one, any order is right.
fn is_as_good(frame: &traces::Frame, choice: &traces::Choice) -> bool {
    frame.waiting.iter().any(|list| {
        let is_generation = matches!(list.place, Place::Generation(_));
        is_generation && list.next.is_some() && list.calls.contains(&choice.call)
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
