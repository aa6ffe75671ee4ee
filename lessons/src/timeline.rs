//! In which step each item of the library appears, changes, moves and goes, and what `fast` does to it.

use crate::code;
use crate::outline::{Item, Kind, Outline};
use crate::workspace::{BEFORE_FAST, Step, Workspace};
use anyhow::{Context, Result};
use similar::TextDiff;

/// An item, and the steps in which something happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How it is named; see [`Item`].
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// The numbers of the steps, in their order, and what happens to the item there.
    pub history: Vec<(usize, Event)>,
    /// In which steps it lies in another file than before, and in which.
    pub moves: Vec<(usize, String)>,
    /// What happens to it between step 18 and `fast`, if anything.
    pub fast: Option<Event>,
}

/// What happens to an item between a step and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The step has it, the one before does not; or another of its name comes.
    Appears,
    /// Its code differs; a comment alone is no change.
    Changes,
    /// It lies in another file, and its code is the same.
    Moves,
    /// The step before has it, this one does not.
    Goes,
}

impl Entry {
    /// Whether step `number` has the item.
    pub fn is_in(&self, number: usize) -> bool {
        let last = self.history.iter().rev().find(|(step, _)| *step <= number);
        last.is_some_and(|(_, event)| *event != Event::Goes)
    }

    /// What happens to the item in step `number`, if anything.
    pub fn event(&self, number: usize) -> Option<Event> {
        self.history.iter().find(|(step, _)| *step == number).map(|(_, event)| *event)
    }

    /// The file that the item moves to in step `number`, if it does; it may change as well.
    pub fn moved_to(&self, number: usize) -> Option<&str> {
        self.moves.iter().find(|(step, _)| *step == number).map(|(_, file)| file.as_str())
    }

    /// Whether `fast` has the item.
    pub fn is_in_fast(&self) -> bool {
        self.fast.map_or(self.is_in(BEFORE_FAST), |event| event != Event::Goes)
    }
}

/// The items of the libraries of all steps and of `fast`; see [`of_steps`].
pub fn of_workspace(workspace: &Workspace) -> Result<Vec<Entry>> {
    let mut entries = of_steps(&workspace.steps()?)?;
    let (before, fast) = (listed(&workspace.step(BEFORE_FAST)?)?, listed(&workspace.fast()?)?);
    place(&mut entries, &fast);
    for entry in &mut entries {
        entry.fast = event(named(&before, &entry.path), named(&fast, &entry.path));
    }
    Ok(entries)
}

/// The items of the libraries of all steps: types and their fields, traits, functions and methods,
/// and which trait is implemented for what. In the order of the sources; one that has gone stays
/// where it was.
pub fn of_steps(steps: &[Step]) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut before: Vec<Listed> = Vec::new();
    for step in steps {
        let here = listed(step)?;
        place(&mut entries, &here);
        for entry in &mut entries {
            let (old, new) = (named(&before, &entry.path), named(&here, &entry.path));
            let event = if is_another(old, new) { Some(Event::Appears) } else { event(old, new) };
            entry.history.extend(event.map(|event| (step.number, event)));
            let moved = old.zip(new).filter(|(old, new)| old.file != new.file);
            entry.moves.extend(moved.map(|(_, new)| (step.number, new.file.clone())));
        }
        before = here;
    }
    Ok(entries)
}

/// The entries that are called `name`: by their whole path, or by its last part. `backward()` will
/// do, and so will `variable::backward`.
pub fn find<'a>(entries: &'a [Entry], name: &str) -> Vec<&'a Entry> {
    let name = name.trim().trim_end_matches("()");
    let exact: Vec<&Entry> = entries.iter().filter(|entry| entry.path == name).collect();
    if !exact.is_empty() {
        return exact;
    }
    let name = name.to_lowercase();
    let is_called = |entry: &&Entry| {
        let path = entry.path.to_lowercase();
        path == name || path.rsplit(['.', ':']).next() == Some(name.as_str())
    };
    entries.iter().filter(is_called).collect()
}

/// The paths that look most like `name`, the best first.
pub fn near<'a>(entries: &'a [Entry], name: &str) -> Vec<&'a str> {
    let name = name.to_lowercase();
    let likeness = |path: &str| {
        let path = path.to_lowercase();
        let last = path.rsplit(['.', ':']).next().unwrap_or_default();
        let ratio = |text: &str| TextDiff::from_chars(text, name.as_str()).ratio();
        ratio(&path).max(ratio(last))
    };
    let mut found: Vec<(f32, &str)> =
        entries.iter().map(|entry| (likeness(&entry.path), entry.path.as_str())).collect();
    found.retain(|(likeness, _)| *likeness > 0.6);
    found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    found.into_iter().map(|(_, path)| path).take(5).collect()
}

/// An item of one step.
struct Listed {
    path: String,
    kind: Kind,
    /// Where it lies, such as `src/lib.rs`.
    file: String,
    /// The code; of several items with one name, that of each.
    codes: Vec<String>,
}

/// The items of the library of a step. Methods of two traits may have one name, and are one item.
fn listed(step: &Step) -> Result<Vec<Listed>> {
    let mut listed: Vec<Listed> = Vec::new();
    for file in step.library()? {
        let text = step.read_folded(&file)?;
        let outline = Outline::of(&text).with_context(|| format!("{}/{file}", step.name))?;
        for item in outline.items.iter().filter(|item| is_listed(item)) {
            let code = code::code(&outline.text(item.own.clone()));
            let (path, file) = (item.path.clone(), file.clone());
            match listed.iter_mut().find(|other| other.path == item.path) {
                Some(other) => other.codes.push(code),
                None => listed.push(Listed { path, kind: item.kind, file, codes: vec![code] }),
            }
        }
    }
    Ok(listed)
}

/// Import lines and the blocks that hold methods are not what a reader asks for, nor are the
/// fields of a tuple, which have no name.
fn is_listed(item: &Item) -> bool {
    match item.kind {
        Kind::Use => false,
        Kind::Impl => item.path.contains(" for "),
        Kind::Field => !item.path.ends_with(|c: char| c.is_ascii_digit()),
        _ => true,
    }
}

fn named<'a>(listed: &'a [Listed], path: &str) -> Option<&'a Listed> {
    listed.iter().find(|item| item.path == path)
}

/// What happens to an item that is `old` in one step and `new` in the next.
fn event(old: Option<&Listed>, new: Option<&Listed>) -> Option<Event> {
    match (old, new) {
        (None, Some(_)) => Some(Event::Appears),
        (Some(_), None) => Some(Event::Goes),
        (Some(old), Some(new)) if old.codes != new.codes => Some(Event::Changes),
        (Some(old), Some(new)) if old.file != new.file => Some(Event::Moves),
        _ => None,
    }
}

/// Whether those of one name stay as they are, and another comes.
fn is_another(old: Option<&Listed>, new: Option<&Listed>) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return false };
    old.codes.len() < new.codes.len() && old.codes.iter().all(|code| new.codes.contains(code))
}

/// Makes an entry of each item that has none, after that of the item before it.
fn place(entries: &mut Vec<Entry>, listed: &[Listed]) {
    let mut before = None;
    for item in listed {
        let known = entries.iter().position(|entry| entry.path == item.path);
        let at = known.unwrap_or_else(|| {
            let at = before.map_or(0, |before| place_after(entries, before, item));
            entries.insert(at, Entry::new(item));
            at
        });
        before = Some(at);
    }
}

/// Where a new item goes that follows the one at `before`: after the fields of the same type that
/// have gone, unless it is a field itself.
fn place_after(entries: &[Entry], before: usize, item: &Listed) -> usize {
    let owner = |path: &str| path.split(['.', ':']).next().map(String::from);
    let type_name = owner(&entries[before].path);
    let is_passed = |Entry { path, kind, .. }: &&Entry| {
        *kind == Kind::Field && item.kind != Kind::Field && owner(path) == type_name
    };
    before + 1 + entries[before + 1..].iter().take_while(is_passed).count()
}

impl Entry {
    fn new(item: &Listed) -> Self {
        Entry {
            path: item.path.clone(),
            kind: item.kind,
            history: Vec::new(),
            moves: Vec::new(),
            fast: None,
        }
    }
}
