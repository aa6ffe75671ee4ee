//! The directives by their names.

use anyhow::{Result, anyhow};
use strum::{Display, EnumString, VariantNames};

/// What a chapter can ask for; in a chapter the names are written in kebab case: `output-diff`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Name {
    /// Items of a source file.
    Code,
    /// What changed against the step before.
    Diff,
    /// A mistake: what is changed, and what is seen then.
    Mistake,
    /// What a step prints.
    Output,
    /// What changed in what a step prints.
    OutputDiff,
    /// The table of the steps.
    Steps,
    /// The table of the items.
    Timeline,
    /// The files of a library, with the items in them.
    Files,
    /// A plot of something measured when the book is built.
    Plot,
    /// A run of `backward`, to be stepped through.
    Player,
    /// What the benchmark measured.
    Costs,
    /// A number of the benchmark, within a sentence.
    Cost,
    /// What the pieces of `fast` gain, or one of them.
    Pieces,
    /// What a call of one of them costs, within a sentence.
    Count,
}

/// A directive as it stands between `{{` and `}}`.
#[derive(Clone, Copy)]
pub struct Directive<'a> {
    pub name: Name,
    /// Each resolver reads its own.
    pub arguments: &'a str,
}

impl<'a> Directive<'a> {
    pub fn parse(text: &'a str) -> Result<Self> {
        let text = text.trim();
        let (name, arguments) = text.split_once(' ').unwrap_or((text, ""));
        let name = name.parse().map_err(|_| {
            let names = Name::VARIANTS.join(", ");
            anyhow!("unknown directive `{{{{{text}}}}}`; there are: {names}")
        })?;
        Ok(Directive { name, arguments: arguments.trim() })
    }
}
