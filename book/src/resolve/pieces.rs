//! `{{pieces …}}` and `{{count …}}`: the way from step 18 to `fast`, and what was counted on it.

use super::numbers::{grouped, rounded};
use crate::content::Content;
use crate::measured::{self, PIECES};
use crate::steps::Steps;
use anyhow::{Context, Result, bail};
use lessons::workspace;
use results::{Counted, Pieces, Workload};

const WORKLOADS: [Workload; 4] =
    [Workload::Chain, Workload::Diamonds, Workload::Tiny, Workload::Inference];

/// `{{pieces table}}`, and `{{pieces 01-slices}}`: one of them as a difference.
pub fn block(arguments: &str, steps: &Steps) -> Result<Content> {
    Ok(Content::Markdown(match arguments {
        "table" => table(&measured::pieces(&steps.workspace)?),
        "" => bail!("`pieces`: expected `pieces table` or `pieces NAME`"),
        name => format!("```diff\n{}```", patch(name, steps)?),
    }))
}

/// `{{count 01-slices chain}}`, in instructions a call, or `bytes`; and
/// `{{count 01-slices chain / step18}}`, as a ratio.
pub fn value(arguments: &str, steps: &Steps) -> Result<Content> {
    let pieces = measured::pieces(&steps.workspace)?;
    Ok(Content::Markdown(match *arguments.split_whitespace().collect::<Vec<_>>() {
        [name, what] => rounded(count(&pieces, name, what)?),
        [name, what, "/", other] => {
            format!("{:.2}", count(&pieces, name, what)? / count(&pieces, other, what)?)
        }
        _ => bail!("`count {arguments}`: expected `count NAME WORKLOAD` and, if wanted, `/ NAME`"),
    }))
}

fn count(pieces: &Pieces, name: &str, what: &str) -> Result<f64> {
    let mut all = pieces.pieces.iter().chain(&pieces.beside);
    let counted = all.find(|counted| counted.name == name);
    let counted = counted.with_context(|| format!("{PIECES} has no `{name}`"))?;
    if what == "bytes" {
        return Ok(counted.bytes_per_call);
    }
    let found = counted.instructions.get(&what.parse()?).copied();
    found.with_context(|| format!("{PIECES} has no `{what}` of `{name}`"))
}

fn table(Pieces { date, rustc, valgrind, pieces, beside }: &Pieces) -> String {
    let mut lines = vec![
        "| piece | chain | diamonds | tiny | inference | bytes |".to_owned(),
        "| --- | ---: | ---: | ---: | ---: | ---: |".to_owned(),
    ];
    lines.extend(pieces.iter().chain(beside).map(row));
    lines.push(format!("\nCounted on {date}, by {valgrind}; {rustc}."));
    lines.join("\n")
}

fn row(Counted { name, instructions, bytes_per_call }: &Counted) -> String {
    let cell = |workload| {
        let count = instructions.get(workload).copied();
        count.map_or_else(String::new, |count| grouped(&format!("{count:.0}")))
    };
    let counts = WORKLOADS.iter().map(cell).collect::<Vec<_>>().join(" | ");
    format!("| {name} | {counts} | {bytes_per_call:.0} |")
}

/// A piece without the two lines that name files.
fn patch(name: &str, steps: &Steps) -> Result<String> {
    let path = steps.workspace.root.join("bench/pieces").join(format!("{name}.patch"));
    let text = workspace::read(&path)?;
    let lines = text.lines().filter(|line| !line.starts_with("--- ") && !line.starts_with("+++ "));
    Ok(lines.flat_map(|line| [line, "\n"]).collect())
}
