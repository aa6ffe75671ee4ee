//! Pictures that are kept as files, for pages that are not part of the book.

use crate::html::picture;
use crate::pictures::{self, Kind};
use anyhow::{Context, Result};
use lessons::workspace;
use std::fs;
use std::path::{Path, PathBuf};

/// Colours of their own, for light and dark pages.
const STYLE: &str = include_str!("../figures/style.css");

/// The pictures that the texts in a folder describe: the file of each, and what is to be in it.
pub fn figures(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut figures = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let text = workspace::read(&path)?;
            let lines: Vec<&str> = text.lines().collect();
            let picture = pictures::draw(Kind::Graph, 0, &lines)
                .map_err(|fault| anyhow::anyhow!(fault.in_file(&path.display().to_string())))?;
            figures.push((path.with_extension("svg"), picture::file(picture, STYLE)));
        }
    }
    Ok(figures)
}
