//! What stands above the chapter of a step: what is new in it, in short.

use crate::content::{Content, Head};
use crate::steps::Steps;
use anyhow::Result;
use lessons::Step;
use lessons::diff::FileDiff;
use lessons::line::Change;
use lessons::timeline::Event;

/// The head of the chapter of `step`.
pub fn of(step: &Step, steps: &Steps) -> Result<Content> {
    let before = steps.before(step).ok();
    let stat = |file: &FileDiff| {
        let count = |change| file.lines().filter(|line| line.change == change).count();
        (file.file.clone(), Some((count(Change::Added), count(Change::Removed))))
    };
    let sources = if before.is_some() {
        steps.diff(step)?.iter().map(stat).collect()
    } else {
        let files = step.sources()?.into_iter();
        files.map(|file| (format!("{}/{file}", step.name), None)).collect()
    };
    let mut moved = Vec::new();
    for file in before.map_or(Ok(&[][..]), |_| steps.diff(step))? {
        let files = file.moved_to.chunk_by(|a, b| a.1 == b.1);
        moved.extend(files.map(|items| (format!("{}/{}", step.name, items[0].1), items.len())));
    }
    let mut items = Vec::new();
    for event in [Event::Appears, Event::Changes, Event::Goes] {
        let entries = steps.timeline()?.iter();
        let entries = entries.filter(|entry| entry.event(step.number) == Some(event));
        items.push((event, entries.map(|entry| entry.path.clone()).collect()));
    }
    Ok(Content::Head(Head {
        number: step.number,
        package: step.package(),
        before: before.map(|before| (before.name.clone(), before.title.clone())),
        sources,
        items,
        moved,
    }))
}
