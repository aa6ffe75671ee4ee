//! What the steps cost, beside other frameworks: see README.md.

mod alloc;
mod child;
mod data;
mod driver;
mod engines;
mod long;
mod machine;
mod measure;
mod table;
mod workloads;

use clap::{Args, Parser, Subcommand};
use engines::Engine;
use long::Load;
use measure::{Bench, Mode};
use std::path::PathBuf;
use std::process::ExitCode;
use workloads::Workload;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

/// Measures the steps beside other frameworks. Without options: everything, and the results are
/// written to bench/results.json.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

/// What is measured, and how often.
#[derive(Args)]
pub struct Options {
    /// Two rounds, and fewer sizes
    #[arg(long)]
    quick: bool,
    /// Only these engines
    #[arg(long, value_enum, value_delimiter = ',')]
    engine: Vec<Engine>,
    /// Only these workloads
    #[arg(long, value_enum, value_delimiter = ',')]
    workload: Vec<Workload>,
    /// How often each engine is measured; a third of it for large sizes
    #[arg(long)]
    rounds: Option<usize>,
    /// Seed of the order in which the engines take turns
    #[arg(long, default_value_t = 18)]
    seed: u64,
    /// A Python with PyTorch and DeZero, if it is not bench/python/.venv or `python3`
    #[arg(long, env = "BENCH_PYTHON")]
    python: Option<PathBuf>,
    /// Writes results.json, also if this was not a full run
    #[arg(long)]
    save: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Puts step 18 under load: deep graphs, random graphs, many graphs. Fails if one goes wrong
    Long {
        /// Adds what was found to results.json
        #[arg(long)]
        save: bool,
    },
    /// Runs one of the loads in this process.
    #[command(hide = true)]
    Load { load: Load, stack: usize },
    /// Measures one engine in this process.
    #[command(hide = true)]
    Child { engine: Engine, workload: Workload, size: usize, mode: Mode },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command {
        Some(Command::Child { engine, workload, size, mode }) => {
            child::print(&engine.run(&Bench { workload, size, mode }));
            ExitCode::SUCCESS
        }
        Some(Command::Long { save }) => long::run(save),
        Some(Command::Load { load, stack }) => {
            long::child(load, stack);
            ExitCode::SUCCESS
        }
        None => driver::run(&cli.options),
    }
}
