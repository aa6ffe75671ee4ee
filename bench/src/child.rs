//! Processes that measure.

use crate::engines::Engine;
use crate::measure::{Mode, Report};
use crate::workloads::Workload;
use clap::ValueEnum;
use std::env;
use std::io::Read;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

/// Set for every process that measures. The first two tell glibc to keep the memory that it was
/// given back, else the page faults of large arrays are measured and not the work. The others keep
/// Python's libraries, and rayon, on one thread.
pub const ENV: [(&str, &str); 5] = [
    ("MALLOC_MMAP_THRESHOLD_", "4294967296"),
    ("MALLOC_TRIM_THRESHOLD_", "4294967296"),
    ("OMP_NUM_THREADS", "1"),
    ("MKL_NUM_THREADS", "1"),
    ("RAYON_NUM_THREADS", "1"),
];

const LONGEST: Duration = Duration::from_secs(120);

/// Prints what the driver reads.
pub fn print(report: &Report) {
    println!("{}", serde_json::to_string(report).expect("a report is plain data"));
}

/// Measures in a new process; the error says in a few words why that failed.
pub fn measure(
    engine: Engine,
    workload: Workload,
    size: usize,
    mode: Mode,
    python: Option<&Path>,
) -> Result<Report, String> {
    let mut command = command(engine, python)?;
    command.args([engine.name(), name(workload), size.to_string(), name(mode)]);
    let text = output(&mut command, LONGEST)?;
    serde_json::from_str(&text).map_err(|error| format!("unreadable answer: {error}"))
}

/// The name of a value on the command line.
pub fn name(value: impl ValueEnum) -> String {
    value.to_possible_value().expect("nothing is hidden").get_name().to_owned()
}

fn command(engine: Engine, python: Option<&Path>) -> Result<Command, String> {
    if engine.is_python() {
        let mut command = Command::new(python.ok_or("there is no Python")?);
        command.arg(crate::machine::script());
        return Ok(command);
    }
    let mut command = Command::new(env::current_exe().map_err(|error| error.to_string())?);
    command.arg("child");
    Ok(command)
}

/// What the command prints, if it ends well and in time.
pub fn output(command: &mut Command, longest: Duration) -> Result<String, String> {
    let mut child = command
        .envs(ENV)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())?;
    let status = child.wait_timeout(longest).map_err(|error| error.to_string())?;
    let Some(status) = status else {
        child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
        return Err(format!("took more than {} s", longest.as_secs()));
    };
    if !status.success() {
        return Err(ended(status, &read(child.stderr.take())?));
    }
    read(child.stdout.take())
}

fn read(pipe: Option<impl Read>) -> Result<String, String> {
    let mut text = String::new();
    let mut pipe = pipe.expect("the child was started with a pipe");
    pipe.read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

fn ended(status: ExitStatus, errors: &str) -> String {
    if errors.contains("overflowed its stack") {
        return "its recursion overflows the stack".into();
    }
    let last = errors.lines().rfind(|line| !line.trim().is_empty());
    format!("ended with {status}: {}", last.unwrap_or("without a message"))
}
