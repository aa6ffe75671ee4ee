//! A copy of the workspace to try the commands on.

#![allow(dead_code, reason = "no test file needs all of it")]

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The workspace that this is part of.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// A copy of the steps, `fast` and the README, with nothing in `mine/`.
pub struct Scratch {
    pub root: PathBuf,
}

/// What a command printed, and whether it succeeded.
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    pub success: bool,
}

impl Scratch {
    /// A fresh copy in a folder that is always the same for `name`.
    pub fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("an old copy can be deleted");
        }
        for number in 1..=lessons::workspace::LAST {
            let step = format!("step{number:02}");
            copy(&workspace().join(&step), &root.join(&step));
        }
        for file in ["README.md", "Cargo.lock", "fast", "mine/README.md", "mine/step00"] {
            copy(&workspace().join(file), &root.join(file));
        }
        fs::write(root.join("Cargo.toml"), manifest()).expect("the manifest can be written");
        Scratch { root }
    }

    pub fn read(&self, file: &str) -> String {
        let path = self.root.join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub fn write(&self, file: &str, text: &str) {
        fs::write(self.root.join(file), text).expect("a file can be written");
    }

    /// Replaces `old`, which must be there, and gives the number of its line.
    pub fn replace(&self, file: &str, old: &str, new: &str) -> usize {
        let text = self.read(file);
        let at = text.find(old).unwrap_or_else(|| panic!("{file} has no {old}"));
        self.write(file, &text.replacen(old, new, 1));
        text[..at].matches('\n').count() + 1
    }

    /// Runs `cargo xtask` with the words of `arguments`.
    pub fn xtask(&self, arguments: &str) -> Output {
        run(&self.root, arguments)
    }

    /// What `cargo xtask` prints; it must fail.
    pub fn refused(&self, arguments: &str) -> String {
        let output = self.xtask(arguments);
        assert!(!output.success, "{arguments} succeeded: {}", output.stdout);
        assert!(!output.stderr.contains("panicked"), "{}", output.stderr);
        output.stdout + &output.stderr
    }

    /// What `cargo xtask` prints; it must succeed.
    pub fn done(&self, arguments: &str) -> String {
        let output = self.xtask(arguments);
        assert!(output.success, "{arguments} failed: {}{}", output.stdout, output.stderr);
        output.stdout
    }
}

/// Runs `cargo xtask` in a folder with the words of `arguments`.
pub fn run(folder: &Path, arguments: &str) -> Output {
    output(&mut command(folder, arguments))
}

/// `cargo xtask` in a folder with the words of `arguments`, to be run.
pub fn command(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.args(arguments.split_whitespace()).env_remove("CLICOLOR_FORCE");
    set_place(&mut command, folder);
    command
}

/// Has a command build in a folder of a copy, with as much as a backtrace needs to name lines.
pub fn set_place(command: &mut Command, folder: &Path) {
    // One target for all copies, so that ndarray is compiled once.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("target");
    command.current_dir(folder).env("CARGO_TARGET_DIR", target);
    command.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
}

/// Runs a command to its end.
pub fn output(command: &mut Command) -> Output {
    let output = command.output().expect("xtask starts");
    // On Windows the compiler and panics name files with backslashes.
    let text =
        |bytes: &[u8]| String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\\', "/");
    Output {
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
        success: output.status.success(),
    }
}

/// The manifest of the workspace with the steps as its only members.
fn manifest() -> String {
    let text = fs::read_to_string(workspace().join("Cargo.toml")).expect("there is a manifest");
    let members = "[\"step*\", \"mine/step[0-9][0-9]\"]";
    let lines = text.lines().map(|line| match line.split_once(" = ") {
        Some((key @ ("members" | "default-members"), _)) => format!("{key} = {members}\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).expect("a folder can be listed") {
            let from = entry.expect("a folder can be listed").path();
            if from.file_name() != Some(OsStr::new("target")) {
                copy(&from, &to.join(from.file_name().expect("a file has a name")));
            }
        }
        return;
    }
    fs::create_dir_all(to.parent().expect("a file is in a folder")).expect("a folder can be made");
    fs::copy(from, to).expect("a file can be copied");
}
