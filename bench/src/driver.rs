//! Every engine on every workload, each in a process of its own, in random order.

use crate::measure::{Memory, Mode, Report, Times, median};
use crate::options::Options;
use crate::process::ENV;
use crate::python::{self, Python};
use crate::workloads::{self, Task};
use crate::{child, engines, machine, store, table};
use clap::ValueEnum;
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};
use results::{Data, Engine, Long, Row, Skipped, Workload};
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// One cell of the tables.
struct Cell {
    engine: Engine,
    task: Task,
    rounds: usize,
    times: Vec<Times>,
    memory: Option<Memory>,
    /// Why it is not measured, or no longer.
    gap: Option<String>,
    /// Whether the gap is an error.
    wrong: bool,
}

/// Measures what the options ask for, prints it, and keeps it if it is a full run.
pub fn run(options: &Options) -> io::Result<ExitCode> {
    // Read first: who finds out after an hour that it has another form has lost the hour.
    let long = store::load()?.and_then(|data| data.long);
    let path = python::find(options.python.as_deref());
    let python = python::probe(&path);
    let runner = Runner { path: python.version.is_some().then_some(path), seed: options.seed };
    let mut cells = cells(options, &python);
    print_start(&cells, options);
    runner.run(&mut cells);
    let wrong = cells.iter().any(|cell| cell.wrong);
    let data = collect(cells, options, python, long);
    table::print(&data.results, &data.skipped);
    if options.save || options.is_full() {
        store::save(&data)?;
        println!("\nwritten: {}", store::path().display());
    }
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn print_start(cells: &[Cell], options: &Options) {
    let count = cells.iter().filter(|cell| cell.gap.is_none()).count();
    println!(
        "{count} pairs of engine and workload, {} rounds ({} for chains of 100000 and more), \
         order by seed {}",
        options.rounds(),
        options.rounds_large(),
        options.seed
    );
    let environment: Vec<_> = ENV.iter().map(|(name, value)| format!("{name}={value}")).collect();
    println!("environment of each process: {}", environment.join(" "));
}

fn cells(options: &Options, python: &Python) -> Vec<Cell> {
    let mut cells = Vec::new();
    for &workload in Workload::value_variants() {
        for &size in workloads::sizes(workload, options.quick) {
            let engines = Engine::value_variants().iter().copied();
            let wanted = engines.filter(|&engine| options.wants(engine, workload));
            cells.extend(wanted.map(|engine| {
                let task = Task { workload, size };
                let gap = absent(engine, python).or(engines::left_out(engine, workload));
                Cell {
                    engine,
                    task,
                    rounds: if task.is_large() { options.rounds_large() } else { options.rounds() },
                    times: Vec::new(),
                    memory: None,
                    gap: gap.map(Into::into),
                    wrong: false,
                }
            }));
        }
    }
    cells
}

fn absent(engine: Engine, python: &Python) -> Option<&'static str> {
    match engine {
        Engine::Torch | Engine::Dezero if python.version.is_none() => Some("there is no Python"),
        Engine::Torch if python.torch.is_none() => Some("not installed in this Python"),
        Engine::Dezero if python.dezero.is_none() => Some("not installed in this Python"),
        _ => None,
    }
}

struct Runner {
    path: Option<PathBuf>,
    seed: u64,
}

impl Runner {
    fn run(&self, cells: &mut [Cell]) {
        let start = Instant::now();
        let mut random = StdRng::seed_from_u64(self.seed);
        let rounds = cells.iter().map(|cell| cell.rounds).max().unwrap_or(0);
        for cell in cells.iter_mut() {
            cell.measure(Mode::Memory, self.path.as_deref());
        }
        for round in 0..rounds {
            eprintln!("round {} of {rounds}, {} s", round + 1, start.elapsed().as_secs());
            let mut order: Vec<_> = (0..cells.len()).collect();
            order.shuffle(&mut random);
            for cell in order {
                if round < cells[cell].rounds {
                    cells[cell].measure(Mode::Time, self.path.as_deref());
                }
            }
        }
    }
}

impl Cell {
    fn measure(&mut self, mode: Mode, python: Option<&Path>) {
        if self.gap.is_some() {
            return;
        }
        match child::measure(self.engine, self.task, mode, python) {
            Ok(Report::Time(times)) => self.times.push(times),
            Ok(Report::Memory(memory)) => self.memory = Some(memory),
            Ok(Report::Done) => (),
            Ok(Report::Wrong(reason)) => {
                self.wrong = true;
                self.gap = Some(reason);
            }
            Err(reason) => self.gap = Some(reason),
        }
    }

    fn result(&self) -> Result<Row, Skipped> {
        let Cell { engine, task, .. } = *self;
        let Task { workload, size } = task;
        if let Some(reason) = self.gap.clone() {
            return Err(Skipped { engine, workload, size, reason });
        }
        let part = |part: fn(&Times) -> Option<f64>| -> Vec<f64> {
            self.times.iter().filter_map(part).collect()
        };
        let totals = part(|times| Some(times.total_ns));
        let round = |value: f64| (value * 10.0).round() / 10.0;
        let bytes = |bytes: fn(&Memory) -> Option<f64>| self.memory.as_ref().and_then(bytes);
        Ok(Row {
            engine,
            workload,
            size,
            forward_ns: round(median(part(|times| Some(times.forward_ns)))),
            backward_ns: task
                .differentiates()
                .then(|| round(median(part(|times| times.backward_ns)))),
            free_ns: round(median(part(|times| Some(times.free_ns)))),
            total_ns: round(median(totals.clone())),
            min_total_ns: round(totals.iter().copied().fold(f64::INFINITY, f64::min)),
            max_total_ns: round(totals.iter().copied().fold(0.0, f64::max)),
            bytes_per_call: bytes(|memory| memory.bytes_per_call).map(round),
            rss_per_call: bytes(|memory| memory.rss_per_call).map(round),
            leaks: engines::leaks(engine),
        })
    }
}

fn collect(cells: Vec<Cell>, options: &Options, python: Python, long: Option<Long>) -> Data {
    let mut results = Vec::new();
    let mut skipped = Vec::new();
    for cell in cells {
        match cell.result() {
            Ok(row) => results.push(row),
            Err(gap) => skipped.push(gap),
        }
    }
    Data {
        date: jiff::Zoned::now().date().to_string(),
        machine: machine::describe(python),
        rounds: options.rounds(),
        rounds_large: options.rounds_large(),
        seed: options.seed,
        env: ENV.map(|(name, value)| (name.into(), value.into())).into(),
        results,
        skipped,
        long,
    }
}
