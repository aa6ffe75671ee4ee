//! Running cargo, and programs that may never end.

use anyhow::{Context, Result};
use lessons::Workspace;
use serde_json::Value;
use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// More than any session prints. A loop that prints would fill the memory.
const MOST_BYTES: u64 = 1 << 20;

/// What a program did.
pub struct Run {
    pub stdout: String,
    pub stderr: String,
    pub end: End,
}

/// How a program ended.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    Exited(ExitStatus),
    /// It was still running after its time, and was stopped.
    TooLong,
    /// It printed without end, and was stopped.
    TooMuch,
}

/// What compiling came to.
pub enum Build {
    Done(Vec<Executable>),
    /// It does not compile.
    Failed(CompileError),
}

/// A program that cargo has built.
pub struct Executable {
    /// `lib`, `bin` or `test`.
    pub kind: String,
    pub name: String,
    pub path: PathBuf,
}

/// The first error of a build.
pub struct CompileError {
    /// As the compiler shows it.
    pub message: String,
    /// The file it is in, from the workspace.
    pub file: String,
    /// How many errors there are.
    pub count: usize,
}

/// The cargo that runs us, in the root of the workspace.
pub fn cargo(workspace: &Workspace) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&workspace.root);
    command
}

/// Runs `cargo` with `arguments`, which build something.
pub fn build(workspace: &Workspace, arguments: &[&str]) -> Result<Build> {
    let format = "--message-format=json-diagnostic-rendered-ansi";
    let output = cargo(workspace).args(arguments).args(["--quiet", format]).output();
    let output = output.context("cargo cannot be started")?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let messages: Vec<Value> =
        stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    if output.status.success() {
        return Ok(Build::Done(messages.iter().filter_map(executable).collect()));
    }
    let errors = messages.iter().filter_map(|message| message.get("message"));
    let errors: Vec<&Value> = errors
        .filter(|error| {
            error["level"] == "error" && error["spans"].as_array().is_some_and(|s| !s.is_empty())
        })
        .collect();
    Ok(Build::Failed(match errors.first() {
        Some(error) => CompileError {
            message: error["rendered"].as_str().unwrap_or_default().into(),
            file: primary_file(error).replace('\\', "/"),
            count: errors.len(),
        },
        None => CompileError {
            message: String::from_utf8_lossy(&output.stderr).into(),
            file: String::new(),
            count: 1,
        },
    }))
}

fn executable(message: &Value) -> Option<Executable> {
    let path = message["executable"].as_str()?.into();
    let target = &message["target"];
    let kind = target["kind"].get(0)?.as_str()?.into();
    Some(Executable { kind, name: target["name"].as_str()?.into(), path })
}

fn primary_file(error: &Value) -> String {
    let spans = error["spans"].as_array().into_iter().flatten();
    let mut primary = spans.filter(|span| span["is_primary"] == true);
    primary.next().and_then(|span| span["file_name"].as_str()).unwrap_or_default().into()
}

/// Runs a program for `limit` at most.
pub fn run(program: &Path, arguments: &[&str], folder: &Path, limit: Duration) -> Result<Run> {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} cannot be started", program.display()))?;
    let stdout = read_in_background(child.stdout.take());
    let stderr = read_in_background(child.stderr.take());
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    let mut end = loop {
        if let Some(status) = child.try_wait()? {
            break End::Exited(status);
        }
        if start.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            break End::TooLong;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    };
    let (stdout, stderr) = (text(stdout), text(stderr));
    if stdout.len() as u64 >= MOST_BYTES {
        end = End::TooMuch;
    }
    Ok(Run { stdout, stderr, end })
}

/// Reads until the end or until it is too much. The pipe is closed then, which ends a program that
/// goes on printing.
fn read_in_background(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What was read before an error is all there is to show.
            let _ = pipe.take(MOST_BYTES).read_to_end(&mut bytes);
        }
        bytes
    })
}

fn text(reader: JoinHandle<Vec<u8>>) -> String {
    let bytes = reader.join().unwrap_or_default();
    String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
}
