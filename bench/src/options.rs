//! What a run is asked to measure.

use clap::Args;
use results::{Engine, Workload};
use std::path::PathBuf;

/// What is measured, and how often.
#[derive(Args, Default)]
pub struct Options {
    /// Two rounds, and fewer sizes
    #[arg(long)]
    pub quick: bool,
    /// Only these engines
    #[arg(long, value_enum, value_delimiter = ',')]
    pub engine: Vec<Engine>,
    /// Only these workloads
    #[arg(long, value_enum, value_delimiter = ',')]
    pub workload: Vec<Workload>,
    /// How often each engine is measured; a third of it for large sizes
    #[arg(long)]
    pub rounds: Option<usize>,
    /// Seed of the order in which the engines take turns
    #[arg(long, default_value_t = 18)]
    pub seed: u64,
    /// A Python with `PyTorch` and DeZero, if it is not bench/python/.venv or `python3`
    #[arg(long, env = "BENCH_PYTHON")]
    pub python: Option<PathBuf>,
    /// Writes results.json, also if this was not a full run
    #[arg(long)]
    pub save: bool,
}

impl Options {
    /// Whether everything is measured as often as it should be.
    pub fn is_full(&self) -> bool {
        let filtered = !self.engine.is_empty() || !self.workload.is_empty();
        !self.quick && !filtered && self.rounds.is_none()
    }

    /// How often each engine is measured.
    pub fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 2 } else { 15 }).max(1)
    }

    /// How often on large sizes.
    pub fn rounds_large(&self) -> usize {
        self.rounds().div_ceil(3)
    }

    /// Whether the engine is to be measured on the workload.
    pub fn wants(&self, engine: Engine, workload: Workload) -> bool {
        let engines = self.engine.is_empty() || self.engine.contains(&engine);
        engines && (self.workload.is_empty() || self.workload.contains(&workload))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_options_everything_is_measured() {
        let options = Options::default();
        assert!(options.is_full() && options.wants(Engine::Burn, Workload::Chain));
        assert_eq!((options.rounds(), options.rounds_large()), (15, 5));
    }

    #[test]
    fn a_part_of_it_is_no_full_run() {
        let options = Options { engine: vec![Engine::Floor], ..Options::default() };
        assert!(!options.is_full());
        assert!(options.wants(Engine::Floor, Workload::Chain));
        assert!(!options.wants(Engine::Burn, Workload::Chain));
    }

    #[test]
    fn there_is_always_a_round() {
        let options = Options { rounds: Some(0), ..Options::default() };
        assert_eq!((options.rounds(), options.rounds_large()), (1, 1));
    }
}
