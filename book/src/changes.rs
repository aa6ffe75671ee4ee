//! `{{diff …}}` and `{{output-diff …}}`: what changed against the step before.

use crate::highlight;
use crate::html::{code_list, escape};
use crate::shown::{Shown, is_code, names};
use crate::steps::Steps;
use anyhow::{Result, bail, ensure};
use lessons::Step;
use lessons::diff::{self, FileDiff, Piece};
use lessons::line::{Change, Line};
use lessons::outline::Name;
use std::fmt::Write as _;

/// Fewer unchanged lines than these are not worth a fold.
const FOLD: usize = 3;

/// The difference that `arguments` name: a step, and items if only these are asked for.
pub fn render(arguments: &str, steps: &Steps, shown: &mut Shown) -> Result<String> {
    let (name, items) = arguments.split_once(' ').unwrap_or((arguments, ""));
    let step = steps.named(name)?;
    let files = steps.diff(step)?;
    let items: Vec<&str> =
        items.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    if items.is_empty() {
        shown.directive("diff", name);
        return Ok(files.iter().map(whole).collect::<Vec<_>>().join("\n\n"));
    }
    let mut chosen = vec![Vec::new(); files.len()];
    for item in &items {
        choose(step, files, item, &mut chosen)?;
    }
    let mut blocks = Vec::new();
    for (file, mut indices) in files.iter().zip(chosen) {
        indices.sort_unstable();
        indices.dedup();
        if !indices.is_empty() {
            indices.iter().for_each(|&i| shown.piece(file, &file.pieces[i]));
            blocks.push(some(file, &indices));
        }
    }
    Ok(blocks.join("\n\n"))
}

/// What changed in the output of a step.
pub fn output(arguments: &str, steps: &Steps) -> Result<String> {
    let step = steps.named(arguments)?;
    let lines = diff::of_outputs(steps.before(step)?, step)?;
    if lines.iter().all(|line| line.change == Change::Same) {
        let name = &step.name;
        return Ok(format!(
            "<p class=\"unchanged\"><code>{name}</code> prints what the step before prints: unchanged on purpose.</p>"
        ));
    }
    let label = format!("cargo run -p {}, against the step before", step.package());
    let body = pre(lines.iter(), false);
    Ok(block(&label, &stat(lines.iter()), "", &body))
}

/// Notes in `chosen` the changed pieces of each file that `item` names.
fn choose(step: &Step, files: &[FileDiff], item: &str, chosen: &mut [Vec<usize>]) -> Result<()> {
    let (only, name) = match item.split_once('#') {
        Some((file, name)) => (Some(file), name),
        None => (None, item),
    };
    let is_asked =
        |file: &FileDiff| only.is_none_or(|only| file.file.ends_with(&format!("/{only}")));
    let is_meant = |piece: &Piece| piece.names.iter().any(|span| is_named(span, name));
    for (file, indices) in files.iter().zip(chosen).filter(|(file, _)| is_asked(file)) {
        let pieces = file.pieces.iter().enumerate();
        let found = pieces.filter(|(_, piece)| piece.is_changed() && is_meant(piece));
        let before = indices.len();
        indices.extend(found.map(|(i, _)| i));
        if indices.len() > before {
            return Ok(());
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
    let Some(container) = name.strip_suffix("::*") else { return span.item() == Some(name) };
    let (Name::Item(path) | Name::End(path)) = span else { return false };
    let is_impl = path
        .strip_prefix("impl ")
        .is_some_and(|path| path == container || path.ends_with(&format!(" for {container}")));
    path == container || is_impl || path.starts_with(&format!("{container}::"))
}

/// The whole difference of a file, unchanged parts folded.
fn whole(file: &FileDiff) -> String {
    if !file.is_changed() {
        let name = escape(&file.file);
        return format!("<p class=\"unchanged\"><code>{name}</code> has not changed.</p>");
    }
    let body = folded(&file.pieces);
    let toggle = "<span class=\"toggle\" role=\"group\" aria-label=\"What to show\">\
                  <button type=\"button\" data-show=\"changes\" aria-pressed=\"true\">changes</button>\
                  <button type=\"button\" data-show=\"whole\" aria-pressed=\"false\">the whole file</button></span>";
    let toggle = if body.contains("<details>") { toggle } else { "" };
    block(&escape(&file.file), &stat(file.lines()), toggle, &body)
}

/// Some pieces of a file's difference, with a gap where they do not follow each other.
fn some(file: &FileDiff, indices: &[usize]) -> String {
    let pieces: Vec<&Piece> = indices.iter().map(|&i| &file.pieces[i]).collect();
    let label = format!(
        "{}: {}",
        escape(&file.file),
        code_list(labels(&pieces).iter().map(String::as_str))
    );
    let parts: Vec<Vec<Piece>> = indices
        .chunk_by(|one, next| one + 1 == *next)
        .map(|part| without_blank_start(&file.pieces[part[0]..=part[part.len() - 1]]))
        .collect();
    let bodies: Vec<String> = parts.iter().map(|part| folded(part)).collect();
    let gap = "<div class=\"gap\" aria-hidden=\"true\">⋮</div>";
    let lines = parts.iter().flatten().flat_map(|piece| &piece.lines);
    block(&label, &stat(lines), "", &bodies.join(gap))
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
    let code = pieces.iter().flat_map(|piece| names(piece)).map(String::from);
    let code: Vec<String> = code.collect();
    if code.is_empty() {
        return pieces.iter().flat_map(|piece| &piece.names).map(Name::to_string).collect();
    }
    code
}

/// Lines with the unchanged ones far from a change folded away, under the names of their items.
fn folded(pieces: &[Piece]) -> String {
    let mut body = String::new();
    let mut fold = Fold::default();
    for piece in pieces {
        for (is_shown, lines) in piece.runs() {
            if is_shown {
                fold.close(&mut body);
                body += &pre(lines, true);
            } else {
                fold.names.extend(&piece.names);
                fold.lines.extend(lines);
            }
        }
    }
    fold.close(&mut body);
    body
}

/// Unchanged lines, and the spans that they belong to.
#[derive(Default)]
struct Fold<'a> {
    names: Vec<&'a Name>,
    lines: Vec<&'a Line>,
}

impl Fold<'_> {
    fn close(&mut self, body: &mut String) {
        let lines = std::mem::take(&mut self.lines);
        let names = short_names(&std::mem::take(&mut self.names));
        if lines.is_empty() {
            return;
        }
        let count = lines.len();
        let text = pre(lines, true);
        if count < FOLD {
            *body += &text;
            return;
        }
        let names =
            if names.is_empty() { String::new() } else { format!(": {}", code_list(names)) };
        let _ = write!(
            body,
            "<details><summary><span class=\"what\">unchanged{names} · {count} lines</span></summary>{text}</details>"
        );
    }
}

/// The names of items that are folded; a container that is there as a whole stands for its members.
fn short_names<'a>(spans: &[&'a Name]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    let mut rest = spans;
    while let [span, after @ ..] = rest {
        rest = after;
        let Some(item) = span.item() else { continue };
        if is_code(item) && names.last() != Some(&item) {
            names.push(item);
        }
        let is_end = |other: &&Name| matches!(other, Name::End(path) if path == item);
        rest = after.iter().position(is_end).map_or(after, |end| &after[end + 1..]);
    }
    names
}

fn block(label: &str, stat: &str, toggle: &str, body: &str) -> String {
    format!(
        "<div class=\"diff\"><div class=\"file\"><span class=\"name\">{label}</span> {stat}{toggle}</div>\
         <div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"changes\"><div class=\"lines\">\
         {body}</div></div></div>"
    )
}

/// How many lines were added and removed.
fn stat<'a>(lines: impl Iterator<Item = &'a Line>) -> String {
    let (mut added, mut removed) = (0, 0);
    for line in lines {
        match line.change {
            Change::Added => added += 1,
            Change::Removed => removed += 1,
            Change::Same => {}
        }
    }
    format!(
        "<span class=\"stat\"><span class=\"plus\">+{added}</span> <span class=\"minus\">−{removed}</span></span>"
    )
}

/// Lines with their signs. There is no empty line in it, for that would end the block of HTML.
fn pre<'a>(lines: impl IntoIterator<Item = &'a Line>, is_rust: bool) -> String {
    let lines = lines.into_iter().map(|line| line_html(line, is_rust));
    format!("<pre>{}</pre>", lines.collect::<String>())
}

fn line_html(line: &Line, is_rust: bool) -> String {
    let (tag, sign) = match line.change {
        Change::Same => ("span", " "),
        Change::Removed => ("del", "−"),
        Change::Added => ("ins", "+"),
    };
    let text = if is_rust {
        highlight::words(&line.words)
    } else {
        line.words.iter().map(|w| word(w.differs, &escape(&w.text))).collect()
    };
    format!("<{tag} class=\"line\"><span class=\"sign\">{sign}</span>{text}\n</{tag}>")
}

/// Text that may be marked as what differs within a line.
pub fn word(differs: bool, html: &str) -> String {
    if differs { format!("<b>{html}</b>") } else { html.to_string() }
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
}
