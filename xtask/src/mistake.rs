//! `cargo xtask mistake`: the mistakes that the chapters name, shown and run.

use crate::paint::{BOLD, DIM, GREEN, RED, paint, print};
use crate::scratch::{Outcome, Scratch};
use crate::{diff, recognise};
use anyhow::{Context, Result, ensure};
use lessons::mistakes::{self, Mistake};
use lessons::{Step, Workspace};
use std::fmt::Write;

/// From where wrong changes are numbered that are none of the known mistakes.
const OTHERS: usize = 1000;

pub fn run(workspace: &Workspace, step: Option<usize>, number: Option<usize>) -> Result<bool> {
    match (step, number) {
        (None, _) => list_all(workspace)?,
        (Some(step), None) => print(&list(&workspace.step(step)?)?)?,
        (Some(step), Some(number)) => return show(workspace, step, number),
    }
    Ok(true)
}

fn list_all(workspace: &Workspace) -> Result<()> {
    let mut text = String::new();
    for step in workspace.steps()? {
        let count = mistakes::of_step(&step)?.len();
        let words = match count {
            0 => continue,
            1 => "one mistake".into(),
            _ => format!("{count} mistakes"),
        };
        let _ = writeln!(text, "{:02}  {words}", step.number);
    }
    print(&(text + "\nThose of a step: cargo xtask mistake 16\n"))
}

fn list(step: &Step) -> Result<String> {
    let number = step.number;
    let mistakes = mistakes::of_step(step)?;
    if mistakes.is_empty() {
        return Ok(format!("No mistakes are known for step {number:02}.\n"));
    }
    let mut text = paint(BOLD, &format!("Mistakes in step {number:02}: {}", step.title)) + "\n";
    for mistake in mistakes {
        let _ = writeln!(text, "{:>3}  {}", mistake.number, mistake.title);
    }
    let _ = writeln!(text, "\nShow one and run it: cargo xtask mistake {number} 1");
    Ok(text)
}

fn show(workspace: &Workspace, step: usize, number: usize) -> Result<bool> {
    let step = workspace.step(step)?;
    let mistakes = mistakes::of_step(&step)?;
    let mistake = mistakes.iter().find(|mistake| mistake.number == number);
    let mistake = mistake.with_context(|| {
        format!(
            "step {:02} has {} mistakes: `cargo xtask mistake {0}` lists them",
            step.number,
            mistakes.len()
        )
    })?;
    let mut text = paint(BOLD, &mistake.title) + "\n";
    text += &diff::render(&mistake.diff(&step)?);
    let heading = format!("Chapter {:02} speaks of it: cargo xtask read {0}", step.number);
    let _ =
        writeln!(text, "\n{}\n{}", paint(DIM, &heading), paint(DIM, "compiling and running it …"));
    print(&text)?;
    let scratch = Scratch::write(workspace, vec![(step, mistake.clone())], |_, text| Ok(text))?;
    let outcomes = scratch.run()?;
    let Outcome { seen, fault } = &outcomes[0];
    print(&format!("\n{seen}\n"))?;
    if let Some(fault) = fault {
        print(&format!("\n{} {fault}\n", paint(RED, "Not as the file says:")))?;
    }
    Ok(fault.is_none())
}

/// Runs every mistake, and names those that do not show what their files say, and those that `check`
/// does not recognise when another hand makes them.
pub fn prove(workspace: &Workspace, only: Option<usize>) -> Result<bool> {
    let mut wrong = 0;
    let scratch = Scratch::write(workspace, all(workspace, only)?, |_, text| Ok(text))?;
    let count = scratch.mistakes.len();
    ensure!(count > 0, "no step has a mistake");
    for ((step, mistake), outcome) in scratch.mistakes.iter().zip(scratch.run()?) {
        if let Some(fault) = outcome.fault {
            wrong += 1;
            report(step, mistake, &fault, &outcome.seen)?;
        }
    }
    let right = format!("{} of {count} mistakes show what their files say", count - wrong);
    print(&format!("{}\n", paint(GREEN, &right)))?;
    let others = others(workspace, only)?;
    let (known, unknown) = (count, others.len());
    let both = all(workspace, only)?.into_iter().chain(others).collect();
    let strange = recognise::prove(
        workspace,
        both,
        |mistake| mistake.number < OTHERS,
        |step, mistake, fault| report(step, mistake, fault, ""),
    )?;
    let right = format!(
        "{} of {} are told apart: {known} with other names, and {unknown} that no chapter names",
        known + unknown - strange,
        known + unknown
    );
    print(&format!("{}\n", paint(GREEN, &right)))?;
    Ok(wrong + strange == 0)
}

/// Wrong changes that no chapter names, from `xtask/tests/other`, numbered from [`OTHERS`].
fn others(workspace: &Workspace, only: Option<usize>) -> Result<Vec<(Step, Mistake)>> {
    let mut others = Vec::new();
    for mut step in workspace.steps()? {
        let folder = workspace.root.join("xtask/tests/other").join(&step.name);
        let ours = std::mem::replace(&mut step.folder, folder);
        let mistakes = mistakes::of_step(&step)?;
        step.folder = ours;
        if only.is_none_or(|only| only == step.number) {
            for mut mistake in mistakes {
                mistake.number += OTHERS;
                others.push((workspace.step(step.number)?, mistake));
            }
        }
    }
    Ok(others)
}

fn all(workspace: &Workspace, only: Option<usize>) -> Result<Vec<(Step, Mistake)>> {
    let mut all = Vec::new();
    for step in workspace.steps()? {
        if only.is_some_and(|only| only != step.number) {
            continue;
        }
        for mistake in mistakes::of_step(&step)? {
            all.push((workspace.step(step.number)?, mistake));
        }
    }
    Ok(all)
}

fn report(step: &Step, mistake: &Mistake, fault: &str, seen: &str) -> Result<()> {
    let name = format!("{}, mistake {} `{}`:", step.place(), mistake.number, mistake.name);
    print(&format!("{} {fault}\n{seen}\n\n", paint(RED, &name)))
}
