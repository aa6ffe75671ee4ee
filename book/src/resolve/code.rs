//! `{{code …}}`: items of a source file by their names.

use crate::content::{Content, Listing};
use crate::steps::Steps;
use anyhow::{Context, Result, bail, ensure};
use lessons::outline::Outline;
use lessons::{Step, workspace};
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

/// The items that `arguments` name.
pub fn resolve(arguments: &str, steps: &Steps) -> Result<Content> {
    let request = parse(arguments)?;
    let listings = if request.place.contains('/') {
        vec![from_file(&request, steps)?]
    } else {
        from_step(&request, steps.named(request.place)?)?
    };
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

fn from_file(request: &Request, steps: &Steps) -> Result<Listing> {
    let file = request.place.to_string();
    ensure!(!file.split('/').any(|part| part == ".."), "{file} is outside of the workspace");
    let source = workspace::read(&steps.workspace.root.join(&file))
        .map_err(|_| anyhow::anyhow!("there is no file {file}"))?;
    let mut listing = Listing { file, source, ranges: Vec::new() };
    if request.items.is_empty() {
        ensure!(!listing.source.trim().is_empty(), "{} is empty", listing.file);
        listing.ranges.push(0..listing.source.lines().count());
    }
    for name in &request.items {
        let outline = Outline::of(&listing.source).with_context(|| listing.file.clone())?;
        let item = outline.find(name).with_context(|| listing.file.clone())?;
        listing.ranges.push(part_of(&listing.source, item.lines.clone(), request.part)?);
    }
    Ok(listing)
}

fn from_step(request: &Request, step: &Step) -> Result<Vec<Listing>> {
    let mut listings: Vec<Listing> = Vec::new();
    for name in &request.items {
        let (file, source, range) = find_in_step(step, name)?;
        let range = part_of(&source, range, request.part)?;
        match listings.last_mut() {
            Some(listing) if listing.file == file => listing.ranges.push(range),
            _ => listings.push(Listing { file, source, ranges: vec![range] }),
        }
    }
    Ok(listings)
}

/// The file, its text and the lines of the item: from `src/lib.rs` or else `src/main.rs`, unless
/// the name says which: `src/main.rs#main`.
fn find_in_step(step: &Step, name: &str) -> Result<(String, String, Range<usize>)> {
    let (files, item) = match name.split_once('#') {
        Some((file, item)) => (vec![file.to_string()], item),
        None => (step.sources()?, name),
    };
    let mut names = Vec::new();
    for file in files {
        let source =
            step.read(&file).map_err(|_| anyhow::anyhow!("{} has no {file}", step.name))?;
        let items = Outline::of(&source)?.items;
        if let Some(item) = items.iter().find(|found| found.path == item) {
            return Ok((format!("{}/{file}", step.name), source, item.lines.clone()));
        }
        names.extend(items.into_iter().map(|item| item.path));
    }
    bail!("{} has no `{item}`; it has: {}", step.name, names.join(", "))
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
