//! Names that a later step is the first to define, in comments, examples and in what is printed. The
//! compiler finds them in code.

use crate::finding::{Finding, Rule};
use crate::source::Source;
use lessons::outline::{Item, Kind};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The names that the library defines, and in which step each is first.
struct Names(HashMap<String, usize>);

/// What is found in the sources of the steps and of `fast`, whose own names are no later ones.
pub fn find(sources: &[Vec<Source>], fast: &[Source]) -> Vec<Finding> {
    let mut names = Names::of(sources.iter().flatten());
    let mut findings: Vec<Finding> =
        sources.iter().flatten().flat_map(|source| names.findings(source)).collect();
    let own = Names::of(fast);
    names.0.retain(|name, _| !own.0.contains_key(name));
    findings.extend(fast.iter().flat_map(|source| names.findings(source)));
    findings
}

impl Names {
    fn of<'a>(sources: impl IntoIterator<Item = &'a Source>) -> Self {
        let libraries = sources.into_iter().filter(|source| source.is_library());
        let libraries: Vec<&Source> = libraries.collect();
        let items = libraries.iter().flat_map(|library| &library.parts).map(|part| &part.item);
        let traits: HashSet<&str> =
            items.filter(|item| item.kind == Kind::Trait).map(|item| item.path.as_str()).collect();
        let mut names = HashMap::new();
        for library in libraries {
            let mut block = None;
            for item in library.parts.iter().map(|part| &part.item) {
                if item.kind == Kind::Impl {
                    block = Some(item);
                }
                let last = item.path.rsplit(['.', ':']).next().unwrap_or_default();
                // The fields of a tuple have numbers.
                let is_named = !matches!(item.kind, Kind::Use | Kind::Impl)
                    && !last.starts_with(|c: char| c.is_ascii_digit());
                if is_named && !is_of_foreign_trait(item, block, &traits) {
                    names.entry(last.into()).or_insert(library.number);
                }
            }
        }
        Names(names)
    }

    fn findings(&self, source: &Source) -> Vec<Finding> {
        let finding = |(line, name): (usize, &str)| Finding {
            rule: Rule::Later,
            file: source.place(),
            line,
            name: name.into(),
            message: format!("`{name}` is not defined before step{:02}", self.0[name]),
        };
        self.in_source(source).into_iter().map(finding).collect()
    }

    /// The later names in a source, with their lines: everywhere those that can be nothing else,
    /// and between backticks and in examples all.
    fn in_source<'a>(&self, source: &'a Source) -> BTreeSet<(usize, &'a str)> {
        let mut found = BTreeSet::new();
        let mut is_example = false;
        for (i, line) in source.text.lines().enumerate() {
            let (code, comment) = match line.split_once("//") {
                _ if !source.is_rust() => ("", line),
                Some(parts) => parts,
                None => (line, ""),
            };
            let comment = comment.trim_start_matches(['/', '!']);
            if comment.trim_start().starts_with("```") {
                is_example = !is_example;
            }
            let plain = words(line).filter(|word| is_a_name(word));
            let quoted = comment.split('`').skip(1).step_by(2).flat_map(words);
            let example = words(if is_example && code.trim().is_empty() { comment } else { "" });
            let all = plain.chain(quoted).chain(example);
            let is_later =
                |word: &&str| self.0.get(*word).is_some_and(|first| *first > source.number);
            found.extend(all.filter(is_later).map(|word| (i + 1, word)));
        }
        found
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c != '_' && !c.is_alphanumeric())
}

/// Whether no word of plain English is written like this: `no_grad`, `VariableBox`.
fn is_a_name(word: &str) -> bool {
    let inner_capital = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
    word.contains('_') || word.as_bytes().windows(2).any(inner_capital)
}

/// Whether an item implements a trait that is not ours: `drop`, `from`, and others that exist
/// before a step defines them.
fn is_of_foreign_trait(item: &Item, block: Option<&Item>, traits: &HashSet<&str>) -> bool {
    let Some(block) = block else { return false };
    let is_in = item.lines.start < block.lines.end;
    let implemented = block.path.strip_prefix("impl ").and_then(|path| path.split_once(" for "));
    is_in && implemented.is_some_and(|(name, _)| !traits.contains(name))
}
