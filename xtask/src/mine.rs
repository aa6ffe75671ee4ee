//! The steps that the reader writes in `mine/`.

use anyhow::{Context, Result};
use lessons::workspace::{LAST, LIBRARY, SESSION};
use lessons::{Owner, Step, Workspace};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Holds what `check` found, a line each: `passes` and a fingerprint for all that has passed, and
/// `fault`, a fingerprint and the fault for what was judged last.
const CHECKED: &str = ".checked";

/// How far a step of the reader's is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Passes,
    /// The fault that `check` found, in a line.
    Faulty(String),
    /// It has changed since it was checked, or never was.
    Unchecked,
}

/// The reader's steps, in their order. One that cannot be read is left out: `check` says why.
pub fn all(workspace: &Workspace) -> Vec<Step> {
    let there = |number: &usize| {
        let place = Owner::Reader.place(&format!("step{number:02}"));
        workspace.root.join(place).join("Cargo.toml").is_file()
    };
    (1..=LAST).filter(there).filter_map(|number| workspace.mine(number).ok()).collect()
}

/// The reader's step of which a file was changed last, if there is one.
pub fn last_edited(workspace: &Workspace) -> Result<Option<Step>> {
    let mut steps = Vec::new();
    for step in all(workspace) {
        steps.push((edited(&step)?, step));
    }
    let last = steps.into_iter().max_by_key(|(time, step)| (*time, step.number));
    Ok(last.map(|(_, step)| step))
}

fn edited(step: &Step) -> Result<SystemTime> {
    let mut last = SystemTime::UNIX_EPOCH;
    for file in sources(step)? {
        let file = step.folder.join(file);
        let time = fs::metadata(&file).and_then(|metadata| metadata.modified());
        last = last.max(time.with_context(|| unreadable(&file))?);
    }
    Ok(last)
}

/// The text of a file of a step; if the reader has none, how to get it back. The mark with which some
/// editors begin a file is no part of it.
pub fn read(step: &Step, file: &str) -> Result<String> {
    let text = step.read(file);
    if step.has(file) {
        return text.map(|text| text.trim_start_matches('\u{feff}').into());
    }
    text.map_err(|error| {
        let (number, place) = (step.number, step.place());
        error.context(format!(
            "{place}/{file} is missing; `cargo xtask start {number} --force` brings it back, and \
             keeps a copy of the others"
        ))
    })
}

/// Notes what `check` found in the step when it had this fingerprint; no fault if it passed. What
/// has passed before stays noted: it may lie there again.
pub fn note(mine: &Step, fingerprint: &str, fault: Option<&str>) -> Result<()> {
    let file = mine.folder.join(CHECKED);
    let before = noted(mine);
    let is_kept = |line: &&str| line.starts_with("passes ") && !line.contains(fingerprint);
    let now = match fault {
        None => format!("passes {fingerprint}"),
        Some(fault) => format!("fault {fingerprint} {fault}"),
    };
    let lines: Vec<&str> = before.lines().filter(is_kept).chain([now.as_str()]).collect();
    fs::write(&file, lines.join("\n"))
        .with_context(|| format!("{} cannot be written", file.display()))
}

/// What was found in the step as it is.
pub fn state(ours: &Step, mine: &Step) -> Result<State> {
    let fingerprint = fingerprint(ours, mine)?;
    let noted = noted(mine);
    let found = noted.lines().find_map(|line| {
        let (word, rest) = line.split_once(' ')?;
        let fault = rest.strip_prefix(&fingerprint)?.trim_start();
        Some(if word == "passes" { State::Passes } else { State::Faulty(fault.into()) })
    });
    Ok(found.unwrap_or(State::Unchecked))
}

/// Whether the step passes as it is; one whose files cannot be read does not.
pub fn passes(ours: &Step, mine: &Step) -> bool {
    matches!(state(ours, mine), Ok(State::Passes))
}

fn noted(mine: &Step) -> String {
    fs::read_to_string(mine.folder.join(CHECKED)).unwrap_or_default()
}

/// Differs if any source differs, or our tests, or what the step should print.
pub fn fingerprint(ours: &Step, mine: &Step) -> Result<String> {
    let mut parts = vec![ours.output()?.into_bytes()];
    for (step, files) in [(ours, tests(ours)?), (mine, sources(mine)?)] {
        for file in files {
            let path = step.folder.join(&file);
            let bytes = fs::read(&path).with_context(|| unreadable(&path))?;
            parts.push(file.to_string_lossy().replace('\\', "/").into_bytes());
            // Git may write other line ends on another system.
            parts.push(bytes.into_iter().filter(|byte| *byte != b'\r').collect());
        }
    }
    Ok(format!("{:016x}", hash(parts.iter().map(Vec::as_slice))))
}

/// The FNV-1a hash of some parts: the same with every version of Rust.
pub fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for part in parts {
        // No text has this byte, so that "a", "b" is not "ab".
        for byte in part.iter().chain(&[0xff]) {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }
    hash
}

/// The manifest and the sources of a step, with their paths in it.
pub fn sources(step: &Step) -> Result<Vec<PathBuf>> {
    let mut files = vec![step.folder.join("Cargo.toml")];
    // What is missing is said where it is needed.
    if step.folder.join("src").is_dir() {
        add_files(&step.folder.join("src"), &mut files)?;
    }
    relative(step, files)
}

/// The reader's own modules: the sources but library and session, with their paths in the step.
pub fn modules(step: &Step) -> Result<Vec<PathBuf>> {
    let mut files = sources(step)?;
    let given = ["Cargo.toml", LIBRARY, SESSION].map(PathBuf::from);
    files.retain(|file| !given.contains(file));
    Ok(files)
}

/// The files of the tests of one of our steps, with their paths in it.
pub fn tests(ours: &Step) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    add_files(&ours.folder.join("tests"), &mut files)?;
    relative(ours, files)
}

fn relative(step: &Step, files: Vec<PathBuf>) -> Result<Vec<PathBuf>> {
    let relative = |file: PathBuf| Ok(file.strip_prefix(&step.folder)?.to_path_buf());
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

#[cfg(test)]
mod tests {
    use super::hash;

    /// What is stored must mean the same tomorrow.
    #[test]
    fn the_hash_is_that_of_fnv() {
        assert_eq!(hash([]), 0xcbf2_9ce4_8422_2325);
        // FNV-1a of the bytes 61 ff.
        assert_eq!(hash([&b"a"[..]]), 0x089b_c907_b544_c769);
        assert_ne!(hash([&b"a"[..], b"b"]), hash([&b"ab"[..]]));
    }
}
