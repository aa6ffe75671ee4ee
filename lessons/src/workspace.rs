//! The steps of a workspace, and those a reader writes in `mine/`.

use anyhow::{Context, Result, bail, ensure};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The number of the last step.
pub const LAST: usize = 24;

/// The folder and the crate that come after [`BEFORE_FAST`]: the same, as fast as it gets.
pub const FAST: &str = "fast";

/// The number of the step that `fast` is made from.
pub const BEFORE_FAST: usize = 18;

/// Where the library of every step begins.
pub const LIBRARY: &str = "src/lib.rs";

/// The session of every step.
pub const SESSION: &str = "src/main.rs";

/// The folder that holds the steps.
pub struct Workspace {
    /// Where `step01` and the others lie.
    pub root: PathBuf,
}

impl Workspace {
    /// The workspace that the current folder is in.
    pub fn find() -> Result<Self> {
        let here = env::current_dir().context("the current folder cannot be read")?;
        // In `mine/` there may be a `step01` too, but no manifest.
        let files = ["Cargo.toml", "step01/Cargo.toml"];
        let root = here.ancestors().find(|dir| files.iter().all(|file| dir.join(file).is_file()));
        let root = root.with_context(|| {
            format!("no step01 in {} or above: run this inside the workspace", here.display())
        })?;
        Ok(Workspace { root: root.into() })
    }

    /// All steps, from 1 to the last.
    pub fn steps(&self) -> Result<Vec<Step>> {
        (1..=LAST).map(|number| self.step(number)).collect()
    }

    /// Step `number` as the book has it.
    pub fn step(&self, number: usize) -> Result<Step> {
        ensure!(
            (1..=LAST).contains(&number),
            "there is no step {number}: the steps go from 1 to {LAST}"
        );
        Step::open(number, &self.root, format!("step{number:02}"), Owner::Book)
    }

    /// Step 18 once more, as fast as it gets. It has that step's number, and comes after it.
    pub fn fast(&self) -> Result<Step> {
        Step::open(BEFORE_FAST, &self.root, FAST.into(), Owner::Book)
    }

    /// Step `number` as the reader writes it; an error if there is none in `mine/`.
    pub fn mine(&self, number: usize) -> Result<Step> {
        let name = self.step(number)?.name;
        let place = Owner::Reader.place(&name);
        if !self.root.join(&place).join("Cargo.toml").is_file() {
            bail!("there is no {place}: begin it with `cargo xtask start {number}`");
        }
        Step::open(number, &self.root, name, Owner::Reader)
    }
}

/// Whose a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Ours.
    Book,
    /// The reader's, in `mine/`.
    Reader,
}

impl Owner {
    /// The folder of a step called `name`, from the workspace: `step07`, or `mine/step07`.
    pub fn place(self, name: &str) -> String {
        match self {
            Owner::Book => name.into(),
            Owner::Reader => format!("mine/{name}"),
        }
    }

    /// Its package, as `cargo run -p` takes it: `step07`, or `my-step07`.
    pub fn package(self, name: &str) -> String {
        match self {
            Owner::Book => name.into(),
            Owner::Reader => format!("my-{name}"),
        }
    }

    /// Its crate in Rust code: `step07`, or `my_step07`.
    pub fn crate_name(self, name: &str) -> String {
        self.package(name).replace('-', "_")
    }
}

/// One step: a crate, ours or the reader's.
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// Its name with two digits, `step07`; or `fast`.
    pub name: String,
    /// Whose it is.
    pub owner: Owner,
    /// The title of its chapter.
    pub title: String,
    /// Its one new idea.
    pub idea: String,
    /// The folder of the crate.
    pub folder: PathBuf,
}

impl Step {
    fn open(number: usize, root: &Path, name: String, owner: Owner) -> Result<Self> {
        let folder = root.join(owner.place(&name));
        let manifest = read(&folder.join("Cargo.toml"))?;
        let manifest: toml::Table = manifest
            .parse()
            .with_context(|| format!("{} is not TOML", folder.join("Cargo.toml").display()))?;
        let package = manifest.get("package");
        let text = |value: Option<&toml::Value>| {
            value.and_then(toml::Value::as_str).unwrap_or_default().to_string()
        };
        let metadata = package.and_then(|package| package.get("metadata"));
        Ok(Step {
            number,
            owner,
            title: text(package.and_then(|package| package.get("description"))),
            idea: text(metadata.and_then(|metadata| metadata.get("idea"))),
            name,
            folder,
        })
    }

    /// The package, as `cargo run -p` takes it; see [`Owner::package`].
    pub fn package(&self) -> String {
        self.owner.package(&self.name)
    }

    /// The crate's name in Rust code; see [`Owner::crate_name`].
    pub fn crate_name(&self) -> String {
        self.owner.crate_name(&self.name)
    }

    /// Whether it is `fast`.
    pub fn is_fast(&self) -> bool {
        self.name == FAST
    }

    /// Whether it is made from `other`, or from a step that is.
    pub fn comes_after(&self, other: &Step) -> bool {
        (self.number, self.is_fast()) > (other.number, other.is_fast())
    }

    /// Its folder, from the workspace; see [`Owner::place`].
    pub fn place(&self) -> String {
        self.owner.place(&self.name)
    }

    /// Whether the step has a file.
    pub fn has(&self, file: &str) -> bool {
        self.folder.join(file).exists()
    }

    /// The text of a file of the step, such as `src/lib.rs`, with `\n` at line ends.
    pub fn read(&self, file: &str) -> Result<String> {
        read(&self.folder.join(file))
    }

    /// The text of a file of the step, with `stepNN` for the names of crates: they are no difference.
    pub fn read_folded(&self, file: &str) -> Result<String> {
        Ok(fold_crate_names(&rename_crate(&self.read(file)?, &self.crate_name(), "stepNN")))
    }

    /// The files that a reader reads: those of the library, then the session.
    pub fn sources(&self) -> Result<Vec<String>> {
        let mut files = self.library()?;
        files.push(SESSION.into());
        Ok(files)
    }

    /// The files of the library: `src/lib.rs`, and after it its modules by their names.
    pub fn library(&self) -> Result<Vec<String>> {
        let mut files = self.files("src")?;
        files.retain(|file| is_rust(file) && file != LIBRARY && file != SESSION);
        files.insert(0, LIBRARY.into());
        Ok(files)
    }

    /// The files in a folder of the step, such as `tests`, by their names; none without it.
    pub fn files(&self, folder: &str) -> Result<Vec<String>> {
        let path = self.folder.join(folder);
        let mut files = Vec::new();
        if !path.exists() {
            return Ok(files);
        }
        for entry in
            fs::read_dir(&path).with_context(|| format!("{} cannot be read", path.display()))?
        {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // An editor keeps its own in hidden files.
            if entry.path().is_file() && !name.starts_with('.') {
                files.push(format!("{folder}/{name}"));
            }
        }
        files.sort();
        Ok(files)
    }

    /// What the step prints: its pinned output, without the header of the snapshot. `fast` is
    /// pinned by that of step 18.
    pub fn output(&self) -> Result<String> {
        let folder = if self.is_fast() { format!("../step{BEFORE_FAST}/") } else { String::new() };
        let file = format!("{folder}tests/snapshots/output__session.snap");
        let text = self.read(&file)?;
        let (_, body) = text
            .strip_prefix("---\n")
            .and_then(|text| text.split_once("\n---\n"))
            .with_context(|| format!("{}/{file} has no header", self.name))?;
        ensure!(!body.trim().is_empty(), "{}/{file} is empty", self.name);
        Ok(body.trim_end().to_string() + "\n")
    }
}

/// `text` with `stepNN` for the name of every step's crate, also the reader's: it is no difference.
pub fn fold_crate_names(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("step") {
        let (before, name) = rest.split_at(at);
        let digits = name.as_bytes().get(4..6).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
        if digits {
            folded.push_str(before.strip_suffix("my_").unwrap_or(before));
            folded.push_str("stepNN");
            rest = &name[6..];
        } else {
            folded.push_str(before);
            folded.push_str("step");
            rest = &name[4..];
        }
    }
    folded + rest
}

/// `text` with another name for its crate. `use` lines beside it are put where rustfmt wants them
/// then: it would move them otherwise, and that would look like a change.
pub fn rename_crate(text: &str, from: &str, to: &str) -> String {
    let text = match from {
        // It is a word of English as well.
        FAST => text.replace("fast::", &format!("{to}::")),
        _ => text.replace(from, to),
    };
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_use = |line: &str| line.starts_with("use ") && line.trim_end().ends_with(';');
    for run in lines.chunk_by_mut(|a, b| is_use(a) && is_use(b)) {
        if run.iter().any(|line| line.contains(to)) {
            run.sort_by(|a, b| a.trim_end().cmp(b.trim_end()));
        }
    }
    lines.concat()
}

/// Whether a file is Rust, by its name.
pub fn is_rust(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|extension| extension == "rs")
}

/// The text of a file, with `\n` at line ends.
pub fn read(path: &Path) -> Result<String> {
    let text =
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(text.replace("\r\n", "\n"))
}
