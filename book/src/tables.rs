//! `{{steps}}` and `{{timeline}}`: tables of the steps, and of the items in them.

use crate::steps::Steps;
use anyhow::Result;
use lessons::diff::{FileDiff, code_lines};
use lessons::timeline::{self, Event};
use std::fmt::Write as _;

/// The steps: number, title, idea, and how many lines of code change.
pub fn steps(steps: &Steps) -> Result<String> {
    let mut table = String::from("| step | title | the one new idea | changed lines |\n");
    table += "| --- | --- | --- | ---: |\n";
    for step in steps.all() {
        let changed = match step.number {
            1 => String::new(),
            _ => code_lines(steps.diff(step)?.iter().flat_map(FileDiff::lines)).to_string(),
        };
        let (number, title) = (&step.name[4..], &step.title);
        // In a table `||` would be two cells.
        let idea = step.idea.replace('|', "\\|");
        let _ = writeln!(table, "| {number} | [{title}]({}.md) | {idea} | {changed} |", step.name);
    }
    Ok(table)
}

/// The items of the library, and in which steps each of them appears, changes and goes.
pub fn timeline(steps: &Steps) -> Result<String> {
    let mut table = String::from("| item |");
    for step in steps.all() {
        let _ = write!(table, " [{}]({}.md) |", &step.name[4..], step.name);
    }
    table += "\n| --- |";
    table += &" :-: |".repeat(steps.all().len());
    table.push('\n');
    for entry in timeline::of_steps(steps.all())? {
        let _ = write!(table, "| `{}` |", entry.path);
        for step in steps.all() {
            let mark = match entry.event(step.number) {
                Some(Event::Appears) => format!("[+]({}.md)", step.name),
                Some(Event::Changes) => format!("[~]({}.md)", step.name),
                Some(Event::Goes) => format!("[−]({}.md)", step.name),
                None if entry.is_in(step.number) => "·".into(),
                None => String::new(),
            };
            let _ = write!(table, " {mark} |");
        }
        table.push('\n');
    }
    let legend = "`+` appears, `~` changes, `·` is there, `−` goes.";
    Ok(format!("{legend}\n\n<div class=\"wide\">\n\n{table}\n</div>\n"))
}
