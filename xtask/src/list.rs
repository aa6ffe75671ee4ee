//! `cargo xtask list`: the steps, and how far the reader's own are.

use crate::mine::{self, State};
use crate::paint::{BOLD, GREEN, YELLOW, paint, print, wrap};
use anyhow::Result;
use lessons::{Step, Workspace, diff};
use std::fmt::Write;

/// How wide the table may be.
const WIDTH: usize = 80;

struct Row {
    step: Step,
    changed: String,
    /// Whether the reader's passes, if there is one.
    mine: Option<bool>,
}

pub fn run(workspace: &Workspace) -> Result<()> {
    let rows = rows(workspace)?;
    let mut text = table(&rows);
    let open: Vec<usize> =
        rows.iter().filter(|row| row.mine == Some(false)).map(|row| row.step.number).collect();
    if let [first, ..] = open[..] {
        let _ = writeln!(text, "\nNot checked since the last change: cargo xtask check {first}");
    } else if rows.iter().all(|row| row.mine.is_none()) {
        text += "\nWrite one yourself: cargo xtask start 2\n";
    }
    print(&text)
}

fn rows(workspace: &Workspace) -> Result<Vec<Row>> {
    let mine = mine::all(workspace)?;
    let mut rows: Vec<Row> = Vec::new();
    for step in workspace.steps()? {
        let changed = match rows.last() {
            Some(before) => diff::changed_lines(&before.step, &step)?.to_string(),
            None => String::new(),
        };
        let mine = mine.iter().find(|mine| mine.number == step.number);
        let mine = mine
            .map(|mine| mine::state(&step, mine).map(|state| state == State::Passes))
            .transpose()?;
        rows.push(Row { step, changed, mine });
    }
    Ok(rows)
}

fn table(rows: &[Row]) -> String {
    let with_mine = rows.iter().any(|row| row.mine.is_some());
    let title_width = if with_mine { 26 } else { 32 };
    let mine_width = if with_mine { 13 } else { 0 };
    let idea_width = WIDTH - 4 - 2 - title_width - 2 - mine_width - 7;
    let head = format!(
        "{:<4}  {:<title_width$}  {:<idea_width$}{}  {:>5}",
        "step",
        "title",
        "the one new idea",
        if with_mine { "  mine       " } else { "" },
        "lines"
    );
    let mut text = paint(BOLD, &head) + "\n";
    for row in rows {
        let titles = wrap(&row.step.title, title_width);
        let ideas = wrap(&row.step.idea, idea_width);
        for i in 0..titles.len().max(ideas.len()) {
            let (step, mine, changed) = match i {
                0 => (format!("{:02}", row.step.number), row.mine, row.changed.as_str()),
                _ => (String::new(), None, ""),
            };
            let cell = |lines: &[String]| lines.get(i).cloned().unwrap_or_default();
            let line = format!(
                "{step:<4}  {:<title_width$}  {:<idea_width$}{}  {changed:>5}",
                cell(&titles),
                cell(&ideas),
                if with_mine { format!("  {}", state(mine)) } else { String::new() },
            );
            text += line.trim_end();
            text += "\n";
        }
    }
    text
}

fn state(passed: Option<bool>) -> String {
    match passed {
        Some(true) => paint(GREEN, "passes     "),
        Some(false) => paint(YELLOW, "not checked"),
        None => " ".repeat(11),
    }
}
