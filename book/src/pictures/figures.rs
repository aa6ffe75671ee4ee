//! Pictures that are kept as files, for pages that are not part of the book.

use super::{graph, parse};
use crate::html::escape;
use anyhow::{Context, Result, anyhow};
use lessons::workspace;
use std::fs;
use std::path::{Path, PathBuf};

/// Colours of their own, for light and dark pages.
const STYLE: &str = include_str!("../../figures/style.css");

/// The pictures that the texts in a folder describe: the file of each, and what is to be in it.
pub fn render(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut figures = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let text = workspace::read(&path)?;
            let lines: Vec<&str> = text.lines().collect();
            let picture = parse(&lines, graph::draw)
                .map_err(|(line, error)| anyhow!("{}:{line}: {error:#}", path.display()))?;
            let svg = picture.drawing.file(&escape(&picture.alt), STYLE);
            figures.push((path.with_extension("svg"), svg));
        }
    }
    Ok(figures)
}
