//! `cargo xtask start`: begins a step of the reader's.

use crate::hint;
use crate::mine::{self, State};
use crate::paint::{BOLD, GREEN, paint, print, wrap};
use anyhow::{Context, Result, bail, ensure};
use lessons::diff::fold_name;
use lessons::workspace::{LIBRARY, SESSION, rename_crate};
use lessons::{Owner, Step, Workspace};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

pub fn run(workspace: &Workspace, number: usize, from_mine: bool, force: bool) -> Result<()> {
    print(&begin(workspace, number, from_mine, force)?)
}

/// Begins a step, and says what to do with it.
pub fn begin(workspace: &Workspace, number: usize, from_mine: bool, force: bool) -> Result<String> {
    let plan = Plan::new(workspace, number, from_mine)?;
    let place = Owner::Reader.place(&plan.ours.name);
    let folder = workspace.root.join(&place);
    let exists = folder.exists();
    if exists && !force {
        bail!(
            "{place} exists.\n  Go on with it:                       cargo xtask check {number}\n  \
             Begin again, and keep a copy of it:  cargo xtask start {number}{} --force",
            if from_mine { " --from mine" } else { "" }
        );
    }
    let files = plan.files()?;
    let backup = keep(&folder)?;
    write(&folder, &files).inspect_err(|_| {
        // Half a crate in `mine/` would stop cargo in the whole workspace.
        if !exists {
            let _ = fs::remove_dir_all(&folder);
        }
    })?;
    let hint = hint::first(workspace, &plan.ours)?;
    Ok(plan.report(&place, backup.as_deref(), &hint))
}

/// What a new step is made from.
struct Plan {
    ours: Step,
    /// The step before, ours or the reader's; the first has none.
    before: Option<Step>,
    /// Whether the lesson is in the session, because the library stays as it was.
    writes_session: bool,
    /// Whether the library is several files.
    has_modules: bool,
    /// Whether it begins with a step of the reader's that may not be right.
    is_unchecked: bool,
}

impl Plan {
    fn new(workspace: &Workspace, number: usize, from_mine: bool) -> Result<Self> {
        let ours = workspace.step(number)?;
        if number == 1 {
            ensure!(!from_mine, "step 01 is the first: begin it with `cargo xtask start 1`");
            return Ok(Plan {
                ours,
                before: None,
                writes_session: false,
                has_modules: false,
                is_unchecked: false,
            });
        }
        let our_before = workspace.step(number - 1)?;
        let writes_session = writes_session(workspace, &ours)?;
        let mine = from_mine.then(|| workspace.mine(number - 1)).transpose()?;
        let is_unchecked = match &mine {
            Some(mine) => mine::state(&our_before, mine)? != State::Passes,
            None => false,
        };
        let before = Some(mine.unwrap_or(our_before));
        let has_modules = ours.library()?.len() > 1;
        Ok(Plan { ours, before, writes_session, has_modules, is_unchecked })
    }

    /// The files of the new crate, with their paths in it.
    fn files(&self) -> Result<Vec<(PathBuf, String)>> {
        let ours = &self.ours;
        let mut files = vec![
            ("Cargo.toml".into(), manifest(ours)?),
            (LIBRARY.into(), self.library()?),
            (SESSION.into(), self.session()?),
        ];
        for test in mine::tests(ours)? {
            let text = lessons::workspace::read(&ours.folder.join(&test))?;
            files.push((test, for_reader(&text, ours)));
        }
        if let Some(before) = &self.before {
            for module in mine::modules(before)? {
                let text = mine::read(before, &module.to_string_lossy())?;
                let text = rename_crate(&text, &before.crate_name(), &reader_crate(ours));
                files.push((module, text));
            }
        }
        Ok(files)
    }

    fn library(&self) -> Result<String> {
        if let Some(before) = &self.before {
            let text = mine::read(before, LIBRARY)?;
            return Ok(rename_crate(&text, &before.crate_name(), &reader_crate(&self.ours)));
        }
        let text = self.ours.read(LIBRARY)?;
        // What it says of itself, and the line by which `cargo test` reads our examples.
        let is_top = |line: &&str| line.starts_with("//!") || line.starts_with("#![");
        Ok(text.split_inclusive('\n').take_while(is_top).collect())
    }

    fn session(&self) -> Result<String> {
        match &self.before {
            Some(before) if self.writes_session => {
                let text = mine::read(before, SESSION)?;
                Ok(rename_crate(&text, &before.crate_name(), &reader_crate(&self.ours)))
            }
            _ => Ok(for_reader(&self.ours.read(SESSION)?, &self.ours)),
        }
    }

    /// The file that the step is written in; the folder, if it is several.
    fn where_to_write(&self) -> &'static str {
        if self.writes_session {
            SESSION
        } else if self.has_modules {
            "src/"
        } else {
            LIBRARY
        }
    }

    fn report(&self, place: &str, backup: Option<&Path>, hint: &str) -> String {
        let Step { number, name, title, idea, .. } = &self.ours;
        let made = paint(GREEN, &format!("{place} is there"));
        let mut text = match &self.before {
            Some(before) if self.writes_session => {
                let before = before.place();
                format!("{made}: library and session of {before}, tests of {name}.\n")
            }
            Some(before) => {
                format!("{made}: library of {}, session and tests of {name}.\n", before.place())
            }
            None => format!("{made}: an empty library, session and tests of {name}.\n"),
        };
        if self.is_unchecked {
            let number = number - 1;
            text += "That library has not passed `check` since you changed it: ";
            let _ = writeln!(text, "cargo xtask check {number}");
        }
        if let Some(backup) = backup {
            let _ = writeln!(text, "What was there before is in {place}/{}.", backup.display());
        }
        let _ = writeln!(text, "\n{}", paint(BOLD, &format!("Step {number:02}: {title}")));
        let _ = writeln!(text, "{}\n", wrap(idea, 78).join("\n"));
        let _ = writeln!(text, "{}\n", hint.trim_end());
        let _ = writeln!(text, "  read the chapter     cargo xtask read {number}");
        let _ = writeln!(text, "  write the step in    {place}/{}", self.where_to_write());
        let _ =
            writeln!(text, "  run it               cargo run -p {}", Owner::Reader.package(name));
        let _ = writeln!(text, "  is it right?         cargo xtask check {number}");
        let _ = writeln!(text, "  while you write      cargo xtask watch {number}");
        text
    }
}

/// Whether the lesson of a step is its session, which is the reader's to write: the library stays.
pub fn writes_session(workspace: &Workspace, ours: &Step) -> Result<bool> {
    if ours.number == 1 {
        return Ok(false);
    }
    let before = workspace.step(ours.number - 1)?;
    Ok(before.library()? == ours.library()?
        && ours.library()?.iter().try_fold(true, |same, file| -> Result<bool> {
            let folded = fold_name(&before.read(file)?, &before, ours);
            Ok(same && folded == ours.read(file)?)
        })?)
}

fn reader_crate(ours: &Step) -> String {
    Owner::Reader.crate_name(&ours.name)
}

/// A source of ours in the reader's crate.
pub fn for_reader(text: &str, ours: &Step) -> String {
    rename_crate(text, &ours.name, &reader_crate(ours))
}

/// Our manifest under the reader's name. What we ask of our own code, such as a doc comment on
/// every public item, is not asked of the reader's.
fn manifest(ours: &Step) -> Result<String> {
    let text = ours.read("Cargo.toml")?;
    let name = format!("name = \"{}\"", ours.name);
    let text =
        text.replacen(&name, &format!("name = \"{}\"", Owner::Reader.package(&ours.name)), 1);
    Ok(text.replace("[lints]\nworkspace = true\n\n", ""))
}

/// Moves what is in the folder into a new one inside it, and gives its name; `None` if there is
/// nothing. Not beside it: cargo takes every folder in `mine/` for a crate.
fn keep(folder: &Path) -> Result<Option<PathBuf>> {
    let mut parts = vec!["src", "tests", "Cargo.toml"];
    parts.retain(|part| folder.join(part).exists());
    if parts.is_empty() {
        return Ok(None);
    }
    let mut number = 1;
    while folder.join(format!("backup-{number}")).exists() {
        number += 1;
    }
    let backup = PathBuf::from(format!("backup-{number}"));
    fs::create_dir(folder.join(&backup))
        .with_context(|| format!("{} cannot be made", folder.join(&backup).display()))?;
    for part in parts {
        let from = folder.join(part);
        fs::rename(&from, folder.join(&backup).join(part))
            .with_context(|| format!("{} cannot be moved", from.display()))?;
    }
    Ok(Some(backup))
}

fn write(folder: &Path, files: &[(PathBuf, String)]) -> Result<()> {
    for (path, text) in files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}
