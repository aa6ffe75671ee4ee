//! One engine on one workload, in a process of its own.

use crate::alloc;
use crate::workloads::{Task, Values};
use cpu_time::ProcessTime;
use results::Workload;
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};
use std::hint::black_box;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// A workload as one engine does it.
pub trait Case {
    /// What exists before the clock starts and after it stops.
    type Leaf;
    /// What `forward` builds and freeing frees.
    type Graph;

    /// Makes what the graph starts from.
    fn leaf(&self) -> Self::Leaf;

    /// Builds the graph.
    fn forward(&self, leaf: &Self::Leaf) -> Self::Graph;

    /// Computes the gradients.
    fn backward(&self, graph: &mut Self::Graph);

    /// The results, read after `backward`.
    fn values(&self, graph: &Self::Graph) -> Values;
}

/// What a process measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The time of many graphs.
    Time,
    /// The memory of one graph.
    Memory,
    /// Nothing: so many graphs are run, for those who count from outside.
    Graphs(usize),
}

impl Display for Mode {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Mode::Time => f.write_str("time"),
            Mode::Memory => f.write_str("memory"),
            Mode::Graphs(graphs) => graphs.fmt(f),
        }
    }
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "time" => Ok(Mode::Time),
            "memory" => Ok(Mode::Memory),
            _ => text.parse().map(Mode::Graphs).map_err(|_| {
                format!("expected `time`, `memory` or a number of graphs, not `{text}`")
            }),
        }
    }
}

/// What a process found.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Report {
    /// Nanoseconds per call.
    Time(Times),
    /// Bytes per call.
    Memory(Memory),
    /// The graphs were run.
    Done,
    /// A wrong result.
    Wrong(String),
}

/// Nanoseconds per call: medians over the graphs of one process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Times {
    /// Building the graph.
    pub forward_ns: f64,
    /// Computing the gradients; `None` where nothing is differentiated.
    pub backward_ns: Option<f64>,
    /// Freeing the graph and the gradients.
    pub free_ns: f64,
    /// Everything.
    pub total_ns: f64,
}

/// Bytes per call at the peak.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Memory {
    /// What the engine asked its allocator for; `None` where it cannot be counted.
    pub bytes_per_call: Option<f64>,
    /// What the process grew by; `None` for graphs too small to be seen.
    pub rss_per_call: Option<f64>,
}

/// Which workload is measured, and how.
#[derive(Clone, Copy, Debug)]
pub struct Bench {
    /// The workload and its size.
    pub task: Task,
    /// Time or memory.
    pub mode: Mode,
}

/// Times of the parts of some graphs.
struct Lap {
    forward: Duration,
    backward: Duration,
    free: Duration,
    total: Duration,
}

const WARM_UP: Duration = Duration::from_millis(30);
const ENOUGH: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(2);
const LEAST_LAPS: usize = 3;

impl Bench {
    /// Measures `case`.
    pub fn run(&self, case: &impl Case) -> Report {
        let result = match self.mode {
            Mode::Time => self.time(case).map(Report::Time),
            Mode::Memory => self.memory(case).map(Report::Memory),
            Mode::Graphs(graphs) => self.graphs(case, graphs).map(|()| Report::Done),
        };
        result.unwrap_or_else(Report::Wrong)
    }

    fn time(&self, case: &impl Case) -> Result<Times, String> {
        let start = Instant::now();
        self.check(case)?;
        while start.elapsed() < WARM_UP {
            self.lap(case);
        }
        let start = Instant::now();
        let mut laps = Vec::new();
        while laps.is_empty() || start.elapsed() < ENOUGH || needs_more(&laps, start) {
            laps.push(self.lap(case));
        }
        self.check(case)?;
        Ok(self.medians(&laps))
    }

    fn graphs(&self, case: &impl Case, graphs: usize) -> Result<(), String> {
        let leaf = case.leaf();
        for _ in 0..graphs {
            black_box(self.graph(case, &leaf));
        }
        self.check(case)
    }

    /// Runs one graph and looks at its results. It also serves to warm up.
    fn check<C: Case>(&self, case: &C) -> Result<(), String> {
        let graph = self.graph(case, &case.leaf());
        self.task.check(&case.values(&graph))
    }

    fn graph<C: Case>(&self, case: &C, leaf: &C::Leaf) -> C::Graph {
        let mut graph = case.forward(leaf);
        if self.task.differentiates() {
            case.backward(&mut graph);
        }
        graph
    }

    /// The parts, each for the whole batch; then, if it is more than one graph, everything from
    /// graph to graph. Processor time: other programs disturb it less than the time of day.
    fn lap<C: Case>(&self, case: &C) -> Lap {
        let batch = self.task.batch();
        let leaves = Vec::from_iter((0..batch).map(|_| case.leaf()));
        let mut graphs = Vec::with_capacity(batch);
        let start = ProcessTime::now();
        graphs.extend(leaves.iter().map(|leaf| case.forward(leaf)));
        let forward = start.elapsed();
        if self.task.differentiates() {
            for graph in &mut graphs {
                case.backward(graph);
            }
        }
        let backward = start.elapsed() - forward;
        black_box(&mut graphs).clear();
        let total = start.elapsed();
        let free = total - forward - backward;
        if batch == 1 {
            return Lap { forward, backward, free, total };
        }
        let leaves = Vec::from_iter((0..batch).map(|_| case.leaf()));
        let start = ProcessTime::now();
        for leaf in &leaves {
            black_box(self.graph(case, leaf));
        }
        Lap { forward, backward, free, total: start.elapsed() }
    }

    fn medians(&self, laps: &[Lap]) -> Times {
        let calls = (self.task.calls() * self.task.batch()) as f64;
        let part = |part: fn(&Lap) -> Duration| {
            median(laps.iter().map(|lap| part(lap).as_nanos() as f64 / calls).collect())
        };
        Times {
            forward_ns: part(|lap| lap.forward),
            backward_ns: self.task.differentiates().then(|| part(|lap| lap.backward)),
            free_ns: part(|lap| lap.free),
            total_ns: part(|lap| lap.total),
        }
    }

    fn memory<C: Case>(&self, case: &C) -> Result<Memory, String> {
        let resident = alloc::resident();
        alloc::start();
        let live = alloc::live();
        let leaf = case.leaf();
        let graph = self.graph(case, &leaf);
        let bytes = alloc::peak() - live;
        let grown = resident.zip(alloc::resident()).map(|(old, new)| new.1 - old.0);
        self.task.check(&case.values(&graph))?;
        let calls = self.task.calls() as f64;
        // Of a small graph, pages and the program's own memory are what is seen.
        let large = self.task.workload == Workload::Arrays || self.task.calls() >= 10_000;
        let grown = grown.filter(|_| large);
        Ok(Memory {
            bytes_per_call: Some(bytes as f64 / calls),
            rss_per_call: grown.map(|grown| grown as f64 / calls),
        })
    }
}

/// A median wants some laps, unless they are very long.
fn needs_more(laps: &[Lap], start: Instant) -> bool {
    laps.len() < LEAST_LAPS && start.elapsed() < LONG
}

/// The middle of `values`, which must not be empty.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len() % 2 == 1 { values[middle] } else { values[middle - 1].midpoint(values[middle]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median(vec![7.0]), 7.0);
    }

    #[test]
    fn one_slow_round_does_not_move_it() {
        assert_eq!(median(vec![1.0, 2.0, 1e9]), 2.0);
    }

    #[test]
    fn a_mode_is_read_as_it_is_written() {
        for mode in [Mode::Time, Mode::Memory, Mode::Graphs(12)] {
            assert_eq!(mode.to_string().parse(), Ok(mode));
        }
        let error = "tame".parse::<Mode>().unwrap_err();
        assert_eq!(error, "expected `time`, `memory` or a number of graphs, not `tame`");
    }

    const TINY: Task = Task { workload: Workload::Tiny, size: 1 };

    /// A graph that is its own result.
    struct Fixed(f64);

    impl Case for Fixed {
        type Leaf = ();
        type Graph = Values;

        fn leaf(&self) {}

        fn forward(&self, (): &()) -> Values {
            Values { y: vec![32.0], gx: None }
        }

        fn backward(&self, graph: &mut Values) {
            graph.gx = Some(vec![self.0]);
        }

        fn values(&self, graph: &Values) -> Values {
            graph.clone()
        }
    }

    #[test]
    fn a_right_result_is_measured() {
        let report = Bench { task: TINY, mode: Mode::Time }.run(&Fixed(64.0));
        let Report::Time(times) = report else { panic!("{report:?}") };
        assert!(times.total_ns > 0.0 && times.backward_ns.is_some(), "{times:?}");
    }

    #[test]
    fn a_wrong_result_is_reported() {
        let report = Bench { task: TINY, mode: Mode::Memory }.run(&Fixed(96.0));
        let Report::Wrong(reason) = report else { panic!("{report:?}") };
        assert_eq!(reason, "wrong gradient: 96, not 64");
    }
}
