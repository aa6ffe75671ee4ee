//! Builds the book: mdBook renders the chapters, and what they ask for by directives comes from
//! the steps. See `book/README.md`.

#![allow(clippy::missing_errors_doc, reason = "errors are sentences for the reader, not values")]
#![allow(clippy::format_push_string, clippy::needless_for_each, reason = "they read well here")]
#![allow(clippy::similar_names, reason = "from and to, row and rows")]

pub mod changes;
pub mod checks;
pub mod costs;
pub mod directive;
pub mod highlight;
pub mod html;
pub mod page;
pub mod pictures;
pub mod plot;
pub mod preprocessor;
pub mod problem;
pub mod shown;
pub mod snippet;
pub mod steps;
pub mod tables;

use crate::preprocessor::Dezero;
use crate::problem::Problem;
use anyhow::{Context, Result};
use lessons::{Workspace, workspace};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

/// Renders the book of `workspace` into the folder `target`. The pages are written also where
/// something is wrong with them; they say so then.
pub fn build(workspace: Workspace, target: &Path) -> Result<Vec<Problem>> {
    let root = workspace.root.join("book");
    let mut config = Config::from_disk(root.join("book.toml"))?;
    config.build.build_dir = target.to_path_buf();
    let mut problems = Vec::new();
    let summary = existing_chapters(&root.join("chapters"), &mut problems)?;
    let summary = mdbook_summary::parse_summary(&summary)?;
    let mut book = MDBook::load_with_config_and_summary(root, config, summary)?;
    let found = Rc::new(RefCell::new(Vec::new()));
    // In place of the command of the same name in book.toml.
    book.with_preprocessor(Dezero::new(workspace, Rc::clone(&found))?);
    book.build()?;
    problems.extend(found.take());
    problems.sort();
    Ok(problems)
}

/// The table of contents without the chapters that have not been written.
fn existing_chapters(folder: &Path, problems: &mut Vec<Problem>) -> Result<String> {
    let text = workspace::read(&folder.join("SUMMARY.md")).context("the table of contents")?;
    let mut kept = String::new();
    for (i, line) in text.lines().enumerate() {
        let link = line.split_once("](").and_then(|(_, link)| link.split_once(')'));
        match link {
            Some((file, _)) if !folder.join(file).is_file() => problems.push(Problem {
                file: "book/chapters/SUMMARY.md".into(),
                line: i + 1,
                message: format!("there is no chapter {file}"),
            }),
            _ => kept += &format!("{line}\n"),
        }
    }
    Ok(kept)
}
