//! Runs under load, of the last step only.

use crate::process::{self, Failure};
use crate::{alloc, child, store};
use clap::ValueEnum;
use easy_ml::differentiation::Trace;
use rand::{Rng, SeedableRng, rngs::StdRng};
use results::{Deep, Flat, Long, Random, Stack};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Error};
use std::process::ExitCode;
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

const LIMIT: Duration = Duration::from_mins(10);
const GIGABYTE: f64 = 1e9;

/// What a load finds.
trait Found: Serialize + DeserializeOwned {
    const LOAD: Load;
    /// What is demanded.
    const EXPECTED: &str;
    /// What was found, in a sentence.
    fn found(&self) -> String;
    /// Whether it is what was demanded.
    fn is_good(&self) -> bool;
}

/// Runs everything, each in a process of its own, and prints it.
pub fn run(save: bool) -> io::Result<ExitCode> {
    let data = if save { store::load()? } else { None };
    if save && data.is_none() {
        return Err(Error::other("there is no results.json yet: run without `long` first"));
    }
    let stack = tell(smallest_stack(measure));
    let random = tell(measure::<Random>(0).map_err(|failure| failure.to_string()));
    let flat = tell(measure::<Flat>(0).map_err(|failure| failure.to_string()));
    let deep = tell(measure::<Deep>(0).map_err(|failure| failure.to_string()));
    let (Some(stack), Some(random), Some(flat), Some(deep)) = (stack, random, flat, deep) else {
        return Ok(ExitCode::FAILURE);
    };
    if let Some(mut data) = data {
        data.long = Some(Long { stack, random, flat, deep });
        store::save(&data)?;
        println!("written: {}", store::path().display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what was found; hands it back if it is good.
fn tell<F: Found>(result: Result<F, String>) -> Option<F> {
    let good = result.as_ref().is_ok_and(F::is_good);
    let found = result.as_ref().map_or_else(String::clone, F::found);
    let verdict = if good { "ok" } else { "FAILED" };
    println!("{verdict}: {}: {found}\n    expected: {}", child::name(&F::LOAD), F::EXPECTED);
    result.ok().filter(|_| good)
}

/// Runs one of them in this process. `stack` is the size of the thread's stack in KiB.
pub fn child(load: Load, stack: usize) -> io::Result<()> {
    let found = match load {
        Load::Stack => serde_json::to_string(&on_stack(stack)?),
        Load::Random => serde_json::to_string(&random_graphs(10_000, 18)),
        Load::Flat => serde_json::to_string(&flat(100_000)?),
        Load::Deep => serde_json::to_string(&deep(10_000_000)?),
    };
    println!("{}", found?);
    Ok(())
}

fn measure<F: Found>(stack: usize) -> Result<F, Failure> {
    let mut command = child::own("load").map_err(Failure::NotRun)?;
    process::answer(command.args([child::name(&F::LOAD), stack.to_string()]), LIMIT)
}

/// Halves the stack until it overflows, or to the least that Linux gives a thread.
fn smallest_stack(run: impl Fn(usize) -> Result<Stack, Failure>) -> Result<Stack, String> {
    let mut smallest = None;
    for kib in [1024, 512, 256, 128, 64, 32, 16] {
        match (run(kib), smallest) {
            (Ok(found), _) => smallest = Some(found),
            (Err(Failure::Overflow), Some(found)) => return Ok(found),
            // Any other failure says nothing about the stack.
            (Err(failure), _) => return Err(format!("on a stack of {kib} KiB: {failure}")),
        }
    }
    smallest.ok_or_else(|| "no stack was tried".into())
}

impl Found for Stack {
    const LOAD: Load = Load::Stack;
    const EXPECTED: &str = "the right gradient, on at most 128 KiB";

    fn found(&self) -> String {
        let Stack { calls, stack_kib } = self;
        format!("{calls} calls built, differentiated and freed on a stack of {stack_kib} KiB")
    }

    fn is_good(&self) -> bool {
        self.stack_kib <= 128
    }
}

fn on_stack(kib: usize) -> io::Result<Stack> {
    let calls = 1_000_000;
    let thread = thread::Builder::new().stack_size(kib * 1024).spawn(move || run_chain(calls))?;
    thread.join().expect("the thread does not panic")?;
    Ok(Stack { calls, stack_kib: kib })
}

/// Builds a chain, differentiates it, frees it.
fn run_chain(calls: u32) -> io::Result<()> {
    let x = Variable::from(1.0);
    let y = chain(&x, calls);
    y.backward();
    drop(y);
    right(gradient(&x), calls.into())
}

fn chain(x: &Variable, calls: u32) -> Variable {
    (0..calls).fold(Variable::from(0.0), |y, _| add(&y, x))
}

fn gradient(x: &Variable) -> f64 {
    x.grad().map_or(0.0, |gx| gx.sum())
}

fn right(found: f64, expected: f64) -> io::Result<()> {
    let wrong = || Error::other(format!("the gradient is {found}, not {expected}"));
    if found == expected { Ok(()) } else { Err(wrong()) }
}

/// One call of a random graph: indices of variables that exist.
#[derive(Clone, Copy)]
enum Call {
    Add(usize, usize),
    Square(usize),
    Exp(usize),
}

impl Found for Random {
    const LOAD: Load = Load::Random;
    const EXPECTED: &str =
        "gradients within 1e-9 of those of dual numbers, after a second backward twice them";

    fn found(&self) -> String {
        let Random { graphs, calls, largest_relative_difference, .. } = self;
        format!("{graphs} random graphs, {calls} calls: within {largest_relative_difference:.1e}")
    }

    fn is_good(&self) -> bool {
        self.largest_relative_difference <= 1e-9
    }
}

fn random_graphs(graphs: usize, seed: u64) -> Random {
    let mut random = StdRng::seed_from_u64(seed);
    let mut calls = 0;
    let mut largest = 0.0_f64;
    for _ in 0..graphs {
        let leaves = Vec::from_iter((0..random.random_range(1..4)).map(|_| random.random()));
        let plan = plan(&leaves, &mut random);
        calls += plan.len();
        largest = largest.max(difference(&leaves, &plan));
    }
    Random { graphs, seed, calls, largest_relative_difference: largest }
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

impl Found for Flat {
    const LOAD: Load = Load::Flat;
    const EXPECTED: &str = "right gradients, no byte left, at most 1 MB more resident";

    fn found(&self) -> String {
        let Flat { graphs, bytes_left, resident_grown } = self;
        let grown = resident_grown.map_or("unknown".into(), |bytes| format!("{bytes} bytes"));
        format!("{graphs} graphs made and dropped: {bytes_left} bytes left, more resident: {grown}")
    }

    fn is_good(&self) -> bool {
        self.bytes_left == 0 && self.resident_grown.is_none_or(|bytes| bytes <= 1_000_000)
    }
}

fn flat(graphs: usize) -> io::Result<Flat> {
    right(tiny(), 64.0)?;
    let before = alloc::resident().map(|resident| resident.0);
    alloc::start();
    let live = alloc::live();
    (0..graphs).try_for_each(|_| right(tiny(), 64.0))?;
    let bytes_left = alloc::live() - live;
    let after = alloc::resident().map(|resident| resident.0);
    let resident_grown = before.zip(after).map(|(before, after)| after.saturating_sub(before));
    Ok(Flat { graphs, bytes_left, resident_grown })
}

/// The graph of step 16, differentiated.
fn tiny() -> f64 {
    let x = Variable::from(2.0);
    let a = square(&x);
    add(&square(&a), &square(&a)).backward();
    gradient(&x)
}

impl Found for Deep {
    const LOAD: Load = Load::Deep;
    const EXPECTED: &str = "the right gradient, at most 6 GB resident";

    fn found(&self) -> String {
        let Deep { calls, bytes, resident, seconds } = self;
        let gigabytes = |bytes: usize| format!("{:.2} GB", bytes as f64 / GIGABYTE);
        format!(
            "{calls} calls: {} asked for, resident: {}, {seconds:.1} s with building, freeing and \
             counting",
            gigabytes(*bytes),
            resident.map_or("unknown".into(), gigabytes)
        )
    }

    fn is_good(&self) -> bool {
        self.resident.unwrap_or(self.bytes) as f64 <= 6.0 * GIGABYTE
    }
}

fn deep(calls: u32) -> io::Result<Deep> {
    alloc::start();
    let live = alloc::live();
    let start = Instant::now();
    run_chain(calls)?;
    let seconds = start.elapsed().as_secs_f64();
    let bytes = alloc::peak() - live;
    Ok(Deep { calls, bytes, resident: alloc::resident().map(|resident| resident.1), seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As if this much were needed.
    fn needs(least: usize) -> impl Fn(usize) -> Result<Stack, Failure> {
        move |stack_kib| {
            let found = Stack { calls: 1, stack_kib };
            if stack_kib >= least { Ok(found) } else { Err(Failure::Overflow) }
        }
    }

    #[test]
    fn the_smallest_stack_is_found() {
        assert_eq!(smallest_stack(needs(64)).unwrap().stack_kib, 64);
        assert_eq!(smallest_stack(needs(0)).unwrap().stack_kib, 16);
    }

    #[test]
    fn an_overflow_on_the_largest_stack_is_told() {
        let reason = smallest_stack(needs(2048)).unwrap_err();
        assert_eq!(reason, "on a stack of 1024 KiB: its recursion overflows the stack");
    }

    #[test]
    fn another_failure_is_no_overflow() {
        let late = |kib| match kib {
            64 => Err(Failure::TooLong(LIMIT)),
            _ => needs(0)(kib),
        };
        let reason = smallest_stack(late).unwrap_err();
        assert_eq!(reason, "on a stack of 64 KiB: took more than 600s");
    }

    #[test]
    fn a_wrong_gradient_is_told() {
        assert!(right(2.0, 2.0).is_ok());
        let error = right(f64::NAN, 2.0).unwrap_err();
        assert_eq!(error.to_string(), "the gradient is NaN, not 2");
    }

    #[test]
    fn random_graphs_agree_with_dual_numbers() {
        let found = random_graphs(100, 1);
        assert!(found.is_good() && found.calls > 1000, "{}", found.found());
    }
}
