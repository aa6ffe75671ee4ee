//! `cargo xtask timeline`: in which step an item appears, changes and goes.

use crate::paint::{BOLD, DIM, GREEN, RED, YELLOW, paint, print};
use anstyle::Style;
use anyhow::{Result, bail};
use lessons::timeline::{self, Entry, Event};
use lessons::{Step, Workspace};
use std::fmt::Write;

pub fn run(workspace: &Workspace, name: Option<&str>) -> Result<()> {
    let steps = workspace.steps()?;
    let entries = timeline::of_steps(&steps)?;
    let Some(name) = name else {
        return print(&table(&entries, &steps));
    };
    let found = timeline::find(&entries, name);
    if found.is_empty() {
        bail!("{}", unknown(&entries, name));
    }
    let histories: Vec<String> = found.into_iter().map(|entry| history(entry, &steps)).collect();
    print(&histories.join("\n"))
}

fn unknown(entries: &[Entry], name: &str) -> String {
    match timeline::near(entries, name).as_slice() {
        [] => {
            format!("no step has an item `{name}`: `cargo xtask timeline` shows all there are")
        }
        near => format!("no step has an item `{name}`; did you mean:\n  {}", near.join("\n  ")),
    }
}

fn history(entry: &Entry, steps: &[Step]) -> String {
    let mut text = paint(BOLD, &entry.path) + "\n";
    for (number, event) in &entry.history {
        let (mark, style, word) = mark(*event);
        let title = steps.iter().find(|step| step.number == *number).map_or("", |s| &s.title);
        let event = paint(style, &format!("{mark} {number:02}  {word:<7}"));
        let _ = writeln!(text, "  {event}  {}", paint(DIM, title));
    }
    text
}

fn table(entries: &[Entry], steps: &[Step]) -> String {
    let width = entries.iter().map(|entry| entry.path.len()).max().unwrap_or(0);
    let head = paint(BOLD, &head(width, steps));
    let mut text = head.clone();
    for entry in entries {
        let mut line = format!("{:width$} ", entry.path);
        for step in steps {
            let mark = match entry.event(step.number) {
                Some(event) => painted_mark(event),
                None if entry.is_in(step.number) => paint(DIM, "·"),
                None => " ".into(),
            };
            line = line + " " + &mark;
        }
        text += line.trim_end();
        text += "\n";
    }
    let legend = [Event::Appears, Event::Changes, Event::Goes]
        .map(|event| format!("{} {}", painted_mark(event), mark(event).2));
    text + &head + "\n" + &legend.join("   ") + "   · as before\n"
}

/// The numbers of the steps with their digits one below the other, or 80 columns would not do.
fn head(width: usize, steps: &[Step]) -> String {
    let row = |digit: &dyn Fn(usize) -> usize| {
        let digits: Vec<String> = steps.iter().map(|step| digit(step.number).to_string()).collect();
        format!("{:width$}  {}\n", "", digits.join(" "))
    };
    row(&|number| number / 10) + &row(&|number| number % 10)
}

fn painted_mark(event: Event) -> String {
    let (mark, style, _) = mark(event);
    paint(style, mark)
}

/// How an event is marked, in which style, and what the mark means.
fn mark(event: Event) -> (&'static str, Style, &'static str) {
    match event {
        Event::Appears => ("+", GREEN, "appears"),
        Event::Changes => ("~", YELLOW, "changes"),
        Event::Goes => ("-", RED, "goes"),
    }
}
