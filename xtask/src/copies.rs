//! A workspace of copies under `target`, whose files are written anew: cargo goes by time, and so it
//! builds what lies on the disk.

use crate::cargo::{self, Built};
use crate::mine::hash;
use anyhow::{Context, Result, ensure};
use lessons::{Workspace, workspace};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs, process};

/// Holds who has written the copies.
const WRITER: &str = "writer";

pub struct Copies<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
    /// Differs between any two processes, and between any two times.
    writer: String,
}

impl<'a> Copies<'a> {
    /// An empty workspace, `target/<name>`, with these members.
    pub fn new(workspace: &'a Workspace, name: &str, members: &str) -> Result<Self> {
        let folder = target(workspace)?.join(format!("{name}-{}", clone_name(workspace)));
        if folder.exists() {
            // First of all, so that whoever works there sees it.
            let _ = fs::remove_file(folder.join(WRITER));
            fs::remove_dir_all(&folder)
                .with_context(|| format!("{} cannot be deleted", folder.display()))?;
        }
        let writer = format!("{} {:?}", process::id(), SystemTime::now());
        let copies = Copies { workspace, folder, writer };
        copies.write(WRITER, &copies.writer)?;
        let root = |file| workspace::read(&workspace.root.join(file));
        copies.write("Cargo.toml", &manifest(workspace, &root("Cargo.toml")?, members))?;
        copies.write("Cargo.lock", &root("Cargo.lock")?)?;
        Ok(copies)
    }

    pub fn write(&self, file: impl AsRef<Path>, text: &str) -> Result<()> {
        let path = self.folder.join(file);
        fs::create_dir_all(path.parent().unwrap_or(&path))
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("{} cannot be written", path.display()))
    }

    /// Where a file of the copies lies.
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// Runs `cargo` with `arguments`, which build some of the copies.
    pub fn build(&self, arguments: &[&str]) -> Result<Built> {
        let places = self.places()?;
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let built = cargo::build(self.workspace, &[arguments, &places].concat());
        self.ensure_ours()?;
        built
    }

    /// An error if another process has written copies of its own here meanwhile: it may be those that
    /// were built and run.
    pub fn ensure_ours(&self) -> Result<()> {
        let writer = fs::read_to_string(self.path(WRITER)).unwrap_or_default();
        ensure!(
            writer == self.writer,
            "another `cargo xtask` has begun to work in {}; let it end, then run this again",
            self.folder.display()
        );
        Ok(())
    }

    /// What to tell cargo of where the copies lie, and that they share what is compiled with all.
    pub fn places(&self) -> Result<[String; 4]> {
        let manifest = self.path("Cargo.toml").to_string_lossy().into_owned();
        let target = target(self.workspace)?.to_string_lossy().into_owned();
        Ok(["--manifest-path".into(), manifest, "--target-dir".into(), target])
    }
}

/// Where cargo builds.
pub fn target(workspace: &Workspace) -> Result<PathBuf> {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => Ok(env::current_dir()?.join(folder)),
        None => Ok(workspace.root.join("target")),
    }
}

/// Differs between two clones, which may share one target folder.
fn clone_name(workspace: &Workspace) -> String {
    format!("{:016x}", hash([workspace.root.to_string_lossy().as_bytes()]))
}

/// The manifest of the copies: what the steps inherit from that of the workspace. The version keeps
/// what is built here apart from what `cargo run -p` builds, and from another clone's.
fn manifest(workspace: &Workspace, ours: &str, members: &str) -> String {
    let inherited = ours.lines().skip_while(|line| *line != "[workspace.package]");
    let inherited = inherited.take_while(|line| *line != "[workspace.lints.rust]");
    let version = format!("version = \"0.0.0-c{}\"", clone_name(workspace));
    let mut text = format!("[workspace]\nresolver = \"3\"\nmembers = [\"{members}\"]\n\n");
    for line in inherited.filter(|line| !line.contains("path =")) {
        text += if line.starts_with("version =") { &version } else { line };
        text += "\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_that_work_at_one_time_do_not_mix() {
        let workspace = Workspace::find().expect("the tests run in the workspace");
        let copies =
            || Copies::new(&workspace, "copies-of-a-test", "a").expect("it can be written");
        let first = copies();
        first.ensure_ours().expect("nobody else writes");
        let second = copies();
        second.ensure_ours().expect("the second has written last");
        let error = first.ensure_ours().expect_err("the second has written").to_string();
        assert!(error.starts_with("another `cargo xtask` has begun to work in "), "{error}");
    }
}
