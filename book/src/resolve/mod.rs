//! The second room: blocks are resolved against the lessons.

mod changes;
mod chart;
mod code;
mod costs;
pub mod head;
mod mistake;
mod numbers;
mod output;
mod pieces;
mod player;
mod plot;
mod surface;
mod tables;

use crate::chapter::{Block, Part, Text};
use crate::content::Content;
use crate::directive::{Directive, Name};
use crate::pictures::svg::Picture;
use crate::pictures::{self, Kind};
use crate::problem::Fault;
use crate::steps::Steps;
use anyhow::{Result, bail, ensure};

/// What a block shows.
pub fn block<'a>(block: Block<'a, Text>, steps: &Steps) -> Block<'a, Content> {
    let Block { line, indent, content } = block;
    Block { line, indent, content: content.and_then(|text| self::content(text, line, steps)) }
}

fn content(text: Text, line: usize, steps: &Steps) -> Result<Content, Fault> {
    let content = match text {
        Text::Prose(parts) => prose(&parts, steps),
        Text::Fence { language, lines } => Ok(Content::Fence(language.into(), lines.join("\n"))),
        Text::Picture(kind, lines) => {
            return picture(kind, line, &lines).map(Content::Picture);
        }
        Text::Directive(directive) => self::directive(directive, steps),
    };
    content.map_err(Fault::at(line))
}

/// A picture in a chapter. Those that are kept as files have no caption.
fn picture(kind: Kind, line: usize, lines: &[&str]) -> Result<Picture, Fault> {
    let picture = pictures::draw(kind, line, lines)?;
    let has_caption = || {
        ensure!(
            !picture.caption.is_empty(),
            "a picture needs a line `caption:` that says what to see in it"
        );
        Ok(())
    };
    has_caption().map_err(Fault::at(line))?;
    Ok(picture)
}

fn directive(Directive { name, arguments }: Directive, steps: &Steps) -> Result<Content> {
    match name {
        Name::Code => code::resolve(arguments, steps),
        Name::Diff => changes::of_sources(arguments, steps),
        Name::Mistake => mistake::resolve(arguments, steps),
        Name::Output => output::resolve(arguments, steps),
        Name::OutputDiff => changes::of_outputs(arguments, steps),
        Name::Steps => tables::steps(steps),
        Name::Timeline => tables::timeline(steps),
        Name::Files => tables::files(arguments, steps),
        Name::Plot => plot::resolve(arguments, steps),
        Name::Player => player::resolve(arguments, steps),
        Name::Costs => costs::block(arguments, steps),
        Name::Cost => costs::value(arguments, steps),
        Name::Pieces => pieces::block(arguments, steps),
        Name::Count => pieces::value(arguments, steps),
    }
}

/// A line of text with the values that it asks for.
fn prose(parts: &[Part], steps: &Steps) -> Result<Content> {
    let mut line = String::new();
    for part in parts {
        match part {
            Part::Text(text) => line += text,
            Part::Value(value) => match directive(*value, steps)? {
                Content::Markdown(text) => line += &text,
                _ => bail!("`{{{{{} …}}}}` has to be alone on its line", value.name),
            },
        }
    }
    Ok(Content::Markdown(line))
}
