//! `{{code …}}`: items of a source file by their names.

use crate::content::{Content, Listing, id_of_item};
use crate::steps::Steps;
use anyhow::{Context, Result, anyhow, bail, ensure};
use lessons::outline::Outline;
use lessons::workspace;
use std::ops::Range;

/// What `{{code …}}` asks for.
#[derive(Debug, PartialEq, Eq)]
struct Request<'a> {
    /// A step, or a file from the root of the workspace.
    place: &'a str,
    items: Vec<&'a str>,
    /// The texts in the first and in the last line of a part.
    part: Option<(&'a str, &'a str)>,
}

/// The items that `arguments` name; the whole file where they name none.
pub fn resolve(arguments: &str, steps: &Steps) -> Result<Content> {
    let Request { place, items, part } = parse(arguments)?;
    let mut listings: Vec<Listing> = Vec::new();
    if items.is_empty() {
        let source = read(place, steps)?;
        ensure!(!source.trim().is_empty(), "{place} is empty");
        let all = 0..source.lines().count();
        listings.push(Listing { file: place.into(), source, ids: Vec::new(), ranges: vec![all] });
    }
    for name in items {
        let (file, source, range) = find(place, name, steps)?;
        let range = part_of(&source, range, part)?;
        let items = Outline::of(&source)?.items.into_iter();
        let shown = items.filter(|item| range.contains(&item.lines.start));
        let ids: Vec<String> = shown.map(|item| id_of_item(&item.path)).collect();
        match listings.last_mut() {
            Some(listing) if listing.file == file => {
                listing.ranges.push(range);
                listing.ids.extend(ids);
            }
            _ => listings.push(Listing { file, source, ids, ranges: vec![range] }),
        }
    }
    Ok(Content::Code(listings))
}

fn parse(arguments: &str) -> Result<Request<'_>> {
    let (place, rest) = arguments.split_once(' ').unwrap_or((arguments, ""));
    ensure!(!place.is_empty(), "name a step and its items: {{{{code step07 Call::backward}}}}");
    let (items, part) = match rest.find('"') {
        Some(at) => (&rest[..at], Some(parse_part(&rest[at..])?)),
        None => (rest, None),
    };
    let items: Vec<&str> =
        items.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    ensure!(part.is_none() || items.len() == 1, "a part with \"…\" .. \"…\" is of one item");
    ensure!(
        !items.is_empty() || place.contains('/'),
        "name the items: {{{{code {place} Call::backward, square}}}}, or a file: {{{{code {place}/src/lib.rs}}}}"
    );
    Ok(Request { place, items, part })
}

fn parse_part(text: &str) -> Result<(&str, &str)> {
    let inner = text.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner
        .and_then(|inner| inner.split_once("\" .. \""))
        .context("a part is written \"text in its first line\" .. \"text in its last line\"")
}

/// The file, its text and the lines of an item. Of a step, the first source that has it, unless
/// the name says which: `src/main.rs#main`.
fn find(place: &str, name: &str, steps: &Steps) -> Result<(String, String, Range<usize>)> {
    let (files, item) = match name.split_once('#') {
        _ if place.contains('/') => (vec![place.to_string()], name),
        Some((file, item)) => (vec![format!("{place}/{file}")], item),
        None => {
            let sources = steps.named(place)?.sources()?;
            (sources.iter().map(|file| format!("{place}/{file}")).collect(), name)
        }
    };
    let mut names = Vec::new();
    for file in files {
        let source = read(&file, steps)?;
        let items = Outline::of(&source).with_context(|| file.clone())?.items;
        if let Some(item) = items.iter().find(|found| found.path == item) {
            let lines = item.lines.clone();
            return Ok((file, source, lines));
        }
        names.extend(items.into_iter().map(|item| item.path));
    }
    bail!("{place} has no `{item}`; it has: {}", names.join(", "))
}

/// The text of a file of the workspace.
fn read(file: &str, steps: &Steps) -> Result<String> {
    ensure!(!file.split('/').any(|part| part == ".."), "{file} is outside of the workspace");
    let text = workspace::read(&steps.workspace.root.join(file));
    text.map_err(|_| anyhow!("there is no file {file}"))
}

/// The lines of `range` from the first that contains the first text to the next that contains
/// the second one.
fn part_of(source: &str, range: Range<usize>, part: Option<(&str, &str)>) -> Result<Range<usize>> {
    let Some((first, last)) = part else { return Ok(range) };
    let lines: Vec<&str> = source.lines().collect();
    let find = |text: &str, range: Range<usize>| {
        let found = range.clone().find(|&i| lines[i].contains(text));
        found.with_context(|| {
            format!("none of the lines {} to {} contains \"{text}\"", range.start + 1, range.end)
        })
    };
    let start = find(first, range.clone())?;
    let end = find(last, start..range.end)?;
    Ok(start..end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_names_a_place_items_and_a_part() {
        let request = parse("step07/src/main.rs main \"let y = f(\"a\")\" .. \"}\"").unwrap();
        assert_eq!(request.place, "step07/src/main.rs");
        assert_eq!(request.items, ["main"]);
        assert_eq!(request.part, Some(("let y = f(\"a\")", "}")));
        let request = parse("step07 Variable, impl Function for Square").unwrap();
        assert_eq!(request.items, ["Variable", "impl Function for Square"]);
        assert!(parse("step07").is_err());
        assert!(parse("step07 main \"a\"").is_err());
    }
}
