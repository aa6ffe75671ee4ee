//! Programs that are run and waited for.

use runner::{End, Limits};
use serde::de::DeserializeOwned;
use std::fmt::{self, Display, Formatter};
use std::io;
use std::process::{Command, ExitStatus};
use std::time::Duration;

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

/// More than any answer has.
const MOST_BYTES: usize = 1 << 24;

/// Why a program gave no answer.
#[derive(Debug)]
pub enum Failure {
    /// It could not be run.
    NotRun(io::Error),
    /// It was stopped after this time.
    TooLong(Duration),
    /// It was stopped, since it printed without end.
    TooMuch,
    /// Its stack was too small.
    Overflow,
    /// It ended badly; with the last line that it wrote to its standard error.
    Ended(ExitStatus, String),
    /// It printed something else.
    Unreadable(serde_json::Error),
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Failure::NotRun(error) => write!(f, "cannot be run: {error}"),
            Failure::TooLong(limit) => write!(f, "took more than {limit:?}"),
            Failure::TooMuch => f.write_str("printed more than any answer has"),
            Failure::Overflow => f.write_str("its recursion overflows the stack"),
            Failure::Ended(status, line) if line.is_empty() => {
                write!(f, "ended with {status}, without a message")
            }
            Failure::Ended(status, line) => write!(f, "ended with {status}: {line}"),
            Failure::Unreadable(error) => write!(f, "printed an unreadable answer: {error}"),
        }
    }
}

/// What the command prints, if it ends well and within `limit`.
pub fn output(command: &mut Command, limit: Duration) -> Result<String, Failure> {
    let limits = Limits { time: limit, bytes: MOST_BYTES };
    let run = runner::run(command.envs(ENV), limits).map_err(Failure::NotRun)?;
    match run.end {
        End::Exited(status) if status.success() => Ok(run.stdout),
        End::Exited(_) if run.stderr.contains("overflowed its stack") => Err(Failure::Overflow),
        End::Exited(status) => {
            let last = run.stderr.lines().rfind(|line| !line.trim().is_empty());
            Err(Failure::Ended(status, last.unwrap_or_default().into()))
        }
        End::TooLong => Err(Failure::TooLong(limit)),
        End::TooMuch => Err(Failure::TooMuch),
    }
}

/// The answer that the command prints as JSON, if it ends well and within `limit`.
pub fn answer<T: DeserializeOwned>(command: &mut Command, limit: Duration) -> Result<T, Failure> {
    serde_json::from_str(&output(command, limit)?).map_err(Failure::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_mins(1);

    // Cargo is on every machine that runs these tests.
    fn cargo(arguments: &[&str]) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments);
        cargo
    }

    #[test]
    fn what_is_printed_is_read() {
        let text = output(&mut cargo(&["--version"]), LIMIT).unwrap();
        assert!(text.starts_with("cargo "), "{text}");
    }

    /// One of the tests below that are no tests, but programs for these here.
    fn program(name: &str) -> Command {
        let mut tests = Command::new(std::env::current_exe().unwrap());
        tests.args(["--exact", "--ignored", "--nocapture", &format!("process::tests::{name}")]);
        tests
    }

    #[test]
    #[ignore = "a program for another test"]
    fn prints_a_lot() {
        (0..10_000).for_each(|line| println!("line {line}, and a hundred thousand bytes of them"));
    }

    #[test]
    fn more_than_a_pipe_holds_is_read() {
        let text = output(&mut program("prints_a_lot"), LIMIT).unwrap();
        assert!(text.contains("line 9999,"), "{} bytes", text.len());
    }

    #[test]
    #[ignore = "a program for another test"]
    fn takes_a_while() {
        std::thread::sleep(Duration::from_secs(30));
    }

    #[test]
    fn a_program_that_takes_too_long_is_stopped() {
        let failure = output(&mut program("takes_a_while"), Duration::from_millis(50)).unwrap_err();
        assert!(matches!(failure, Failure::TooLong(_)), "{failure}");
        assert_eq!(failure.to_string(), "took more than 50ms");
    }

    #[test]
    #[ignore = "a program for another test"]
    fn recurses_without_end() {
        fn deeper(n: u64) -> u64 {
            if n == u64::MAX { n } else { std::hint::black_box(deeper(n + 1)) + 1 }
        }
        deeper(0);
    }

    #[test]
    fn an_overflow_is_told_apart() {
        let failure = output(&mut program("recurses_without_end"), LIMIT).unwrap_err();
        assert!(matches!(failure, Failure::Overflow), "{failure}");
    }

    #[test]
    fn a_failure_has_its_last_line() {
        let failure = output(&mut cargo(&["no-such-command"]), LIMIT).unwrap_err();
        assert!(matches!(failure, Failure::Ended(..)), "{failure}");
        let failure = failure.to_string();
        assert!(failure.starts_with("ended with exit"), "{failure}");
    }

    #[test]
    fn a_program_that_is_not_there_is_told_apart() {
        let failure = output(&mut Command::new("no-such-program"), LIMIT).unwrap_err();
        assert!(matches!(failure, Failure::NotRun(_)), "{failure}");
    }

    #[test]
    fn an_answer_of_another_form_is_told_apart() {
        let failure = answer::<u64>(&mut cargo(&["--version"]), LIMIT).unwrap_err();
        assert!(matches!(failure, Failure::Unreadable(_)), "{failure}");
    }
}
