//! Tables, as Markdown: mdBook makes links to pages of links to chapters.

use crate::content::{Costs, StepRow, id_of_item};
use lessons::timeline::{Entry, Event};
use maud::{Markup, PreEscaped, html};

/// The steps: number, title, idea, and how many lines of code change.
pub fn steps(rows: &[StepRow]) -> Markup {
    let row = |StepRow { name, title, idea, changed }: &StepRow| {
        let changed = changed.map_or_else(String::new, |changed| changed.to_string());
        // In a table `||` would be two cells.
        [number(name), format!("[{title}]({name}.md)"), idea.replace('|', "\\|"), changed]
    };
    let head = "| step | title | the one new idea | changed lines |\n| --- | --- | --- | ---: |";
    PreEscaped(table(head, rows.iter().map(row)))
}

/// The items of the library, and in which steps each of them appears, changes and goes.
pub fn timeline(steps: &[String], entries: &[Entry]) -> Markup {
    let links = steps.iter().map(|step| format!(" [{}]({step}.md) |", number(step)));
    let head =
        format!("| item |{}\n| --- |{}", links.collect::<String>(), " :-: |".repeat(steps.len()));
    let mark = |entry: &Entry, number: usize, step: &str| match entry.event(number) {
        Some(event) => link(entry, event, number, step).into_string(),
        None if entry.is_in(number) => "·".into(),
        None => String::new(),
    };
    let row = |entry: &Entry| {
        let marks = steps.iter().zip(1..).map(|(step, number)| mark(entry, number, step));
        [format!("`{}`", entry.path)].into_iter().chain(marks).collect::<Vec<_>>()
    };
    let legend = "`+` appears, `~` changes, `·` is there, `−` goes.";
    html! { (legend) "\n\n" (wide(&table(&head, entries.iter().map(row)))) }
}

/// The files of a library, and the items in each.
pub fn files(files: &[(String, Vec<String>)]) -> Markup {
    let code = |name: &String| format!("`{name}`");
    let row = |(file, items): &(String, Vec<String>)| {
        [code(file), items.iter().map(code).collect::<Vec<_>>().join(", ")]
    };
    PreEscaped(table("| file | items |\n| --- | --- |", files.iter().map(row)))
}

/// A link to where a chapter shows what happens to an item; it says so.
fn link(entry: &Entry, event: Event, number: usize, step: &str) -> Markup {
    let (sign, happens) = match event {
        Event::Appears => ("+", "appears"),
        Event::Changes => ("~", "changes"),
        Event::Goes => ("−", "goes"),
    };
    let says = format!("{} {happens} in step {number}", entry.path);
    let target = format!("{step}.html#{}", id_of_item(&entry.path));
    html! { a href=(target) title=(says) aria-label=(says) { (sign) } }
}

/// What was measured, one row for each engine.
pub fn costs(Costs { unit, rows }: &Costs) -> Markup {
    let head = format!(
        "| engine | times the floor | total, {unit} | rounds | forward, {unit} | backward, {unit} | \
         freeing, {unit} | bytes per call |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    wide(&table(&head, rows))
}

/// The number of a step by its name, with two digits.
fn number(step: &str) -> String {
    step.trim_start_matches("step").into()
}

/// A table from its head and the cells of its rows.
fn table<R: AsRef<[String]>>(head: &str, rows: impl IntoIterator<Item = R>) -> String {
    let rows = rows.into_iter().map(|row| format!("| {} |\n", row.as_ref().join(" | ")));
    format!("{head}\n{}", rows.collect::<String>())
}

/// A table that scrolls where it is too wide for the page.
fn wide(table: &str) -> Markup {
    html! { div.wide { "\n\n" (PreEscaped(table)) "\n" } "\n" }
}
