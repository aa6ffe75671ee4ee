//! Pictures from a few lines of text, as SVG in the colours of the page.

pub mod figures;
pub mod graph;
pub mod layout;
pub mod owners;
pub mod svg;

use crate::html::{escape, inline};
use anyhow::{Context, Error, Result, ensure};
use svg::Svg;

/// A picture, and what is said about it.
pub struct Picture {
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// A line below it; may be empty.
    pub caption: String,
    /// The drawing.
    pub drawing: Svg,
}

impl Picture {
    /// The picture as a part of a page.
    pub fn figure(&self) -> String {
        let caption = match self.caption.as_str() {
            "" => String::new(),
            text => format!("<figcaption>{}</figcaption>", inline(text)),
        };
        let svg = self.drawing.inline(&escape(&self.alt));
        format!("<figure class=\"picture\"><div class=\"frame\">{svg}</div>{caption}</figure>")
    }
}

/// The picture of a block of code whose language is `info`, if that is a kind of picture. An
/// error comes with the number of its line in the block, from 1; 0 is the block itself.
pub fn render(info: &str, lines: &[&str]) -> Option<Result<String, (usize, Error)>> {
    let draw = match info {
        "graph" => graph::draw,
        "owners" => owners::draw,
        _ => return None,
    };
    Some(parse(lines, draw).map(|picture| picture.figure()))
}

/// A line of a picture and its number in the block, from 1.
pub type Numbered<'a> = (usize, &'a str);

/// An error in a line of a picture.
pub type At = (usize, Error);

/// The picture that `draw` makes of the lines after `alt:` and `caption:`.
pub fn parse(lines: &[&str], draw: impl Fn(&[Numbered]) -> Result<Svg, At>) -> Result<Picture, At> {
    let (mut alt, mut caption) = (String::new(), String::new());
    let mut rest = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        if let Some(text) = line.strip_prefix("alt:") {
            alt = text.trim().into();
        } else if let Some(text) = line.strip_prefix("caption:") {
            caption = text.trim().into();
        } else if !line.trim().is_empty() {
            rest.push((i + 1, line.trim()));
        }
    }
    let checked = || {
        ensure!(!alt.is_empty(), "a picture needs a line `alt:` that says what it shows");
        rest.first().context("the picture is empty").map(|_| ())
    };
    checked().map_err(|error| (0, error))?;
    let drawing = draw(&rest)?;
    Ok(Picture { alt, caption, drawing })
}

/// A number of things, to calculate lengths with.
fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}
