//! Turns what was recorded into frames with sentences.

use crate::record::{Asked, Freed, Run};
use crate::rule::{Rule, Walk};
use crate::{Choice, Frame, Graph, Mark, Place, Waiting, number};

/// The frames of a walk that goes back by itself, over calls that wait.
pub fn waiting(graph: &Graph, run: &Run, rule: Rule, before: &[Option<f64>]) -> Vec<Frame> {
    let slopes = slopes(graph, run);
    let mut walk = Walk::new(graph, rule, &slopes, before);
    let y = graph.variables.last().expect("a graph has variables").name;
    let start = if rule.clears && before.iter().any(Option::is_some) {
        format!("What the first run left in between is cleared. {y} gets 1.")
    } else {
        format!("{y} gets 1: {y} moves once as far as itself.")
    };
    let mut frames = vec![frame(graph, run, 0, None, start)];
    for (i, asked) in run.asked.iter().enumerate() {
        let last = frames.last_mut().expect("there is a first frame");
        last.waiting = walk.places();
        last.choices = choices(&walk, asked.call);
        walk.run(asked.call);
        frames.push(frame(graph, run, i + 1, Some(asked.call), handed(graph, run, i)));
    }
    let last = frames.last_mut().expect("there is a first frame");
    last.waiting = walk.places();
    last.sentence += " No call waits any more.";
    frames
}

/// The second run over a graph by a rule that clears nothing: no step does it.
pub fn without_clearing(graph: &Graph, first: &Run, rule: Rule) -> Vec<Frame> {
    let slopes = slopes(graph, first);
    let mut walk = Walk::new(graph, rule, &slopes, &first.grads);
    let mut run = Run { asked: Vec::new(), grads: Vec::new() };
    while let Some(call) = walk.next() {
        let gy = walk.grads[graph.calls[call].output].unwrap_or(0.0);
        let gxs = slopes[call].iter().map(|slope| gy * slope).collect();
        run.asked.push(Asked { call, gy, gxs, grads: walk.grads.clone() });
        walk.run(call);
    }
    run.grads.clone_from(&walk.grads);
    let mut frames = waiting(graph, &run, rule, &first.grads);
    let y = graph.variables.last().expect("a graph has variables").name;
    frames[0].sentence = format!("{y} has 1 of the first run, and gets 1 on top.");
    frames
}

/// The frames of a walk that the reader takes by hand (step 06).
pub fn by_hand(graph: &Graph, run: &Run) -> Vec<Frame> {
    let y = graph.variables.last().expect("a graph has variables").name;
    let mut frames = vec![frame(graph, run, 0, None, format!("You set {y}'s gradient to 1."))];
    for (i, asked) in run.asked.iter().enumerate() {
        let call = &graph.calls[asked.call];
        let [input, output] = [call.inputs[0], call.output].map(|v| graph.variables[v].name);
        let sentence = format!(
            "You hand {output}'s gradient, {}, to {}. It hands back {}, and you set it as {input}'s.",
            number(asked.gy),
            graph.call_in_words(asked.call),
            number(asked.gxs[0]),
        );
        frames.push(frame(graph, run, i + 1, Some(asked.call), sentence));
    }
    frames
}

/// The frames of a walk that calls itself (step 07): one `backward` within the other.
pub fn recursion(graph: &Graph, run: &Run) -> Vec<Frame> {
    let names: Vec<&'static str> =
        graph.variables.iter().rev().map(|variable| variable.name).collect();
    let open = |depth: usize| {
        let within = |&name: &&'static str| Waiting {
            place: Place::Backward(name),
            calls: vec![],
            next: None,
        };
        names[..depth].iter().map(within).collect::<Vec<_>>()
    };
    let start = format!("You set {0}'s gradient to 1 and call {0}.backward().", names[0]);
    let mut frames = vec![Frame { waiting: open(1), ..frame(graph, run, 0, None, start) }];
    for (i, asked) in run.asked.iter().enumerate() {
        let sentence = format!(
            "{} Then {}.backward() is called, while {}.backward() is still open.",
            handed(graph, run, i),
            names[i + 1],
            names[i],
        );
        let frame = frame(graph, run, i + 1, Some(asked.call), sentence);
        frames.push(Frame { waiting: open(i + 2), ..frame });
    }
    let x = names.last().expect("a graph has variables");
    let end = format!("{x} has no creator. All {} runs return, the innermost first.", names.len());
    frames.push(frame(graph, run, run.asked.len(), None, end));
    frames
}

/// The frames of a graph on its way out (step 17).
pub fn freed(graph: &Graph, freed: &Freed) -> Vec<Frame> {
    let y = graph.variables.last().expect("a graph has variables").name;
    let frame = |owners: &[usize], running, sentence| Frame {
        running,
        marks: owners.iter().map(|&owners| Mark::Owners(owners)).collect(),
        waiting: Vec::new(),
        sentence,
        choices: Vec::new(),
    };
    let start = format!("You own x and {y}. Each call owns its input, each output owns its call.");
    let mut frames = vec![frame(&freed.before, None, start)];
    for (call, owners) in &freed.calls {
        let output = graph.variables[graph.calls[*call].output].name;
        let cause = if output == y {
            format!("You drop {y}, and nobody owns its box any more.")
        } else {
            format!("Nobody owns {output}'s box any more.")
        };
        let sentence = format!(
            "{cause} {output} is gone, and now the {:?} that made it goes.",
            graph.calls[*call].function
        );
        frames.push(frame(owners, Some(*call), sentence));
    }
    let end = "You still own x. All that was made from it is gone.".to_string();
    frames.push(frame(&freed.after, None, end));
    frames
}

/// The gradients before the `i`th call ran, or at the end. That of its output has been taken away
/// where the step does so: it is the one that came in.
fn grads(graph: &Graph, run: &Run, i: usize) -> Vec<Option<f64>> {
    let Some(asked) = run.asked.get(i) else { return run.grads.clone() };
    let mut grads = asked.grads.clone();
    grads[graph.calls[asked.call].output].get_or_insert(asked.gy);
    grads
}

fn frame(graph: &Graph, run: &Run, i: usize, running: Option<usize>, sentence: String) -> Frame {
    let marks = grads(graph, run, i).into_iter().map(Mark::Grad).collect();
    Frame { running, marks, waiting: Vec::new(), sentence, choices: Vec::new() }
}

/// What the `i`th call that was asked got, handed on, and what became of it.
fn handed(graph: &Graph, run: &Run, i: usize) -> String {
    let asked = &run.asked[i];
    let call = &graph.calls[asked.call];
    let name = |variable: usize| graph.variables[variable].name;
    let gifts: Vec<String> = call
        .inputs
        .iter()
        .zip(&asked.gxs)
        .map(|(&input, gx)| format!("{} to {}", number(*gx), name(input)))
        .collect();
    let mut sentence = format!(
        "{} gets {} and hands {}.",
        capital(&graph.call_in_words(asked.call)),
        number(asked.gy),
        gifts.join(" and ")
    );
    for input in distinct(&call.inputs) {
        sentence += &became(graph, run, i, input);
    }
    if asked.grads[call.output].is_none() {
        sentence =
            format!("{sentence} {}'s gradient has been passed on and is gone.", name(call.output));
    }
    sentence
}

/// Says it where a variable had a gradient before, or got two at once.
fn became(graph: &Graph, run: &Run, i: usize, input: usize) -> String {
    let asked = &run.asked[i];
    let inputs = &graph.calls[asked.call].inputs;
    let came = inputs.iter().zip(&asked.gxs).filter(|gift| *gift.0 == input).map(|gift| gift.1);
    let came: Vec<String> = came.map(|gx| number(*gx)).collect();
    let before = asked.grads[input].map(number);
    if before.is_none() && came.len() == 1 {
        return String::new();
    }
    let terms: Vec<String> = before.into_iter().chain(came).collect();
    let name = graph.variables[input].name;
    let Some(after) = grads(graph, run, i + 1)[input] else { return String::new() };
    let sum: f64 = asked.grads[input].unwrap_or(0.0)
        + inputs
            .iter()
            .zip(&asked.gxs)
            .filter(|gift| *gift.0 == input)
            .map(|gift| gift.1)
            .sum::<f64>();
    if after.to_bits() == sum.to_bits() {
        format!(" {name} has {} = {}.", terms.join(" + "), number(after))
    } else {
        format!(" {name} keeps {}: the last one overwrites the other.", number(after))
    }
}

fn distinct(inputs: &[usize]) -> Vec<usize> {
    let mut inputs = inputs.to_vec();
    inputs.dedup();
    inputs
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The calls that could come next, where there are several, and what each would lead to.
fn choices(walk: &Walk, taken: usize) -> Vec<Choice> {
    let mut calls: Vec<usize> = walk.waiting.iter().flatten().copied().collect();
    calls.sort_unstable();
    calls.dedup();
    if calls.len() < 2 {
        return Vec::new();
    }
    let outcome = |call| {
        let mut walk = walk.clone();
        walk.run(call);
        walk.outcome()
    };
    let choice = |call| Choice { call, is_taken: call == taken, outcome: outcome(call) };
    calls.into_iter().map(choice).collect()
}

/// What each call multiplies the gradient with, for each input: from what was recorded.
fn slopes(graph: &Graph, run: &Run) -> Vec<Vec<f64>> {
    let slope = |call: usize| {
        let asked = run.asked.iter().find(|asked: &&Asked| asked.call == call);
        let asked = asked.expect("a run comes to every call");
        asked.gxs.iter().map(|gx| gx / asked.gy).collect()
    };
    (0..graph.calls.len()).map(slope).collect()
}
