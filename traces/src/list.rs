//! Which graphs are recorded, with the library of which step.

use crate::frames;
use crate::record::{self, Recipe};
use crate::rule::{Order, Rule};
use crate::{Kind, Trace};

const CHAIN: Recipe = Recipe {
    inputs: &[("x", 0.5)],
    calls: &[(Kind::Square, &[0], "a"), (Kind::Exp, &[1], "b"), (Kind::Square, &[2], "y")],
};

const TWICE: Recipe = Recipe { inputs: &[("x", 3.0)], calls: &[(Kind::Add, &[0, 0], "y")] };

const TWO_SQUARES: Recipe = Recipe {
    inputs: &[("x", 2.0)],
    calls: &[(Kind::Square, &[0], "a"), (Kind::Square, &[1], "y")],
};

/// y = add(square(a), square(a)), a = square(x): where the order matters (step 15).
const DIAMOND: Recipe = Recipe {
    inputs: &[("x", 2.0)],
    calls: &[
        (Kind::Square, &[0], "a"),
        (Kind::Square, &[1], "b"),
        (Kind::Square, &[1], "c"),
        (Kind::Add, &[2, 3], "y"),
    ],
};

const SUMS: Recipe = Recipe {
    inputs: &[("x0", 1.0), ("x1", 1.0)],
    calls: &[(Kind::Add, &[0, 1], "t"), (Kind::Add, &[0, 2], "y")],
};

const THREE_SQUARES: Recipe = Recipe {
    inputs: &[("x", 2.0)],
    calls: &[(Kind::Square, &[0], "a"), (Kind::Square, &[1], "b"), (Kind::Square, &[2], "y")],
};

/// y = a * b + a: what a product hands on (step 20).
const PRODUCT: Recipe = Recipe {
    inputs: &[("a", 3.0), ("b", 2.0)],
    calls: &[(Kind::Mul, &[0, 1], "p"), (Kind::Add, &[2, 0], "y")],
};

const OVERWRITES: Rule = Rule { order: Order::Stack, adds: false, takes: false, clears: false };
const ADDS: Rule = Rule { adds: true, clears: true, ..OVERWRITES };
const ORDERED: Rule = Rule { order: Order::Generations, ..ADDS };
const TAKES: Rule = Rule { takes: true, ..ORDERED };

/// The traces of a step.
pub fn of(step: usize) -> Vec<Trace> {
    all().into_iter().filter(|trace| trace.step == step).collect()
}

/// Records every trace of the book, in the order of the steps.
pub fn all() -> Vec<Trace> {
    let mut traces = vec![by_hand(), recursion(), stack()];
    traces.push(first_run(
        13,
        "13",
        "The second gradient overwrites the first",
        &TWICE,
        OVERWRITES,
    ));
    traces.push(first_run(14, "14", "Gradients add up", &TWICE, ADDS));
    traces.extend(second_run());
    traces.push(first_run(15, "15", "A stack of calls, at work", &DIAMOND, ADDS));
    traces.push(first_run(16, "16", "The highest generation first", &DIAMOND, ORDERED));
    traces.push(dropped());
    traces.push(first_run(18, "18", "A gradient is moved on", &SUMS, TAKES));
    traces.push(retained());
    traces.push(first_run(20, "20", "A product hands on the other one", &PRODUCT, TAKES));
    traces
}

fn by_hand() -> Trace {
    let (values, run) = record::step06::record(&CHAIN);
    let graph = CHAIN.graph(&values);
    let frames = frames::by_hand(&graph, &run);
    Trace { step: 6, name: "06", title: "By hand, call by call", graph, frames }
}

fn recursion() -> Trace {
    let (values, run) = record::step07::record(&CHAIN);
    let graph = CHAIN.graph(&values);
    let frames = frames::recursion(&graph, &run);
    Trace { step: 7, name: "07", title: "One backward within the other", graph, frames }
}

fn stack() -> Trace {
    let (values, run) = record::step08::record(&CHAIN);
    let graph = CHAIN.graph(&values);
    let frames = frames::waiting(&graph, &run, OVERWRITES, &vec![None; values.len()]);
    Trace { step: 8, name: "08", title: "A stack of our own", graph, frames }
}

fn dropped() -> Trace {
    let (values, freed) = record::step17::record();
    let graph = THREE_SQUARES.graph(&values);
    let frames = frames::freed(&graph, &freed);
    Trace { step: 17, name: "17", title: "Box after box is freed", graph, frames }
}

/// Calls `record` of the module of one step with one walk, `backward`.
fn first_run(
    step: usize,
    name: &'static str,
    title: &'static str,
    recipe: &Recipe,
    rule: Rule,
) -> Trace {
    let (values, mut runs) = match step {
        13 => record::step13::record(recipe, &[|y| y.backward()]),
        14 => record::step14::record(recipe, &[|y| y.backward()]),
        15 => record::step15::record(recipe, &[|y| y.backward()]),
        16 => record::step16::record(recipe, &[|y| y.backward()]),
        18 => record::step18::record(recipe, &[|y| y.backward()]),
        20 => record::step20::record(recipe, &[|y| y.backward()]),
        _ => unreachable!("no graph is recorded for step {step}"),
    };
    let run = runs.pop().expect("one walk gives one run");
    let graph = recipe.graph(&values);
    let frames = frames::waiting(&graph, &run, rule, &vec![None; values.len()]);
    Trace { step, name, title, graph, frames }
}

/// The second run over a graph: with the clearing walk as recorded, and by the rule without it.
fn second_run() -> [Trace; 2] {
    let (values, runs) =
        record::step14::record(&TWO_SQUARES, &[|y| y.backward(), |y| y.backward()]);
    let graph = TWO_SQUARES.graph(&values);
    let [first, second] = &runs[..] else { unreachable!("two walks give two runs") };
    let cleared = frames::waiting(&graph, second, ADDS, &first.grads);
    let kept = frames::without_clearing(&graph, first, Rule { clears: false, ..ADDS });
    let trace = |name, title, frames| Trace { step: 14, name, title, graph: graph.clone(), frames };
    [
        trace("14 kept", "A second backward if nothing were cleared", kept),
        trace("14 cleared", "A second backward, with the clearing walk", cleared),
    ]
}

fn retained() -> Trace {
    let (values, mut runs) = record::step18::record(&SUMS, &[|y| y.backward_retain_grad()]);
    let run = runs.pop().expect("one walk gives one run");
    let graph = SUMS.graph(&values);
    let frames = frames::waiting(&graph, &run, ORDERED, &vec![None; values.len()]);
    Trace { step: 18, name: "18 retain_grad", title: "With retain_grad it stays", graph, frames }
}
