//! `cargo xtask mistake`: the mistakes that the chapters name, shown and run.

use crate::paint::{BOLD, DIM, GREEN, RED, paint, print};
use crate::recognise::Known;
use crate::scratch::{Case, Kind, Scratch};
use crate::{diff, recognise};
use anyhow::{Context, Result, ensure};
use lessons::mistakes::{self, Mistake, Seen};
use lessons::{Step, Workspace};
use std::fmt::Write;
use std::sync::Arc;

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
    let title = format!("Step {:02}, mistake {number}: {}", step.number, mistake.title);
    let mut text = paint(BOLD, &title) + "\n";
    text += &diff::render(&mistake.diff(&step)?);
    let heading = format!("Chapter {:02} speaks of it: cargo xtask read {0}", step.number);
    let _ =
        writeln!(text, "\n{}\n{}", paint(DIM, &heading), paint(DIM, "compiling and running it …"));
    print(&text)?;
    let known = Arc::new(Known::of(&step)?);
    let cases = [Case::new(step, mistake.clone(), Kind::Known, known)?];
    let observed = Scratch::write(workspace, &cases)?.observe()?;
    let fault = cases[0].fault(&observed[0]);
    print(&format!("\n{}\n", cases[0].in_words(&observed[0])))?;
    if let Some(fault) = &fault {
        print(&format!("\n{} {fault}\n", paint(RED, "Not as the file says:")))?;
    }
    Ok(fault.is_none())
}

/// Runs every mistake, and names those that do not show what their files say; those that `check` does
/// not recognise when another hand makes them; and the wrong changes that it takes for one of them.
pub fn prove(workspace: &Workspace, only: Option<usize>) -> Result<bool> {
    let cases = cases(workspace, only)?;
    ensure!(!cases.is_empty(), "no step has a mistake");
    let observed = Scratch::write(workspace, &cases)?.observe()?;
    let (mut shown, mut known, mut others) = (Count::default(), Count::default(), Count::default());
    for (case, observed) in cases.iter().zip(observed) {
        let words = case.in_words(&observed);
        if case.kind != Kind::Renamed {
            shown.add(case, case.fault(&observed), &words)?;
        }
        // Of one that does not compile, the renamed copy tells.
        let is_told = case.kind == Kind::Known && case.is_refused();
        if is_told || !recognise::can_be_seen(&case.mistake) {
            continue;
        }
        let found = recognise::find_in_copy(case, observed)?;
        // A chapter may show one change twice, with what the session prints and with a test.
        let is_it = found.iter().any(|found| found.changes == case.mistake.changes);
        let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
        let taken = format!("it is taken for [{}]", names.join(", "));
        match case.kind {
            Kind::Stranger => others.add(case, (!found.is_empty()).then_some(taken), &words)?,
            _ => known.add(case, (!is_it).then_some(taken), &words)?,
        }
    }
    shown.say("mistakes show what their files say")?;
    known.say("that `check` comes to see are recognised")?;
    others.say("other wrong changes are not taken for one of them")?;
    Ok(shown.is_full() && known.is_full() && others.is_full())
}

/// How many of some are as they should be.
#[derive(Default)]
struct Count {
    right: usize,
    all: usize,
}

impl Count {
    fn add(&mut self, case: &Case, fault: Option<String>, seen: &str) -> Result<()> {
        self.all += 1;
        let Some(fault) = fault else {
            self.right += 1;
            return Ok(());
        };
        let (place, mistake) = (case.step.place(), &case.mistake);
        let whose = if case.kind == Kind::Stranger { "other change" } else { "mistake" };
        let head = format!("{place}, {whose} {} `{}`:", mistake.number, mistake.name);
        print(&format!("{} {fault}\n\n{seen}\n\n", paint(RED, &head)))
    }

    fn is_full(&self) -> bool {
        self.right == self.all
    }

    fn say(&self, what: &str) -> Result<()> {
        let Count { right, all } = self;
        let colour = if self.is_full() { GREEN } else { RED };
        print(&format!("{}\n", paint(colour, &format!("{right} of {all} {what}"))))
    }
}

fn cases(workspace: &Workspace, only: Option<usize>) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for step in workspace.steps()? {
        if only.is_some_and(|only| only != step.number) {
            continue;
        }
        let known = Arc::new(Known::of(&step)?);
        let mut strangers = workspace.step(step.number)?;
        strangers.folder = workspace.root.join("xtask/tests/other").join(&step.name);
        let mut add = |mistake: &Mistake, kind| {
            let step = workspace.step(step.number)?;
            cases.push(Case::new(step, mistake.clone(), kind, Arc::clone(&known))?);
            anyhow::Ok(())
        };
        for mistake in &known.mistakes {
            add(mistake, Kind::Known)?;
            if matches!(mistake.seen, Seen::Error { .. }) {
                add(mistake, Kind::Renamed)?;
            }
        }
        for mistake in mistakes::of_step(&strangers)? {
            add(&mistake, Kind::Stranger)?;
        }
    }
    Ok(cases)
}
