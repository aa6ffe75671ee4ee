//! Tables, as Markdown: mdBook makes links to pages of links to chapters.

use crate::content::{Costs, StepRow, id_of_item, id_of_whole};
use lessons::timeline::{Entry, Event};
use lessons::workspace::{BEFORE_FAST, FAST};
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

/// The items of the library, and in which steps each of them appears, changes, moves and goes. The
/// last column is that of `fast`.
pub fn timeline(steps: &[String], entries: &[Entry]) -> Markup {
    let links = steps.iter().map(|step| format!(" [{}]({step}.md) |", number(step)));
    let head = format!(
        "| item |{} [`{FAST}`]({FAST}.md) |\n| --- |{}",
        links.collect::<String>(),
        " --- |".repeat(steps.len() + 1)
    );
    let mark = |event: Option<Markup>, is_there: bool| match event {
        Some(link) => link.into_string(),
        None if is_there => "·".into(),
        None => String::new(),
    };
    let row = |entry: &Entry| {
        let of_step = |(step, number): (&String, usize)| {
            let event = entry.event(number).map(|event| in_step(entry, event, number, step));
            mark(event, entry.is_in(number))
        };
        let marks = steps.iter().zip(1..).map(of_step);
        let fast = mark(entry.fast.map(|event| in_fast(entry, event)), entry.is_in_fast());
        let cells = [breakable(&entry.path).into_string()].into_iter().chain(marks).chain([fast]);
        cells.collect::<Vec<_>>()
    };
    let legend = "`+` appears, `~` changes, `→` moves to another file, `·` is there, `−` goes.";
    html! { (legend) "\n\n" (wide("wide signs", &table(&head, entries.iter().map(row)))) }
}

/// A name that may go on below itself, after a point or a pair of colons.
fn breakable(path: &str) -> Markup {
    let name = html! { (path) }.into_string().replace('.', ".<wbr>").replace("::", "::<wbr>");
    html! { code { (PreEscaped(name)) } }
}

/// The files of a library, and the items in each.
pub fn files(files: &[(String, Vec<String>)]) -> Markup {
    let code = |name: &String| format!("`{name}`");
    let row = |(file, items): &(String, Vec<String>)| {
        [code(file), items.iter().map(code).collect::<Vec<_>>().join(", ")]
    };
    PreEscaped(table("| file | items |\n| --- | --- |", files.iter().map(row)))
}

/// A link to where a chapter shows what happens to an item, or to the file that it moves to.
fn in_step(entry: &Entry, event: Event, number: usize, step: &str) -> Markup {
    let file = entry.moved_to(number);
    let to = file.map(|file| format!(" to {file}")).unwrap_or_default();
    let (_, happens) = says(event);
    let and = if file.is_some() && event != Event::Moves { " and moves" } else { "" };
    let place = match file.filter(|_| event == Event::Moves) {
        Some(file) => id_of_whole(&format!("{step}/{file}")),
        None => id_of_item(&entry.path),
    };
    let title = format!("{} {happens}{and}{to} in step {number}", entry.path);
    link(&format!("{step}.html#{place}"), &title, event)
}

/// A link to the page of `fast`.
fn in_fast(entry: &Entry, event: Event) -> Markup {
    let title = format!("{} {} in {FAST}, against step {BEFORE_FAST}", entry.path, says(event).1);
    link(&format!("{FAST}.html"), &title, event)
}

fn link(target: &str, title: &str, event: Event) -> Markup {
    html! { a href=(target) title=(title) aria-label=(title) { (says(event).0) } }
}

/// The sign of an event, and what it means.
fn says(event: Event) -> (&'static str, &'static str) {
    match event {
        Event::Appears => ("+", "appears"),
        Event::Changes => ("~", "changes"),
        Event::Moves => ("→", "moves"),
        Event::Goes => ("−", "goes"),
    }
}

/// What was measured, one row for each engine.
pub fn costs(Costs { unit, rows }: &Costs) -> Markup {
    let head = format!(
        "| engine | times the floor | total, {unit} | rounds | forward, {unit} | backward, {unit} | \
         freeing, {unit} | bytes per call |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    );
    wide("wide", &table(&head, rows))
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

/// A table that scrolls where it is too large for the page.
fn wide(class: &str, table: &str) -> Markup {
    html! { div.edges { div class=(class) { "\n\n" (PreEscaped(table)) "\n" } } "\n" }
}
