//! `cargo xtask list`: the steps, and how far the reader's own are.

use crate::mine;
use crate::paint::{BOLD, DIM, GREEN, YELLOW, paint, print, wrap};
use crate::{here, paint::width};
use anyhow::Result;
use lessons::{Step, Workspace, diff};
use std::fmt::Write;

pub fn run(workspace: &Workspace, with_ideas: bool) -> Result<()> {
    print(&if with_ideas { ideas(workspace)? } else { text(workspace)? })
}

/// The titles in two columns, which fit a screen.
pub fn text(workspace: &Workspace) -> Result<String> {
    let column = (width() - 3) / 2;
    let mut cells = Vec::new();
    for step in workspace.steps()? {
        cells.push(cell(workspace, &step, column));
    }
    let half = cells.len().div_ceil(2);
    let mut text = String::new();
    for (i, left) in cells[..half].iter().enumerate() {
        let right = cells.get(half + i).cloned().unwrap_or_default();
        for row in 0..left.len().max(right.len()) {
            let part = |cell: &[(String, usize)]| cell.get(row).cloned().unwrap_or_default();
            let ((left, length), (right, _)) = (part(left), part(&right));
            let line = format!("{left}{}{right}", " ".repeat(column + 3 - length));
            text += line.trim_end();
            text += "\n";
        }
    }
    let legend = format!("{} passes   {} open", paint(GREEN, "✓"), paint(YELLOW, "·"));
    let ideas = paint(DIM, "with ideas: cargo xtask list --ideas");
    let progress = here::progress(workspace)?;
    let length = |text: &str| anstream::adapter::strip_str(text).to_string().chars().count();
    let gap = if length(&legend) + 3 + length(&progress) > width() { "\n" } else { "   " };
    let _ = writeln!(text, "\n{legend}{gap}{progress}\n{ideas}");
    Ok(text)
}

/// A step in lines, each with its length.
fn cell(workspace: &Workspace, step: &Step, width: usize) -> Vec<(String, usize)> {
    let mark = match workspace.mine(step.number) {
        Err(_) => " ".into(),
        Ok(mine) if mine::passes(step, &mine) => paint(GREEN, "✓"),
        Ok(_) => paint(YELLOW, "·"),
    };
    let lines = wrap(&step.title, width - 5).into_iter().enumerate();
    let lines = lines.map(|(i, line)| {
        let length = 5 + line.chars().count();
        let head = if i == 0 { format!("{mark} {:02} ", step.number) } else { " ".repeat(5) };
        (format!("{head}{line}"), length)
    });
    lines.collect()
}

/// One step below the other: title, idea, changed lines.
fn ideas(workspace: &Workspace) -> Result<String> {
    let mut text = String::new();
    let mut before: Option<Step> = None;
    for step in workspace.steps()? {
        let changed = match &before {
            Some(before) => format!("{} lines", diff::changed_lines(before, &step)?),
            None => String::new(),
        };
        let head = format!("{:02} {}", step.number, step.title);
        let _ = writeln!(text, "{}  {}", paint(BOLD, &head), paint(DIM, &changed));
        for line in wrap(&step.idea, width() - 3) {
            let _ = writeln!(text, "   {line}");
        }
        before = Some(step);
    }
    Ok(text)
}
