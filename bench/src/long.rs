//! Runs under load, of the last step only.

use crate::{alloc, child, data};
use clap::ValueEnum;
use easy_ml::differentiation::Trace;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::env;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};
use step18::{Variable, add, exp, square};

/// What is put under load.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Load {
    /// A million calls on a small stack.
    Stack,
    /// Random graphs against dual numbers.
    Random,
    /// Many graphs, one after the other.
    Flat,
    /// Ten million calls.
    Deep,
}

/// What was found.
#[derive(Debug, Serialize, Deserialize)]
struct Found {
    expected: String,
    found: String,
    ok: bool,
    values: Value,
}

const LONGEST: Duration = Duration::from_secs(600);
const GIGABYTE: f64 = 1e9;

/// Runs everything, each in a process of its own, and prints it.
pub fn run(save: bool) -> ExitCode {
    let mut values = serde_json::Map::new();
    let mut ok = true;
    for &load in Load::value_variants() {
        let found = if load == Load::Stack { smallest_stack() } else { process(load, 0) };
        let found = found.unwrap_or_else(|reason| Found::failed(&reason));
        let verdict = if found.ok { "ok" } else { "FAILED" };
        println!("{verdict}: {}\n    expected {}", found.found, found.expected);
        ok &= found.ok;
        values.insert(child::name(load), found.values);
    }
    if save {
        let mut data = data::load().expect("results.json is there: run without `long` first");
        data.long = Some(values.into());
        data::save(&data).expect("results.json can be written");
        println!("written: {}", data::path().display());
    }
    if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs one of them in this process. `stack` is the size of the thread's stack in KiB.
pub fn child(load: Load, stack: usize) {
    let found = match load {
        Load::Stack => on_stack(stack),
        Load::Random => random_graphs(10_000, 18),
        Load::Flat => flat(100_000),
        Load::Deep => deep(10_000_000),
    };
    println!("{}", serde_json::to_string(&found).expect("what was found is plain data"));
}

fn process(load: Load, stack: usize) -> Result<Found, String> {
    let mut command = Command::new(env::current_exe().map_err(|error| error.to_string())?);
    command.args(["load".into(), child::name(load), stack.to_string()]);
    let text = child::output(&mut command, LONGEST)?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

impl Found {
    fn failed(reason: &str) -> Self {
        Found {
            expected: "a process that ends well".into(),
            found: reason.into(),
            ok: false,
            values: Value::Null,
        }
    }
}

/// Halves the stack until the process crashes, or the system gives no smaller one.
fn smallest_stack() -> Result<Found, String> {
    let mut found = process(Load::Stack, 1024)?;
    for size in [512, 256, 128, 64, 32, 16] {
        match process(Load::Stack, size) {
            Ok(smaller) => found = smaller,
            Err(_) => break,
        }
    }
    Ok(found)
}

fn on_stack(kib: usize) -> Found {
    let calls = 1_000_000;
    let thread = thread::Builder::new().stack_size(kib * 1024);
    let thread = thread.spawn(move || chain_is_right(calls)).expect("a thread can be started");
    let right = thread.join().expect("the thread does not panic");
    Found {
        expected: "the right gradient, on at most 128 KiB".into(),
        found: format!("{calls} calls built, differentiated and freed on a stack of {kib} KiB"),
        ok: right && kib <= 128,
        values: json!({ "calls": calls, "stack_kib": kib }),
    }
}

/// Builds a chain, differentiates it, frees it.
fn chain_is_right(calls: u32) -> bool {
    let x = Variable::from(1.0);
    let y = chain(&x, calls);
    y.backward();
    drop(y);
    gradient(&x) == f64::from(calls)
}

fn chain(x: &Variable, calls: u32) -> Variable {
    (0..calls).fold(Variable::from(0.0), |y, _| add(&y, x))
}

fn gradient(x: &Variable) -> f64 {
    x.grad().map_or(0.0, |gx| gx.sum())
}

/// One call of a random graph: indices of variables that exist.
#[derive(Clone, Copy)]
enum Call {
    Add(usize, usize),
    Square(usize),
    Exp(usize),
}

fn random_graphs(graphs: usize, seed: u64) -> Found {
    let mut random = StdRng::seed_from_u64(seed);
    let mut calls = 0;
    let mut largest = 0.0_f64;
    for _ in 0..graphs {
        let leaves = Vec::from_iter((0..random.random_range(1..4)).map(|_| random.random()));
        let plan = plan(&leaves, &mut random);
        calls += plan.len();
        largest = largest.max(difference(&leaves, &plan));
    }
    Found {
        expected:
            "gradients within 1e-9 of those of dual numbers, after a second backward twice them"
                .into(),
        found: format!("{graphs} random graphs, {calls} calls: within {largest:.1e}"),
        ok: largest <= 1e-9,
        values: json!({
            "graphs": graphs, "seed": seed, "calls": calls, "largest_relative_difference": largest,
        }),
    }
}

/// Up to 60 calls on earlier variables. Numbers stay small enough to be squared again.
fn plan(leaves: &[f64], random: &mut StdRng) -> Vec<Call> {
    let mut values = leaves.to_vec();
    let mut plan = Vec::new();
    for _ in 0..random.random_range(1..=60) {
        let [a, b] = [(); 2].map(|()| random.random_range(0..values.len()));
        let call = match random.random_range(0..4) {
            0 if values[a] < 4.0 => Call::Square(a),
            1 if values[a] < 2.0 => Call::Exp(a),
            _ => Call::Add(a, b),
        };
        values.push(match call {
            Call::Add(a, b) => values[a] + values[b],
            Call::Square(a) => values[a] * values[a],
            Call::Exp(a) => values[a].exp(),
        });
        plan.push(call);
    }
    plan
}

/// The largest relative difference between gradients of the graph and those of dual numbers.
fn difference(leaves: &[f64], plan: &[Call]) -> f64 {
    let xs = Vec::from_iter(leaves.iter().map(|&x| Variable::from(x)));
    let y = variable(&xs, plan);
    let mut largest = 0.0_f64;
    for times in [1.0, 2.0] {
        y.backward();
        for (i, x) in xs.iter().enumerate() {
            let expected = times * derivative(leaves, plan, i);
            let error = (gradient(x) - expected).abs() / expected.abs().max(1.0);
            // `max` would lose a NaN.
            largest = if error.is_nan() { f64::INFINITY } else { largest.max(error) };
        }
    }
    largest
}

fn variable(xs: &[Variable], plan: &[Call]) -> Variable {
    let mut vars = xs.to_vec();
    for call in plan {
        vars.push(match *call {
            Call::Add(a, b) => add(&vars[a], &vars[b]),
            Call::Square(a) => square(&vars[a]),
            Call::Exp(a) => exp(&vars[a]),
        });
    }
    vars.pop().expect("there is a leaf")
}

fn derivative(leaves: &[f64], plan: &[Call], leaf: usize) -> f64 {
    let dual = |(i, &x)| if i == leaf { Trace::variable(x) } else { Trace::constant(x) };
    let mut vars = Vec::from_iter(leaves.iter().enumerate().map(dual));
    for call in plan {
        vars.push(match *call {
            Call::Add(a, b) => vars[a] + vars[b],
            Call::Square(a) => vars[a] * vars[a],
            Call::Exp(a) => vars[a].unary(f64::exp, f64::exp),
        });
    }
    vars.pop().expect("there is a leaf").derivative
}

fn flat(graphs: usize) -> Found {
    tiny();
    let before = alloc::resident().map(|resident| resident.0);
    alloc::start();
    let live = alloc::live();
    let right = (0..graphs).all(|_| tiny() == 64.0);
    let grown = alloc::live() - live;
    let after = alloc::resident().map(|resident| resident.0);
    let resident = before.zip(after).map(|(before, after)| after.saturating_sub(before));
    Found {
        expected: "right gradients, no byte left, at most 1 MB more resident".into(),
        found: format!(
            "{graphs} graphs made and dropped: {grown} bytes left, resident memory grown by {}",
            resident.map_or_else(|| "an unknown amount".into(), |bytes| format!("{bytes} bytes"))
        ),
        ok: right && grown == 0 && resident.is_none_or(|bytes| bytes <= 1_000_000),
        values: json!({ "graphs": graphs, "bytes_left": grown, "resident_grown": resident }),
    }
}

/// The graph of step 16, differentiated.
fn tiny() -> f64 {
    let x = Variable::from(2.0);
    let a = square(&x);
    add(&square(&a), &square(&a)).backward();
    gradient(&x)
}

fn deep(calls: u32) -> Found {
    alloc::start();
    let live = alloc::live();
    let start = Instant::now();
    let right = chain_is_right(calls);
    let seconds = start.elapsed().as_secs_f64();
    let bytes = (alloc::peak() - live) as f64;
    let resident = alloc::resident().map(|resident| resident.1 as f64);
    Found {
        expected: "the right gradient, at most 4 GB resident".into(),
        found: format!(
            "backward on {calls} calls: {:.2} GB asked for, {} resident, {seconds:.1} s with \
             building, freeing and counting",
            bytes / GIGABYTE,
            resident.map_or_else(
                || "an unknown amount".into(),
                |bytes| format!("{:.2} GB", bytes / GIGABYTE)
            )
        ),
        ok: right && resident.unwrap_or(bytes) <= 4.0 * GIGABYTE,
        values: json!({
            "calls": calls, "bytes": bytes, "resident": resident, "seconds": seconds,
        }),
    }
}
