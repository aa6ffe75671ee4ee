//! `cargo xtask` alone: where the reader is, and what comes next.

use crate::mine::{self, State};
use crate::paint::{BOLD, GREEN, YELLOW, paint, print};
use anyhow::Result;
use lessons::workspace::LAST;
use lessons::{Step, Workspace};
use std::env;
use std::fmt::Write;

pub fn run(workspace: &Workspace) -> Result<()> {
    let Some(step) = step(workspace)? else {
        return print(
            "No step of yours is in mine/ yet.\n\n  \
             cargo xtask start 2       write step 02 yourself; 01 is there to be read\n  \
             cargo run -p step01       run one of ours\n  \
             cargo xtask read 1        the chapter\n  \
             cargo xtask list          all steps\n  \
             cargo xtask --help        all commands\n",
        );
    };
    let ours = workspace.step(step.number)?;
    let number = step.number;
    let mut text = paint(BOLD, &format!("Step {number:02}: {}", ours.title)) + "\n";
    let (why, next) = match mine::state(&ours, &step)? {
        State::Passes if number == LAST => (paint(GREEN, "It passes, and it is the last."), None),
        State::Passes => (
            paint(GREEN, "It passes."),
            Some(format!("cargo xtask start {} --from mine", number + 1)),
        ),
        State::Faulty(fault) => {
            (paint(YELLOW, &fault), Some(format!("cargo xtask check {number}")))
        }
        State::Unchecked => (
            paint(YELLOW, "It has not been checked since it was changed."),
            Some(format!("cargo xtask check {number}")),
        ),
    };
    let _ = writeln!(text, "{why}\n{}\n", progress(workspace)?);
    for (what, command) in [
        ("next", next),
        ("while you write", Some(format!("cargo xtask watch {number}"))),
        ("stuck", Some(format!("cargo xtask hint {number}"))),
        ("the chapter", Some(format!("cargo xtask read {number}"))),
        ("all commands", Some("cargo xtask --help".into())),
    ] {
        if let Some(command) = command {
            let _ = writeln!(text, "  {what:<17} {command}");
        }
    }
    print(&text)
}

/// The reader's step that they stand in, or else the one that they edited last.
pub fn step(workspace: &Workspace) -> Result<Option<Step>> {
    let here = env::current_dir()?;
    let inside = mine::all(workspace)?.into_iter().find(|step| here.starts_with(&step.folder));
    match inside {
        Some(step) => Ok(Some(step)),
        None => mine::last_edited(workspace),
    }
}

/// How many of the steps pass.
pub fn progress(workspace: &Workspace) -> Result<String> {
    let mut passed = 0;
    for step in mine::all(workspace)? {
        let ours = workspace.step(step.number)?;
        passed += usize::from(mine::state(&ours, &step)? == State::Passes);
    }
    let bar = "█".repeat(passed) + &"░".repeat(LAST - passed);
    Ok(format!("{bar} {passed} of {LAST} steps pass"))
}
