//! `cargo xtask` alone: where the reader is, and what comes next.

use crate::mine::{self, State};
use crate::paint::{BOLD, GREEN, RED, YELLOW, paint, print};
use anyhow::{Context, Result};
use lessons::workspace::LAST;
use lessons::{Step, Workspace};
use std::env;
use std::fmt::Write;

pub fn run(workspace: &Workspace) -> Result<()> {
    let Some(step) = step(workspace)? else {
        return print(
            "No step of yours is in mine/ yet.\n\n  \
             cargo xtask start 1       write step 01 yourself\n  \
             cargo run -p step01       run one of ours\n  \
             cargo xtask read 1        the chapter\n  \
             cargo xtask list          all steps\n  \
             cargo xtask --help        all commands\n",
        );
    };
    let ours = workspace.step(step.number)?;
    let number = step.number;
    let mut text = paint(BOLD, &format!("Step {number:02}: {}", ours.title)) + "\n";
    let check = Some(format!("cargo xtask check {number}"));
    let (why, next) = match mine::state(&ours, &step) {
        Err(error) => (paint(RED, &format!("{error:#}")), check),
        Ok(State::Passes) if number == LAST => {
            (paint(GREEN, "It passes, and it is the last."), None)
        }
        Ok(State::Passes) => (
            paint(GREEN, "It passes."),
            Some(format!("cargo xtask start {} --from mine", number + 1)),
        ),
        Ok(State::Faulty(fault)) => (paint(YELLOW, &fault), check),
        Ok(State::Unchecked) => {
            (paint(YELLOW, "It has not been checked since it was changed."), check)
        }
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
    match inside(workspace)? {
        Some(step) => Ok(Some(step)),
        None => mine::last_edited(workspace),
    }
}

/// As [`step`]; if there is none, how to begin one.
pub fn needed_step(workspace: &Workspace) -> Result<Step> {
    step(workspace)?.context("there is no step in mine/ yet: begin one with `cargo xtask start 1`")
}

/// The reader's step that they stand in.
pub fn inside(workspace: &Workspace) -> Result<Option<Step>> {
    let here = env::current_dir()?;
    Ok(mine::all(workspace).into_iter().find(|step| here.starts_with(&step.folder)))
}

/// How many of the steps pass.
pub fn progress(workspace: &Workspace) -> Result<String> {
    let mut passed = 0;
    for step in mine::all(workspace) {
        let ours = workspace.step(step.number)?;
        passed += usize::from(mine::passes(&ours, &step));
    }
    let bar = "█".repeat(passed) + &"░".repeat(LAST - passed);
    Ok(format!("{bar} {passed} of {LAST} steps pass"))
}
