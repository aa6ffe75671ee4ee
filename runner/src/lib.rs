//! Runs a program for a limited time, and reads what it prints meanwhile.
//!
//! In goes a [`Command`] and its [`Limits`]; out comes a [`Run`]: what was printed, and how it ended.
//! All that the program has started ends with it; where the user presses Ctrl-C, too. The workbench
//! runs cargo and the reader's programs with it, the benchmark runs what it measures.
//!
//! No library does all of it: to read while it waits, and to end a program with its children, without
//! adding to what a reader has to compile.

#![allow(clippy::missing_errors_doc, reason = "only starting a program can fail")]

mod tree;

use std::io::{self, Read};
use std::mem;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tree::Tree;

/// How long a pipe may stay open when its program has ended: something else may hold it.
const GRACE: Duration = Duration::from_millis(500);

/// What a program may use up.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may run.
    pub time: Duration,
    /// How many bytes it may print, to each of its two outputs.
    pub bytes: usize,
}

/// What a program did.
#[derive(Debug)]
pub struct Run {
    /// What it printed, with `\n` at line ends.
    pub stdout: String,
    /// What it printed as errors, with `\n` at line ends.
    pub stderr: String,
    /// How it ended.
    pub end: End,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself.
    Exited(ExitStatus),
    /// It was still running after its time, and was stopped.
    TooLong,
    /// It printed more than it may, and was stopped.
    TooMuch,
}

impl Run {
    /// Whether it ended by itself, and well.
    pub fn succeeded(&self) -> bool {
        matches!(self.end, End::Exited(status) if status.success())
    }
}

/// Runs a program within its limits. It has no input.
pub fn run(command: &mut Command, limits: Limits) -> io::Result<Run> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut tree = Tree::start(command)?;
    let stdout = Pipe::read(tree.child.stdout.take(), limits.bytes);
    let stderr = Pipe::read(tree.child.stderr.take(), limits.bytes);
    let start = Instant::now();
    let mut pause = Duration::from_millis(1);
    let end = loop {
        if let Some(status) = tree.child.try_wait()? {
            break End::Exited(status);
        }
        if stdout.is_full() || stderr.is_full() {
            break End::TooMuch;
        }
        if start.elapsed() > limits.time {
            break End::TooLong;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    };
    drop(tree);
    let deadline = Instant::now() + GRACE;
    let is_full = stdout.is_full() || stderr.is_full();
    let (stdout, stderr) = (stdout.text(deadline), stderr.text(deadline));
    Ok(Run { stdout, stderr, end: if is_full { End::TooMuch } else { end } })
}

/// An output that is read in the background, until its end or until it is too much.
struct Pipe {
    bytes: Arc<Mutex<Vec<u8>>>,
    most: usize,
    reader: JoinHandle<()>,
}

impl Pipe {
    fn read(pipe: Option<impl Read + Send + 'static>, most: usize) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&bytes);
        let reader = thread::spawn(move || {
            let Some(mut pipe) = pipe else { return };
            let mut buffer = [0; 1 << 13];
            // What was read before an error is all there is to show.
            while let Ok(count @ 1..) = pipe.read(&mut buffer) {
                let mut sink = lock(&sink);
                sink.extend(&buffer[..count]);
                if sink.len() >= most {
                    return;
                }
            }
        });
        Pipe { bytes, most, reader }
    }

    fn is_full(&self) -> bool {
        lock(&self.bytes).len() >= self.most
    }

    /// What was printed until now; until its end if that comes before the deadline.
    fn text(&self, deadline: Instant) -> String {
        while !self.reader.is_finished() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(1));
        }
        let bytes = mem::take(&mut *lock(&self.bytes));
        String::from_utf8_lossy(&bytes).replace("\r\n", "\n")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
