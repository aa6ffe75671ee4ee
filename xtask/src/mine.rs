//! The steps that the reader writes in `mine/`.

use anyhow::{Context, Result};
use lessons::workspace::LAST;
use lessons::{Owner, Step, Workspace};
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Holds the fingerprint of the step that `check` found nothing wrong with.
const CHECKED: &str = ".checked";

/// The reader's steps, in their order.
pub fn all(workspace: &Workspace) -> Result<Vec<Step>> {
    let there = |number: &usize| {
        let place = Owner::Reader.place(&format!("step{number:02}"));
        workspace.root.join(place).join("Cargo.toml").is_file()
    };
    (1..=LAST).filter(there).map(|number| workspace.mine(number)).collect()
}

/// The reader's step of which a file was changed last.
pub fn last_edited(workspace: &Workspace) -> Result<Step> {
    let mut steps = Vec::new();
    for step in all(workspace)? {
        steps.push((edited(&step)?, step));
    }
    let last = steps.into_iter().max_by_key(|(time, step)| (*time, step.number));
    let (_, step) =
        last.context("there is no step in mine/ yet: begin one with `cargo xtask start 2`")?;
    Ok(step)
}

fn edited(step: &Step) -> Result<SystemTime> {
    let mut last = SystemTime::UNIX_EPOCH;
    for file in files(&step.folder)? {
        let time = fs::metadata(&file).and_then(|metadata| metadata.modified());
        last = last.max(time.with_context(|| unreadable(&file))?);
    }
    Ok(last)
}

/// The text of a file of a step; if the reader has none, how to get it back.
pub fn read(step: &Step, file: &str) -> Result<String> {
    let text = step.read(file);
    if step.has(file) {
        return text;
    }
    text.with_context(|| {
        let number = step.number;
        format!("`cargo xtask start {number} --force` brings back a file that is lost, and keeps a copy of the others")
    })
}

/// Notes that the step passes as it is now.
pub fn note_passed(ours: &Step, mine: &Step) -> Result<()> {
    let file = mine.folder.join(CHECKED);
    fs::write(&file, fingerprint(ours, mine)?)
        .with_context(|| format!("{} cannot be written", file.display()))
}

/// Whether the step passed when it was checked last, and nothing was changed since.
pub fn has_passed(ours: &Step, mine: &Step) -> Result<bool> {
    let noted = fs::read_to_string(mine.folder.join(CHECKED)).unwrap_or_default();
    Ok(noted == fingerprint(ours, mine)?)
}

/// Differs if any source or test differs, or what the step should print.
fn fingerprint(ours: &Step, mine: &Step) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    ours.output()?.hash(&mut hasher);
    for file in files(&mine.folder)? {
        file.strip_prefix(&mine.folder).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file).with_context(|| unreadable(&file))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// The manifest, sources and tests of a step.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = vec![folder.join("Cargo.toml")];
    for part in ["src", "tests"].map(|part| folder.join(part)) {
        // What is missing is said where it is needed.
        if part.is_dir() {
            add_files(&part, &mut files)?;
        }
    }
    Ok(files)
}

/// The files of the tests of one of our steps, with their paths in it.
pub fn tests(ours: &Step) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    add_files(&ours.folder.join("tests"), &mut files)?;
    let relative = |file: PathBuf| Ok(file.strip_prefix(&ours.folder)?.to_path_buf());
    files.into_iter().map(relative).collect()
}

/// All files in a folder and below, in an order that is always the same. Hidden ones are not part
/// of a step: editors keep a file's unsaved state there.
fn add_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| unreadable(folder))? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            entries.push(entry.path());
        }
    }
    entries.sort();
    for path in entries {
        if path.is_dir() {
            add_files(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn unreadable(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}
