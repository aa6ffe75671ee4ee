//! In which step each item of the library appears, changes and goes.

use crate::code;
use crate::outline::{Item, Kind, Outline};
use crate::workspace::Step;
use anyhow::{Context, Result};
use similar::TextDiff;
use std::collections::HashSet;

/// An item, and the steps in which something happens to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// How it is named; see [`Item`].
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// The numbers of the steps, in their order, and what happens to the item there.
    pub history: Vec<(usize, Event)>,
}

/// What happens to an item between a step and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The step has it, the one before does not.
    Appears,
    /// Its code differs; a comment alone is no change.
    Changes,
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
}

/// The items of the libraries of all steps: types and their fields, traits, functions and methods,
/// and which trait is implemented for what. In the order of the sources; one that has gone stays
/// where it was.
pub fn of_steps(steps: &[Step]) -> Result<Vec<Entry>> {
    let mut tracks: Vec<Track> = Vec::new();
    for step in steps {
        let mut items: Vec<(Item, String)> = Vec::new();
        for file in step.library()? {
            let text = step.read_folded(&file)?;
            let outline = Outline::of(&text).with_context(|| format!("{}/{file}", step.name))?;
            for item in outline.items.iter().filter(|item| is_listed(item)) {
                add_item(&mut items, item, &outline.text(item.own.clone()));
            }
        }
        add_step(&mut tracks, step.number, &items);
    }
    Ok(tracks.into_iter().map(|track| track.entry).collect())
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

/// An entry, and its code in the step that was looked at last.
struct Track {
    entry: Entry,
    code: Option<String>,
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

/// Adds an item of a step. Methods of two traits may have one name, and are one entry.
fn add_item(items: &mut Vec<(Item, String)>, item: &Item, text: &str) {
    match items.iter_mut().find(|(other, _)| other.path == item.path) {
        Some((_, other)) => other.push_str(text),
        None => items.push((item.clone(), text.into())),
    }
}

/// Notes the items of a step, each with its text.
fn add_step(tracks: &mut Vec<Track>, number: usize, items: &[(Item, String)]) {
    let mut here = HashSet::new();
    let mut before = None;
    for (item, text) in items {
        let place = tracks.iter().position(|track| track.entry.path == item.path);
        let place = place.unwrap_or_else(|| {
            let place = before.map_or(0, |before| place_after(tracks, before, item));
            tracks.insert(place, Track::new(item));
            place
        });
        tracks[place].note(number, Some(code::code(text)));
        here.insert(item.path.as_str());
        before = Some(place);
    }
    for track in tracks.iter_mut().filter(|track| !here.contains(track.entry.path.as_str())) {
        track.note(number, None);
    }
}

/// Where a new item goes that follows the one at `before`: after the fields of the same type that
/// have gone, unless it is a field itself.
fn place_after(tracks: &[Track], before: usize, item: &Item) -> usize {
    let owner = |path: &str| path.split(['.', ':']).next().map(String::from);
    let type_name = owner(&tracks[before].entry.path);
    let is_passed = |track: &&Track| {
        let Entry { path, kind, .. } = &track.entry;
        *kind == Kind::Field && item.kind != Kind::Field && owner(path) == type_name
    };
    before + 1 + tracks[before + 1..].iter().take_while(is_passed).count()
}

impl Track {
    fn new(item: &Item) -> Self {
        let (path, kind) = (item.path.clone(), item.kind);
        Track { entry: Entry { path, kind, history: Vec::new() }, code: None }
    }

    fn note(&mut self, number: usize, code: Option<String>) {
        let event = match (&self.code, &code) {
            (None, Some(_)) => Some(Event::Appears),
            (Some(_), None) => Some(Event::Goes),
            (Some(old), Some(new)) if old != new => Some(Event::Changes),
            _ => None,
        };
        self.entry.history.extend(event.map(|event| (number, event)));
        self.code = code;
    }
}
