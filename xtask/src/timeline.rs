//! `cargo xtask timeline`: in which step an item appears, changes, moves and goes.

use crate::paint::{BOLD, CYAN, DIM, GREEN, RED, YELLOW, paint, print};
use anstyle::Style;
use anyhow::{Result, bail};
use lessons::timeline::{self, Entry, Event};
use lessons::workspace::{BEFORE_FAST, FAST};
use lessons::{Step, Workspace};
use std::fmt::Write;

pub fn run(workspace: &Workspace, name: Option<&str>) -> Result<()> {
    let steps = workspace.steps()?;
    let entries = timeline::of_workspace(workspace)?;
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
        let and = if *event == Event::Moves { "" } else { "moves " };
        let file = entry.moved_to(*number).map(|file| format!(": {and}to {file}"));
        let event = paint(style, &format!("{mark} {number:02}  {word:<7}"));
        let _ = writeln!(
            text,
            "  {event}  {}",
            paint(DIM, &(title.to_owned() + &file.unwrap_or_default()))
        );
    }
    let (sign, style) = match entry.fast {
        Some(event) => (mark(event).0, mark(event).1),
        None => ("·", DIM),
    };
    let _ = writeln!(text, "  {}", paint(style, &format!("{sign} {FAST}: {}", in_fast(entry))));
    text
}

/// What `fast` does to an item.
fn in_fast(entry: &Entry) -> String {
    match entry.fast {
        Some(Event::Appears) if entry.history.is_empty() => "only there, in no step".into(),
        Some(Event::Appears) => format!("has it, step {BEFORE_FAST} has not"),
        Some(Event::Changes) => format!("changed against step {BEFORE_FAST}"),
        Some(Event::Moves) => format!("in another file than in step {BEFORE_FAST}"),
        Some(Event::Goes) => format!("not in it, though step {BEFORE_FAST} has it"),
        None if entry.is_in_fast() => format!("unchanged against step {BEFORE_FAST}"),
        None => format!("not in it, nor in step {BEFORE_FAST}"),
    }
}

fn table(entries: &[Entry], steps: &[Step]) -> String {
    let width = entries.iter().map(|entry| entry.path.len()).max().unwrap_or(0);
    let head = paint(BOLD, &head(width, steps));
    let mut text = head.clone();
    for entry in entries {
        let of_steps =
            steps.iter().map(|step| (entry.event(step.number), entry.is_in(step.number)));
        let mut line = format!("{:width$}", entry.path);
        for cell in of_steps.chain([(entry.fast, entry.is_in_fast())]) {
            let mark = match cell {
                (Some(event), _) => painted_mark(event),
                (None, true) => paint(DIM, "·"),
                (None, false) => " ".into(),
            };
            line = line + " " + &mark;
        }
        text += line.trim_end();
        text += "\n";
    }
    let legend = [Event::Appears, Event::Changes, Event::Moves, Event::Goes]
        .map(|event| format!("{} {}", painted_mark(event), mark(event).2));
    let legend = legend.join("  ") + "  · as before";
    text + &head + "\n" + &legend + &format!("  f: {FAST}, against step {BEFORE_FAST}\n")
}

/// The numbers of the steps with their digits one below the other, or 80 columns would not do. The
/// last column is that of `fast`.
fn head(width: usize, steps: &[Step]) -> String {
    let row = |digit: &dyn Fn(usize) -> usize, fast| {
        let digits: Vec<String> = steps.iter().map(|step| digit(step.number).to_string()).collect();
        format!("{:width$} {}{fast}\n", "", digits.join(" "))
    };
    row(&|number| number / 10, "") + &row(&|number| number % 10, " f")
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
        Event::Moves => (">", CYAN, "moves"),
        Event::Goes => ("-", RED, "goes"),
    }
}
