//! Pictures from a few lines of text, as drawings.

pub mod graph;
mod layout;
mod owners;
pub mod svg;

use crate::problem::Fault;
use anyhow::{Context, Result, ensure};
use strum::{EnumString, VariantNames};
use svg::Picture;

/// The kinds of pictures, by the language of their block of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// A computational graph.
    Graph,
    /// Who owns whom.
    Owners,
}

/// The picture that `lines` describe, below a line `before` them.
pub fn draw(kind: Kind, before: usize, lines: &[&str]) -> Result<Picture, Fault> {
    let (mut alt, mut caption) = (String::new(), String::new());
    let mut rest = Vec::new();
    for (line, number) in lines.iter().zip(before + 1..) {
        if let Some(text) = line.strip_prefix("alt:") {
            alt = text.trim().into();
        } else if let Some(text) = line.strip_prefix("caption:") {
            caption = text.trim().into();
        } else if !line.trim().is_empty() {
            rest.push((number, line.trim()));
        }
    }
    let checked = || {
        ensure!(!alt.is_empty(), "a picture needs a line `alt:` that says what it shows");
        rest.first().context("the picture is empty").map(|_| ())
    };
    checked().map_err(Fault::at(before))?;
    if kind == Kind::Graph {
        alt += &values(&rest);
    }
    let (drawing, narrow) = match kind {
        Kind::Graph => graph::draw(&rest),
        Kind::Owners => owners::draw(&rest),
    }?;
    Ok(Picture { alt, caption, drawing, narrow })
}

/// The numbers in the picture of a graph, for those who cannot see it.
fn values(lines: &[(usize, &str)]) -> String {
    let is_value = |line: &&str| line.contains('=') && !line.contains("->");
    let values = lines.iter().map(|(_, line)| *line).filter(is_value).collect::<Vec<_>>();
    if values.is_empty() { String::new() } else { format!(". {}", values.join(", ")) }
}
