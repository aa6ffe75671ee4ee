//! Which of the mistakes that the chapters name a reader's step shows.
//!
//! What is seen must be the same: the lines printed, the test and its words, the error and its words.
//! Numbers that few programs print are enough. All else needs the code as well: where the mistake
//! lies, the reader's must be nearer to the wrong code than to the right one. So a mistake may stay
//! without a name; that is better than a wrong name.

use crate::cargo::Message;
use crate::observed::Observed;
use crate::scratch::Scratch;
use crate::tokens::{self, without_locals};
use anyhow::Result;
use lessons::mistakes::{self, Mistake, Seen};
use lessons::outline::Outline;
use lessons::workspace::fold_crate_names;
use lessons::{Step, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The mistakes that are shown, of those the book names for this step.
pub fn find(ours: &Step, mine: &Step, observed: &Observed) -> Result<Vec<Mistake>> {
    let read = |file: &str| if mine.has(file) { mine.read(file) } else { Ok(String::new()) };
    find_in(ours, &read, observed)
}

fn find_in(
    ours: &Step,
    read: &dyn Fn(&str) -> Result<String>,
    observed: &Observed,
) -> Result<Vec<Mistake>> {
    let expected = ours.output()?;
    let names = item_names(ours)?;
    let has = |text: &str, words: &str| {
        let folded = |text: &str| without_locals(&fold_crate_names(text), &names);
        folded(text).contains(&folded(words))
    };
    let mut found = Vec::new();
    for mistake in mistakes::of_step(ours)? {
        let is_shown = observed.shows(&mistake.seen, &expected, has);
        if is_shown && (is_rare(&mistake.seen) || is_nearer(ours, &mistake, read, &names)?) {
            found.push(mistake);
        }
    }
    Ok(found)
}

/// Whether few programs print such lines: there is a number in them that is neither 0 nor 1.
fn is_rare(seen: &Seen) -> bool {
    let Seen::Printed(lines) = seen else { return false };
    let words = lines.iter().flat_map(|line| line.split([' ', ',', '[', ']', '(', ')']));
    let mut numbers = words.filter_map(|word| word.parse::<f64>().ok());
    numbers.any(|number| number.is_finite() && number != 0.0 && number.abs() != 1.0)
}

/// Whether the reader's code is nearer to the mistake than to ours, where these two differ.
fn is_nearer(
    ours: &Step,
    mistake: &Mistake,
    read: &dyn Fn(&str) -> Result<String>,
    names: &BTreeSet<String>,
) -> Result<bool> {
    let (mut to_right, mut to_wrong) = (0, 0);
    for (file, wrong) in mistake.apply(ours)? {
        let right = parts(&ours.read(&file)?, names);
        let (wrong, reader) = (parts(&wrong, names), parts(&read(&file)?, names));
        let part = |of: &BTreeMap<String, Vec<String>>, name| of.get(name).cloned();
        let all: BTreeSet<&String> = right.keys().chain(wrong.keys()).collect();
        for name in all {
            let (right, wrong) = (part(&right, name), part(&wrong, name));
            if right != wrong {
                let reader = part(&reader, name).unwrap_or_default();
                to_right += tokens::distance(&right.unwrap_or_default(), &reader);
                to_wrong += tokens::distance(&wrong.unwrap_or_default(), &reader);
            }
        }
    }
    Ok(to_wrong < to_right)
}

/// Makes each mistake in a copy with other names for the locals, and says of which it is not
/// recognised; gives their number. Those that are not known must not
/// be taken for one that is.
pub fn prove(
    workspace: &Workspace,
    mistakes: Vec<(Step, Mistake)>,
    is_known: impl Fn(&Mistake) -> bool,
    report: impl Fn(&Step, &Mistake, &str) -> Result<()>,
) -> Result<usize> {
    let other = |step: &Step, text: String| Ok(tokens::with_other_names(&text, &item_names(step)?));
    let scratch = Scratch::write(workspace, mistakes, other)?;
    let mut wrong = 0;
    for ((step, mistake), observed) in scratch.mistakes.iter().zip(scratch.observe_all()?) {
        let read = |file: &str| scratch.source(step, mistake, file);
        let found = find_in(step, &read, &observed)?;
        let is_right = if is_known(mistake) {
            found.iter().any(|found| found.number == mistake.number)
        } else {
            found.is_empty()
        };
        if !is_right {
            wrong += 1;
            let names: Vec<&str> = found.iter().map(|found| found.name.as_str()).collect();
            let error = observed.errors.first().map_or_else(String::new, Message::plain);
            report(step, mistake, &format!("taken for [{}]\n{error}", names.join(", ")))?;
        }
    }
    Ok(wrong)
}

/// The items of a source, each in tokens; all of it as one, if it is not Rust.
fn parts(source: &str, names: &BTreeSet<String>) -> BTreeMap<String, Vec<String>> {
    let source = fold_crate_names(source);
    let Ok(outline) = Outline::of(&source) else {
        return BTreeMap::from([(String::new(), tokens::of(&source, names))]);
    };
    let items = outline.items.iter();
    let text = |lines| tokens::of(&outline.text(lines), names);
    items.map(|item| (item.path.clone(), text(item.own.clone()))).collect()
}

/// What the items of the library are called, without the types that they belong to.
fn item_names(step: &Step) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for file in step.library()? {
        let source = step.read(&file)?;
        for item in Outline::of(&source)?.items {
            names.extend(item.path.rsplit([':', '.']).next().map(String::from));
        }
    }
    Ok(names)
}

/// What to say of them; nothing if there are none.
pub fn in_words(workspace: &Workspace, ours: &Step, found: &[Mistake]) -> String {
    let number = ours.number;
    let mut text = String::new();
    let Some(first) = found.first() else { return text };
    if let Seen::Printed(lines) = &first.seen {
        let _ = write!(text, "You print {}. ", lines.last().map_or("", |line| line.trim()));
    }
    text += match found {
        [_] => "That is what this mistake shows, and it may be yours:\n",
        _ => "That is what each of these shows, and one may be yours:\n",
    };
    for mistake in found {
        let place = match heading(workspace, ours, &mistake.name) {
            Some(heading) => format!("Chapter {number:02}, {heading}."),
            None => format!("Chapter {number:02}."),
        };
        let title = mistake.title.trim_end_matches('.');
        let _ =
            write!(text, "  {title}. {place}\n  cargo xtask mistake {number} {}\n", mistake.number);
    }
    text.trim_end().into()
}

/// The heading in the chapter under which a mistake is shown.
fn heading(workspace: &Workspace, step: &Step, mistake: &str) -> Option<String> {
    let chapter = workspace.root.join(format!("book/chapters/{}.md", step.name));
    let chapter = lessons::workspace::read(&chapter).ok()?;
    let directive = format!("{{{{mistake {} {mistake}}}}}", step.name);
    let at = chapter.find(&directive)?;
    let mut headings = chapter[..at].lines().filter_map(|line| line.strip_prefix("## "));
    headings.next_back().map(String::from)
}
