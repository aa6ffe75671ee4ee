//! The rule by which a step chooses the next call.
//!
//! The calls that wait are local to `backward` and cannot be read from outside. So the rule is
//! written down here a second time, and `tests/traces.rs` holds it against every recorded run.

use crate::{Graph, Place, Waiting, number};

/// How a step goes from call to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The last call that came to wait goes first (steps 08 to 15).
    Stack,
    /// All calls wait from the beginning, in a list for each generation (from step 16).
    Generations,
}

/// What a step does with gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub order: Order,
    /// Whether gradients add up (from step 14).
    pub adds: bool,
    /// Whether a call takes the gradient of its output away (step 18).
    pub takes: bool,
    /// Whether gradients of an earlier run are cleared first (from step 14).
    pub clears: bool,
}

/// A run by the rule.
#[derive(Clone)]
pub struct Walk<'a> {
    graph: &'a Graph,
    rule: Rule,
    /// What one call multiplies the gradient with, for each input.
    slopes: &'a [Vec<f64>],
    pub waiting: Vec<Vec<usize>>,
    pub grads: Vec<Option<f64>>,
}

impl<'a> Walk<'a> {
    /// At the beginning: the last variable has the gradient 1.
    pub fn new(
        graph: &'a Graph,
        rule: Rule,
        slopes: &'a [Vec<f64>],
        grads: &[Option<f64>],
    ) -> Self {
        let y = graph.variables.len() - 1;
        let waiting = match rule.order {
            Order::Stack => vec![graph.creator(y).into_iter().collect()],
            Order::Generations => lists(graph),
        };
        let mut walk = Walk { graph, rule, slopes, waiting, grads: grads.to_vec() };
        if rule.clears {
            for call in &graph.calls {
                walk.grads[call.output] = None;
            }
        }
        walk.receive(y, 1.0);
        walk
    }

    fn receive(&mut self, variable: usize, grad: f64) {
        let old = self.grads[variable].filter(|_| self.rule.adds).unwrap_or(0.0);
        self.grads[variable] = Some(old + grad);
    }

    /// The call that the rule takes next.
    pub fn next(&self) -> Option<usize> {
        match self.rule.order {
            Order::Stack => self.waiting[0].last().copied(),
            // A list goes from its beginning.
            Order::Generations => self.waiting.iter().rev().find_map(|list| list.first().copied()),
        }
    }

    /// Runs a call that waits: takes it from its place, passes its gradient on.
    pub fn run(&mut self, call: usize) {
        for list in &mut self.waiting {
            let place = match self.rule.order {
                Order::Stack => list.iter().rposition(|&other| other == call),
                Order::Generations => list.iter().position(|&other| other == call),
            };
            if let Some(place) = place {
                list.remove(place);
            }
        }
        let inputs = &self.graph.calls[call].inputs;
        if self.rule.order == Order::Stack {
            self.waiting[0].extend(inputs.iter().filter_map(|&input| self.graph.creator(input)));
        }
        let output = self.graph.calls[call].output;
        let gy = self.grads[output].unwrap_or(0.0);
        if self.rule.takes {
            self.grads[output] = None;
        }
        for (&input, slope) in inputs.iter().zip(&self.slopes[call]) {
            self.receive(input, gy * slope);
        }
    }

    /// Goes on to the end.
    pub fn finish(mut self) -> Vec<Option<f64>> {
        while let Some(call) = self.next() {
            self.run(call);
        }
        self.grads
    }

    /// The gradients of the inputs at the end, in words.
    pub fn outcome(self) -> String {
        let graph = self.graph;
        let grads = self.finish();
        let inputs = (0..grads.len()).filter(|&variable| graph.creator(variable).is_none());
        let words = inputs.map(|variable| {
            let grad = grads[variable].map_or_else(|| "none".to_string(), number);
            format!(
                "d{}/d{} = {grad}",
                graph.variables[grads.len() - 1].name,
                graph.variables[variable].name
            )
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// The places and the calls in them, as a frame shows them: the highest generation first.
    pub fn places(&self) -> Vec<Waiting> {
        let place = |i: usize| match self.rule.order {
            Order::Stack => Place::List,
            Order::Generations => Place::Generation(i),
        };
        let next = self.next();
        let waiting = |(i, calls): (usize, &Vec<usize>)| Waiting {
            place: place(i),
            calls: calls.clone(),
            next: next.filter(|call| calls.contains(call)),
        };
        self.waiting.iter().enumerate().rev().map(waiting).collect()
    }
}

/// Every call once, in a list for each generation, in the order in which step 16 finds them.
fn lists(graph: &Graph) -> Vec<Vec<usize>> {
    let y = graph.variables.len() - 1;
    let mut lists = vec![Vec::new(); graph.generation(y)];
    let mut calls = Vec::from_iter(graph.creator(y));
    let mut seen = Vec::new();
    while let Some(call) = calls.pop() {
        if !seen.contains(&call) {
            seen.push(call);
            let inputs = &graph.calls[call].inputs;
            calls.extend(inputs.iter().filter_map(|&input| graph.creator(input)));
            lists[graph.generation_of_call(call)].push(call);
        }
    }
    lists
}
