//! Code and outputs as blocks of code, which mdBook's script colours.

use crate::content::{Listing, Output};
use maud::{Markup, PreEscaped, html};

/// Lines of a source file, under its name.
pub fn source(listing: &Listing) -> Markup {
    let lines: Vec<&str> = listing.source.lines().collect();
    let texts = listing.ranges.iter().map(|range| dedent(&lines[range.clone()]));
    let language = match listing.file.rsplit('.').next() {
        Some("rs") => "rust,ignore",
        Some("toml") => "toml",
        Some("py") => "python",
        _ => "text",
    };
    block(&listing.file, language, &texts.collect::<Vec<_>>().join("\n\n"))
}

/// What a step prints, under the command for it.
pub fn output(output: &Output) -> Markup {
    block(&output.label, "text", &output.text)
}

fn block(label: &str, language: &str, code: &str) -> Markup {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let code = format!("{fence}{language}\n{}\n{fence}", code.trim_end());
    html! {
        div.listing { div.file { (label) } "\n\n" (PreEscaped(code)) "\n\n" }
    }
}

/// Lines without the indentation that all of them have.
fn dedent(lines: &[&str]) -> String {
    let indent = |line: &&str| line.len() - line.trim_start().len();
    let filled = lines.iter().filter(|line| !line.trim().is_empty());
    let common = filled.map(indent).min().unwrap_or(0);
    let lines: Vec<&str> = lines.iter().map(|line| line.get(common..).unwrap_or("")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dedent_keeps_blank_lines_and_relative_indentation() {
        assert_eq!(dedent(&["    a", "", "        b"]), "a\n\n    b");
    }
}
