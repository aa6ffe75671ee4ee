//! What the steps cost, beside other frameworks: see README.md.
//!
//! `driver` starts one process for each engine, workload and round (`child`); there `engines` says
//! how an engine does a workload, and `measure` times it. What comes out is printed by `table` and
//! kept by `store`, in the form that the crate `results` gives it. `long` puts the last step under
//! load; `pieces` counts what each piece of `fast` gains. Begin with `workloads`.

mod alloc;
mod child;
mod driver;
mod engines;
mod long;
mod machine;
mod measure;
mod options;
mod pieces;
mod process;
mod python;
mod store;
mod table;
mod workloads;

use clap::{Parser, Subcommand};
use long::Load;
use measure::{Bench, Mode};
use options::Options;
use results::{Engine, Workload};
use std::process::ExitCode;
use workloads::Task;

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

#[derive(Subcommand)]
enum Command {
    /// Puts step 18 under load: deep graphs, random graphs, many graphs. Fails if one goes wrong
    Long {
        /// Adds what was found to results.json
        #[arg(long)]
        save: bool,
    },
    /// Counts the instructions and the bytes that each piece of `fast` saves. Needs valgrind
    Pieces {
        /// Writes pieces.json
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
    let code = match cli.command {
        Some(Command::Child { engine, workload, size, mode }) => {
            let bench = Bench { task: Task { workload, size }, mode };
            child::print(&engines::run(engine, &bench));
            Ok(ExitCode::SUCCESS)
        }
        Some(Command::Long { save }) => long::run(save),
        Some(Command::Pieces { save }) => pieces::run(save).map(|()| ExitCode::SUCCESS),
        Some(Command::Load { load, stack }) => long::child(load, stack).map(|()| ExitCode::SUCCESS),
        None => driver::run(&cli.options),
    };
    code.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::FAILURE
    })
}
