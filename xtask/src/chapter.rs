//! `cargo xtask read`: opens a chapter in the browser.

use crate::copies::target;
use crate::paint::print;
use anyhow::{Context, Result, ensure};
use lessons::Workspace;
use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

pub fn run(workspace: &Workspace, number: usize) -> Result<()> {
    let step = workspace.step(number)?;
    let page = target(workspace)?.join("book").join(format!("{}.html", step.name));
    if !page.is_file() {
        print("Building the book: a minute or two the first time, seconds later.\n")?;
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["run", "--package", "book"]).current_dir(&workspace.root);
        let status = cargo.status().context("cargo cannot be started")?;
        ensure!(status.success() && page.is_file(), "the book could not be built");
    }
    print(&format!("{}\n", page.display()))?;
    if !opens(&page) {
        print("No browser could be opened: open this file in one.\n")?;
    }
    Ok(())
}

fn opens(page: &Path) -> bool {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        // The first argument in quotes would be the title of a window.
        ("cmd", &["/C", "start", "", "/B"])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(page).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
