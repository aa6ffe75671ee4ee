//! What a step shows: errors, what its session did, what its tests did.

use crate::cargo::Message;
use crate::compare::same_line;
use lessons::mistakes::{Seen, Test};
use lessons::workspace::fold_crate_names;
use runner::{End, Run};

/// How much of a message is shown.
const MESSAGE_LINES: usize = 20;

/// What is known of a step.
#[derive(Default)]
pub struct Observed {
    pub errors: Vec<Message>,
    pub session: Option<Run>,
    /// The files of tests that have run, by their names.
    pub tests: Vec<(String, Run)>,
}

impl Observed {
    /// Whether this is what a mistake leads to. `expected` is what ours prints; `words` says whether a
    /// text has some words.
    pub fn shows(&self, seen: &Seen, expected: &str, words: impl Fn(&str, &str) -> bool) -> bool {
        let session = |is_it: &dyn Fn(&Run) -> bool| self.session.as_ref().is_some_and(is_it);
        let test = |test: &Test, is_it: &dyn Fn(&Run) -> bool| {
            self.tests.iter().any(|(file, run)| *file == test.file && is_it(run))
        };
        match seen {
            Seen::Error { code, words: wanted } => {
                let mut errors = self.errors.iter();
                self.errors.first().is_some_and(|error| error.code == *code)
                    && errors.any(|error| words(&error.plain(), wanted))
            }
            Seen::Printed(lines) => session(&|run| {
                let new = new_lines(&fold_crate_names(expected), &fold_crate_names(&run.stdout));
                let same = |(a, b): (&String, &String)| same_line(a, &fold_crate_names(b));
                // After a line too many all others are new: the mistake names the first of them.
                let is_enough = new.len() >= lines.len() && new.is_empty() == lines.is_empty();
                run.succeeded() && is_enough && new.iter().zip(lines).all(same)
            }),
            Seen::Stops(wanted) => session(&|run| has_failed(run) && words(&run.stderr, wanted)),
            Seen::Fails { test: which, words: wanted } => test(which, &|run| {
                let failures = failures(&run.stdout);
                failures.iter().any(|(name, message)| *name == which.name && words(message, wanted))
            }),
            Seen::Overflow(None) => session(&overflows),
            // The thread that overflows may be one that the test has started.
            Seen::Overflow(Some(which)) => test(which, &overflows),
            Seen::Endless(None) => session(&is_endless),
            Seen::Endless(Some(which)) => test(which, &is_endless),
        }
    }
}

pub fn has_failed(run: &Run) -> bool {
    matches!(run.end, End::Exited(status) if !status.success())
}

pub fn overflows(run: &Run) -> bool {
    has_failed(run) && run.stderr.contains("overflowed its stack")
}

fn is_endless(run: &Run) -> bool {
    matches!(run.end, End::TooLong | End::TooMuch)
}

/// The lines that are printed where ours prints others.
pub fn new_lines(expected: &str, printed: &str) -> Vec<String> {
    let mut expected = expected.lines();
    let is_new = |line: &&str| !expected.next().is_some_and(|ours| same_line(ours, line));
    printed.lines().filter(is_new).map(String::from).collect()
}

/// The names of the tests that failed, and their messages.
pub fn failures(stdout: &str) -> Vec<(String, String)> {
    let mut failures: Vec<(String, Vec<&str>)> = Vec::new();
    let mut is_inside = false;
    for line in stdout.lines() {
        let name = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----"));
        if let Some(name) = name {
            failures.push((name.into(), Vec::new()));
            is_inside = true;
        } else if line == "failures:" {
            is_inside = false;
        } else if let (true, Some((_, lines))) = (is_inside, failures.last_mut()) {
            lines.push(line);
        }
    }
    failures.into_iter().map(|(name, lines)| (name, lines.join("\n"))).collect()
}

/// A test's message as it is shown: its last panic.
pub fn shown_message(message: &str) -> String {
    without_notes(&without_caught(&message.lines().collect::<Vec<_>>()).join("\n"))
}

/// The message of a panic, or else the last of what a program that failed had to say.
pub fn last_words(run: &Run) -> String {
    let message = without_notes(&run.stderr);
    match run.end {
        End::Exited(status) if message.is_empty() => format!("It ended with {status}."),
        _ => message,
    }
}

/// A message without the panics that the test has caught: if all are of one thread, those before
/// the last.
fn without_caught<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let panics = lines.iter().enumerate().filter_map(|(i, line)| Some((i, panic_in(line)?.0)));
    let panics: Vec<(usize, &str)> = panics.collect();
    match panics.as_slice() {
        [(first, thread), .., (last, _)] if panics.iter().all(|panic| panic.1 == *thread) => {
            [&lines[..*first], &lines[*last..]].concat()
        }
        _ => lines.to_vec(),
    }
}

/// The thread and the place that the first line of a panic's message names.
pub fn panic_in(line: &str) -> Option<(&str, &str)> {
    let (thread, place) = line.strip_prefix("thread '")?.split_once(" panicked at ")?;
    Some((thread.split('\'').next()?, place.trim_end_matches(':')))
}

fn without_notes(message: &str) -> String {
    let lines = message.trim().lines().filter(|line| !line.starts_with("note: run with"));
    lines.take(MESSAGE_LINES).collect::<Vec<_>>().join("\n")
}
