//! `cargo xtask diff`: what changed between two steps.

use crate::mine;
use crate::paint::{BOLD, CYAN, DIM, GREEN, RED, emphasis, paint, print};
use anyhow::{Result, bail, ensure};
use lessons::diff::{self, FileDiff, Piece};
use lessons::line::{Change, Line};
use lessons::workspace::{BEFORE_FAST, LIBRARY, SESSION};
use lessons::{Step, Workspace, moves};
use std::fmt::Write;

/// What is compared: a step, or `fast`, which comes after step 18.
#[derive(Clone, Copy)]
pub enum Version {
    /// The step of this number.
    Step(usize),
    /// The crate `fast`.
    Fast,
}

impl Version {
    fn open(self, workspace: &Workspace) -> Result<Step> {
        match self {
            Version::Step(number) => workspace.step(number),
            Version::Fast => workspace.fast(),
        }
    }

    /// The number of a step of the reader's.
    fn mine(self) -> Result<usize> {
        match self {
            Version::Step(number) => Ok(number),
            Version::Fast => bail!(
                "`fast` is no step that you write: `cargo xtask diff fast {BEFORE_FAST} --mine` \
                 compares it with your step {BEFORE_FAST}"
            ),
        }
    }

    /// What it is compared with if nothing else is named.
    fn before(self) -> Result<Version> {
        match self {
            Version::Fast => Ok(Version::Step(BEFORE_FAST)),
            Version::Step(1) => {
                bail!("step 01 is the first, nothing comes before it: try `cargo xtask diff 1 2`")
            }
            Version::Step(number) => Ok(Version::Step(number - 1)),
        }
    }
}

pub fn run(
    workspace: &Workspace,
    old: Version,
    new: Option<Version>,
    output: bool,
    mine: bool,
) -> Result<()> {
    if mine {
        let number = new.unwrap_or(old).mine()?;
        ensure!(
            !output,
            "what your step prints is not stored: `cargo xtask check {number}` runs it and compares"
        );
        return show(&old.open(workspace)?, &workspace.mine(number)?);
    }
    let (old, new) = match new {
        Some(new) => (old, new),
        None => (old.before()?, old),
    };
    let (old, new) = (old.open(workspace)?, new.open(workspace)?);
    if output { print(&outputs(&old, &new)?) } else { show(&old, &new) }
}

/// Prints how the sources of two steps differ.
pub fn show(old: &Step, new: &Step) -> Result<()> {
    print(&text(old, new)?)
}

/// How the sources of two steps differ.
pub fn text(old: &Step, new: &Step) -> Result<String> {
    if old.comes_after(new) {
        // One difference from both sides: which lines go together may depend on where one begins.
        let files = files(new, old)?;
        let has_moves = |file: &FileDiff| {
            !file.moved_to.is_empty() || file.pieces.iter().any(|piece| piece.moved_from.is_some())
        };
        if !files.iter().any(has_moves) {
            let files: Vec<FileDiff> =
                files.into_iter().map(|file| reversed(file, old, new)).collect();
            return Ok(with_legend(old, new, &files));
        }
    }
    Ok(with_legend(old, new, &files(old, new)?))
}

fn files(old: &Step, new: &Step) -> Result<Vec<FileDiff>> {
    let files = diff::sources(old, new)?;
    let mut diffs =
        files.iter().map(|file| of_files(old, new, file)).collect::<Result<Vec<_>>>()?;
    moves::mark(old, new, &files, &mut diffs)?;
    Ok(diffs)
}

fn with_legend(old: &Step, new: &Step, files: &[FileDiff]) -> String {
    let legend = legend(&old.place(), &new.place());
    let changed = diff::code_lines(files.iter().flat_map(FileDiff::lines));
    format!("{legend}   {}\n{}", paint(DIM, &in_lines(changed)), render(files))
}

/// The difference from the newer version to the older one.
fn reversed(mut file: FileDiff, old: &Step, new: &Step) -> FileDiff {
    file.file = file.file.replacen(&old.place(), &new.place(), 1);
    for piece in &mut file.pieces {
        for line in &mut piece.lines {
            line.change = match line.change {
                Change::Same => Change::Same,
                Change::Removed => Change::Added,
                Change::Added => Change::Removed,
            };
            (line.old, line.new) = (line.new, line.old);
        }
        // What goes stands before what comes.
        for run in piece
            .lines
            .chunk_by_mut(|a, b| (a.change == Change::Same) == (b.change == Change::Same))
        {
            run.sort_by_key(|line| line.change == Change::Added);
        }
    }
    file
}

/// A source of the reader's may not be Rust yet: then it is compared line by line.
fn of_files(old: &Step, new: &Step, file: &str) -> Result<FileDiff> {
    let read = |step: &Step| -> Result<String> {
        let is_there = step.has(file) || [LIBRARY, SESSION].contains(&file);
        let text = if is_there { mine::read(step, file)? } else { String::new() };
        Ok(with_spaces(&text))
    };
    let (old_text, new_text) = (diff::fold_name(&read(old)?, old, new), read(new)?);
    let pieces = diff::of_drafts(&old_text, &new_text);
    Ok(FileDiff::new(format!("{}/{file}", new.place()), pieces))
}

/// A text whose lines begin with spaces where they began with tabs: an editor's taste is no change.
fn with_spaces(text: &str) -> String {
    let spaced = |line: &str| {
        let rest = line.trim_start_matches('\t');
        " ".repeat(4 * (line.len() - rest.len())) + rest
    };
    text.split_inclusive('\n').map(spaced).collect()
}

pub fn in_lines(count: usize) -> String {
    match count {
        0 => "no line of code differs".into(),
        1 => "one line of code differs".into(),
        _ => format!("{count} lines of code differ"),
    }
}

fn legend(old: &str, new: &str) -> String {
    format!("{}   {}", paint(RED, &format!("- {old}")), paint(GREEN, &format!("+ {new}")))
}

fn outputs(old: &Step, new: &Step) -> Result<String> {
    let lines = diff::of_outputs(old, new)?;
    if lines.iter().all(|line| line.change == Change::Same) {
        return Ok(format!(
            "{} prints what {} prints: unchanged on purpose.\n",
            new.place(),
            old.place()
        ));
    }
    let mut text = legend(&old.place(), &new.place()) + "\n\n";
    for line in &lines {
        add_line(&mut text, line);
    }
    Ok(text)
}

/// The differences as they are shown in the terminal, with all colours.
pub fn render(files: &[FileDiff]) -> String {
    let mut text = String::new();
    for file in files {
        let is_moved = |piece: &Piece| piece.moved_from.is_some();
        if !file.is_changed() && !file.pieces.iter().any(is_moved) {
            let _ = writeln!(text, "\n{}", paint(DIM, &format!("{} is unchanged", file.file)));
            continue;
        }
        let _ = writeln!(text, "\n{}", paint(BOLD, &file.file));
        add_moved_to(&mut text, file);
        let are_folded = |a: &Piece, b: &Piece| {
            !a.is_changed() && !b.is_changed() && a.moved_from == b.moved_from
        };
        for pieces in file.pieces.chunk_by(are_folded) {
            match pieces {
                [piece] if piece.is_changed() => add_piece(&mut text, piece),
                _ => add_folded(&mut text, pieces),
            }
        }
    }
    text
}

fn add_piece(text: &mut String, piece: &Piece) {
    let names: Vec<&str> = piece.items().collect();
    if !names.is_empty() {
        let _ = writeln!(text, "{}", paint(CYAN, &format!("@ {}", names.join(", "))));
    }
    for (shown, lines) in piece.runs() {
        if !shown && lines.len() > 1 {
            let _ = writeln!(text, "  {}", paint(DIM, &format!("… {}", lines_of(lines.len()))));
            continue;
        }
        for line in lines {
            add_line(text, line);
        }
    }
}

/// Which items have gone to other files, a line for each file.
fn add_moved_to(text: &mut String, file: &FileDiff) {
    for moves in file.moved_to.chunk_by(|a, b| a.1 == b.1) {
        let items: Vec<&str> = moves.iter().map(|(item, _)| item.as_str()).collect();
        let what = format!("@ {} moved to {}", in_short(&items), moves[0].1);
        let _ = writeln!(text, "{}", paint(CYAN, &what));
    }
}

/// The names of items that follow each other.
fn in_short(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [one] => (*one).into(),
        [first, .., last] => format!("{} items, from `{first}` to `{last}`,", items.len()),
    }
}

fn add_folded(text: &mut String, pieces: &[Piece]) {
    let items: Vec<&str> = pieces.iter().flat_map(Piece::items).collect();
    let lines: usize = pieces.iter().map(|piece| piece.lines.len()).sum();
    if items.is_empty() || lines == 0 {
        return;
    }
    let what = match &pieces[0].moved_from {
        Some(file) => format!("{} moved from {file}", in_short(&items)),
        None => format!("{} unchanged", in_short(&items)),
    };
    let _ = writeln!(text, "{}", paint(DIM, &format!("@ {what} ({})", lines_of(lines))));
}

fn lines_of(count: usize) -> String {
    if count == 1 { "1 line".into() } else { format!("{count} lines") }
}

fn add_line(text: &mut String, line: &Line) {
    let (mark, style) = match line.change {
        Change::Same => {
            let _ = writeln!(text, "{}", format!("  {}", line.text()).trim_end());
            return;
        }
        Change::Removed => ('-', RED),
        Change::Added => ('+', GREEN),
    };
    let whole = line.words.iter().all(|word| word.differs);
    let mut painted = format!("{style}{mark} {style:#}");
    for word in &line.words {
        let style = if word.differs && !whole { emphasis(style) } else { style };
        painted.push_str(&paint(style, &word.text));
    }
    let _ = writeln!(text, "{painted}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_line_is_shown_and_no_unchanged_item() -> Result<()> {
        let workspace = Workspace::find()?;
        for pair in workspace.steps()?.windows(2) {
            let files = diff::of_steps(&pair[0], &pair[1])?;
            let shown = anstream::adapter::strip_str(&render(&files)).to_string();
            let marks = |mark| shown.lines().filter(|line| line.starts_with(mark)).count();
            let lines = || files.iter().flat_map(FileDiff::lines);
            let changes = |change| lines().filter(|line| line.change == change).count();
            assert_eq!(marks('-'), changes(Change::Removed), "{}", pair[1].name);
            assert_eq!(marks('+'), changes(Change::Added), "{}", pair[1].name);
        }
        Ok(())
    }
}
