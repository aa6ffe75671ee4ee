//! `{{diff …}}` and `{{output-diff …}}`: what changed against the step before.

use crate::content::{Changes, Content, Fold, Of, Part, id_of_item, id_of_whole};
use crate::steps::{Steps, is_code, names};
use anyhow::{Result, bail, ensure};
use lessons::Step;
use lessons::diff::{self, FileDiff, Piece};
use lessons::line::{Change, Line};
use lessons::outline::Name;
use std::collections::BTreeSet;

/// Fewer unchanged lines than these are not worth a fold.
const FOLD: usize = 3;

/// The difference that `arguments` name: a step, and items if only these are asked for.
pub fn of_sources(arguments: &str, steps: &Steps) -> Result<Content> {
    let (name, items) = arguments.split_once(' ').unwrap_or((arguments, ""));
    let step = steps.named(name)?;
    let files = steps.diff(step)?;
    if items.trim().is_empty() {
        return Ok(Content::WholeDiff(name.into(), files.iter().map(whole).collect()));
    }
    let mut chosen = vec![BTreeSet::new(); files.len()];
    for item in items.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        let (file, pieces) = find(step, files, item)?;
        chosen[file].extend(pieces);
    }
    let chosen = files.iter().zip(&chosen).filter(|(_, pieces)| !pieces.is_empty());
    Ok(Content::Diff(chosen.map(|(file, pieces)| some(file, pieces)).collect()))
}

/// What changed in the output of a step.
pub fn of_outputs(arguments: &str, steps: &Steps) -> Result<Content> {
    let step = steps.named(arguments)?;
    let lines = diff::of_outputs(steps.before(step)?, step)?;
    let is_changed = lines.iter().any(|line| line.change != Change::Same);
    let is_kept = lines.iter().any(|line| line.change == Change::Same);
    let parts = if is_changed && is_kept { vec![Part::Lines(lines)] } else { Vec::new() };
    let of = if is_kept { Of::Output } else { Of::NewOutput };
    let ids = vec!["change-of-output".into()];
    let changes = Changes { name: step.package(), of, ids, parts, moved_to: Vec::new() };
    Ok(Content::OutputDiff(step.name.clone(), changes))
}

/// The index of the first file in which something changed that `item` names, and of its pieces.
fn find(step: &Step, files: &[FileDiff], item: &str) -> Result<(usize, Vec<usize>)> {
    let (only, name) = match item.split_once('#') {
        Some((file, name)) => (Some(file), name),
        None => (None, item),
    };
    let is_asked =
        |file: &FileDiff| only.is_none_or(|only| file.file.ends_with(&format!("/{only}")));
    let is_meant = |piece: &Piece| piece.names.iter().any(|span| is_named(span, name));
    for (i, file) in files.iter().enumerate().filter(|(_, file)| is_asked(file)) {
        let within = within(&file.pieces, name);
        let pieces = file.pieces.iter().enumerate().filter(|(_, piece)| piece.is_changed());
        let found = pieces.filter(|(i, piece)| is_meant(piece) || within.contains(i));
        let found: Vec<usize> = found.map(|(i, _)| i).collect();
        if !found.is_empty() {
            return Ok((i, found));
        }
    }
    let pieces: Vec<&Piece> =
        files.iter().filter(|file| is_asked(file)).flat_map(|file| &file.pieces).collect();
    let changed = pieces.iter().filter(|piece| piece.is_changed()).flat_map(|piece| names(piece));
    let changed = changed.collect::<Vec<_>>().join(", ");
    let is_known = pieces.iter().any(|piece| is_meant(piece));
    ensure!(is_known, "{} has no `{item}`; changed there: {changed}", step.name);
    bail!("`{item}` does not change in {}; changed there: {changed}", step.name)
}

/// Whether a span is meant by `name`, which may end in `::*`: the container and all in it.
fn is_named(span: &Name, name: &str) -> bool {
    let Some(container) = name.strip_suffix("::*") else { return span.to_string() == name };
    let (Name::Item(path) | Name::End(path)) = span else { return false };
    let is_impl = path
        .strip_prefix("impl ")
        .is_some_and(|path| path == container || path.ends_with(&format!(" for {container}")));
    path == container || is_impl || path.starts_with(&format!("{container}::"))
}

/// The pieces of an `impl` that is named in full, as in `impl Add for &Variable::*`: members of two
/// of them may have one name.
fn within(pieces: &[Piece], name: &str) -> BTreeSet<usize> {
    let mut within = BTreeSet::new();
    let Some(container) = name.strip_suffix("::*").filter(|name| name.starts_with("impl ")) else {
        return within;
    };
    let mut is_inside = false;
    for (i, piece) in pieces.iter().enumerate() {
        is_inside |= piece.items().any(|item| item == container);
        if is_inside {
            within.insert(i);
        }
        is_inside &= !piece.names.contains(&Name::End(container.into()));
    }
    within
}

/// The whole difference of a file.
fn whole(file: &FileDiff) -> Changes {
    let has_come = file.pieces.iter().any(|piece| piece.moved_from.is_some());
    let is_other = file.is_changed() || has_come || !file.moved_to.is_empty();
    let files = file.moved_to.chunk_by(|a, b| a.1 == b.1);
    let moved_to = files.map(|items| {
        (items[0].1.clone(), without_members(items.iter().map(|(item, _)| item.as_str())))
    });
    Changes {
        name: file.file.clone(),
        of: Of::File,
        ids: vec![id_of_whole(&file.file)],
        parts: if is_other { folded(&file.pieces) } else { Vec::new() },
        moved_to: moved_to.collect(),
    }
}

/// The names of items, of which a trait or block stands for the members that follow it.
fn without_members<'a>(items: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    for item in items {
        let is_of = |owner: &str| {
            let last = names.last().map_or("", |name| name.trim_start_matches("impl "));
            let of = last.rsplit(' ').next().unwrap_or_default();
            of.trim_start_matches('&') == owner
        };
        if !item.split_once("::").is_some_and(|(owner, _)| is_of(owner)) {
            names.push(item);
        }
    }
    names.into_iter().map(String::from).collect()
}

/// The changed pieces of a file's difference, to which no link leads.
pub fn changed(file: &FileDiff) -> Changes {
    let pieces = file.pieces.iter().enumerate();
    let pieces = pieces.filter(|(_, piece)| piece.is_changed()).map(|(i, _)| i).collect();
    Changes { ids: Vec::new(), ..some(file, &pieces) }
}

/// Some pieces of a file's difference, with a gap where they do not follow each other.
fn some(file: &FileDiff, chosen: &BTreeSet<usize>) -> Changes {
    let indices: Vec<usize> = chosen.iter().copied().collect();
    let mut parts = Vec::new();
    for run in indices.chunk_by(|one, next| one + 1 == *next) {
        if !parts.is_empty() {
            parts.push(Part::Gap);
        }
        parts.extend(folded(&without_blank_start(&file.pieces[run[0]..=run[run.len() - 1]])));
    }
    let pieces: Vec<&Piece> = indices.iter().map(|&i| &file.pieces[i]).collect();
    let ids = pieces.iter().flat_map(|piece| piece.items()).map(id_of_item).collect();
    let (name, of) = (file.file.clone(), Of::Items(labels(&pieces)));
    Changes { name, of, ids, parts, moved_to: Vec::new() }
}

fn without_blank_start(pieces: &[Piece]) -> Vec<Piece> {
    let mut pieces = pieces.to_vec();
    let lines = &mut pieces[0].lines;
    let start = lines.iter().take_while(|line| line.text().trim().is_empty()).count();
    lines.drain(..start);
    pieces
}

/// The names to show for pieces: those of their code, or else all.
fn labels(pieces: &[&Piece]) -> Vec<String> {
    let labels: Vec<String> =
        pieces.iter().flat_map(|piece| names(piece)).map(Into::into).collect();
    if labels.is_empty() {
        return pieces.iter().flat_map(|piece| &piece.names).map(Name::to_string).collect();
    }
    labels
}

/// Lines of a piece, and whether they are to be shown.
type Run<'a> = (&'a Piece, (bool, &'a [Line]));

/// Lines with the unchanged ones far from a change in folds, under the names of their items.
fn folded(pieces: &[Piece]) -> Vec<Part> {
    let runs =
        pieces.iter().flat_map(|piece| piece.runs().into_iter().map(move |run| (piece, run)));
    let runs: Vec<Run> = runs.collect();
    let mut parts = Vec::new();
    let is_one_fold = |(piece, (one, _)): &Run, (after, (next, _)): &Run| {
        !one && !next && piece.moved_from == after.moved_from
    };
    for group in runs.chunk_by(is_one_fold) {
        let lines: Vec<Line> = group.iter().flat_map(|(_, (_, lines))| *lines).cloned().collect();
        let (piece, (is_shown, _)) = group[0];
        let is_short = lines.len() < FOLD && piece.moved_from.is_none();
        parts.push(if is_shown || is_short {
            Part::Lines(lines)
        } else {
            let names: Vec<&Name> = group.iter().flat_map(|(piece, _)| &piece.names).collect();
            let moved_from = piece.moved_from.clone();
            Part::Fold(Fold { items: short_names(&names), moved_from, lines })
        });
    }
    parts
}

/// The names of items that are folded; a container that is there as a whole stands for its members.
fn short_names(spans: &[&Name]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut rest = spans;
    while let [span, after @ ..] = rest {
        rest = after;
        let Some(item) = span.item() else { continue };
        if is_code(item) && names.last().is_none_or(|name| name != item) {
            names.push(item.into());
        }
        let is_end = |other: &&Name| matches!(other, Name::End(path) if path == item);
        rest = after.iter().position(is_end).map_or(after, |end| &after[end + 1..]);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_names_a_container_and_what_is_in_it() {
        let item = |path: &str| Name::Item(path.into());
        for path in ["Call", "impl Call", "impl Drop for Call", "Call::new"] {
            assert!(is_named(&item(path), "Call::*"), "{path}");
        }
        assert!(is_named(&Name::End("impl Call".into()), "Call::*"));
        for path in ["Caller", "Function::call", "impl Call for Square"] {
            assert!(!is_named(&item(path), "Call::*"), "{path}");
        }
        assert!(is_named(&item("Call::new"), "Call::new"));
        assert!(!is_named(&item("Call::new"), "Call"));
    }

    #[test]
    fn an_impl_named_in_full_has_its_own_members_only() {
        let after =
            "struct S;\nimpl A for S {\n    fn f() {}\n}\nimpl B for S {\n    fn f() {}\n}\n";
        let pieces = diff::of_drafts("struct S;\n", after);
        let names = |name| {
            let found = within(&pieces, name).into_iter().map(|i| &pieces[i]);
            found.flat_map(|piece| piece.items().map(String::from)).collect::<Vec<_>>()
        };
        assert_eq!(names("impl B for S::*"), ["impl B for S", "S::f"]);
        assert_eq!(names("impl A for S::*"), ["impl A for S", "S::f"]);
        assert_eq!(names("S::*"), [""; 0]);
    }
}
