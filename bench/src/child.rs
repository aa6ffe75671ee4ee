//! Processes that measure.

use crate::measure::{Mode, Report};
use crate::workloads::Task;
use crate::{process, python};
use clap::ValueEnum;
use results::Engine;
use std::env;
use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

const LIMIT: Duration = Duration::from_mins(2);

/// Prints what the driver reads.
pub fn print(report: &Report) {
    println!("{}", serde_json::to_string(report).expect("a report is plain data"));
}

/// Measures in a new process; the error says in a few words why that failed.
pub fn measure(
    engine: Engine,
    task: Task,
    mode: Mode,
    python: Option<&Path>,
) -> Result<Report, String> {
    let mut command = command(engine, task, mode, python)?;
    process::answer(&mut command, LIMIT).map_err(|failure| failure.to_string())
}

/// The process that measures.
pub fn command(
    engine: Engine,
    Task { workload, size }: Task,
    mode: Mode,
    python: Option<&Path>,
) -> Result<Command, String> {
    let mut command = match python {
        _ if !is_python(engine) => own("child").map_err(|error| error.to_string())?,
        Some(python) => python::command(python),
        None => return Err("there is no Python".into()),
    };
    command.args([engine.to_string(), workload.to_string(), size.to_string(), mode.to_string()]);
    Ok(command)
}

/// Whether `python/run.py` runs the engine.
pub fn is_python(engine: Engine) -> bool {
    matches!(engine, Engine::Torch | Engine::Dezero)
}

/// One of the commands of this program.
pub fn own(name: &str) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(name);
    Ok(command)
}

/// The name of a value on the command line.
pub fn name(value: &impl ValueEnum) -> String {
    value.to_possible_value().expect("nothing is hidden").get_name().to_owned()
}
