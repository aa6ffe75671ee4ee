//! Names that a later step is the first to define, in comments, examples and in what is printed. The
//! compiler finds them in code.

use crate::finding::{Finding, Rule};
use crate::source::Source;
use lessons::outline::{Item, Kind};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeSet, HashMap, HashSet};

/// What the library defines under a name, and in which step first.
#[derive(Default)]
struct Name {
    first: usize,
    uses: Vec<Use>,
}

/// How a name is used.
#[derive(PartialEq)]
enum Use {
    /// `x.backward()`
    Method,
    /// `x.data`
    Field,
    /// `square(&x)`
    Function,
    /// A type, a trait or a static: no other thing is called like this.
    Anywhere,
}

/// The names of the library, and its types.
struct Names {
    names: HashMap<String, Name>,
    types: HashSet<String>,
}

/// A word of a source, and its line.
struct Token {
    text: String,
    line: usize,
}

pub fn find(sources: &[Vec<Source>]) -> Vec<Finding> {
    let names = Names::of(sources);
    let mut findings = Vec::new();
    for source in sources.iter().flatten() {
        for (line, name) in names.in_text(&source.text, source.number) {
            let first = names.names[name].first;
            findings.push(Finding {
                rule: Rule::Later,
                file: source.place(),
                line,
                name: name.into(),
                message: format!("`{name}` is not defined before step{first:02}"),
            });
        }
    }
    findings
}

impl Names {
    fn of(sources: &[Vec<Source>]) -> Self {
        let mut all = Names { names: HashMap::new(), types: HashSet::new() };
        let libraries = || sources.iter().flatten().filter(|source| source.is_library());
        let items = libraries().flat_map(|library| &library.parts).map(|part| &part.item);
        let traits: HashSet<&str> =
            items.filter(|item| item.kind == Kind::Trait).map(|item| item.path.as_str()).collect();
        for library in libraries() {
            let mut block = None;
            for item in library.parts.iter().map(|part| &part.item) {
                if item.kind == Kind::Impl {
                    block = Some(item);
                }
                if !is_of_foreign_trait(item, block, &traits) {
                    all.add(item, library.number);
                }
            }
        }
        all
    }

    fn add(&mut self, item: &Item, number: usize) {
        let path = &item.path;
        let last = path.rsplit(['.', ':']).next().unwrap_or(path);
        let kind = item.kind;
        if matches!(kind, Kind::Use | Kind::Impl) || last.starts_with(|c: char| c.is_ascii_digit())
        {
            return;
        }
        if matches!(kind, Kind::Type | Kind::Trait) {
            self.types.insert(last.into());
        }
        let name = self.names.entry(last.into()).or_default();
        if name.first == 0 {
            name.first = number;
        }
        name.uses.push(match kind {
            Kind::Field => Use::Field,
            Kind::Function if path.contains("::") => Use::Method,
            Kind::Function => Use::Function,
            _ => Use::Anywhere,
        });
    }

    fn later(&self, word: &str, number: usize) -> Option<(&str, &Name)> {
        let (word, name) = self.names.get_key_value(word)?;
        (name.first > number).then_some((word.as_str(), name))
    }

    /// The names in a source, with their lines.
    fn in_text(&self, text: &str, number: usize) -> BTreeSet<(usize, &str)> {
        let mut found = BTreeSet::new();
        for (i, line) in text.lines().enumerate() {
            let words = line.split(|c: char| c != '_' && !c.is_alphanumeric());
            let words = words.filter(|word| is_a_name(word));
            let words = words.filter_map(|word| Some(self.later(word, number)?.0));
            let words = words.chain(self.in_comment(line, number));
            found.extend(words.map(|word| (i + 1, word)));
        }
        for (start, example) in examples(text) {
            let words = self.in_code(&example, number).into_iter();
            found.extend(words.map(|(line, word)| (start + line - 1, word)));
        }
        found
    }

    /// The names between backticks in the comment of a line.
    fn in_comment(&self, line: &str, number: usize) -> Vec<&str> {
        let (_, comment) = line.split_once("//").unwrap_or_default();
        let quoted = comment.split('`').skip(1).step_by(2);
        let names =
            quoted.flat_map(|quoted| match self.later(quoted.trim_end_matches("()"), number) {
                Some((word, _)) => vec![word],
                None => self.in_code(quoted, number).into_iter().map(|(_, word)| word).collect(),
            });
        names.collect()
    }

    /// The names in a piece of code, with their lines; none if it is not Rust. What is called like a
    /// method or a field but is a variable's name is none.
    fn in_code(&self, code: &str, number: usize) -> Vec<(usize, &str)> {
        let tokens = tokens(code).unwrap_or_default();
        let mut found = Vec::new();
        for (i, token) in tokens.iter().enumerate() {
            let Some((word, name)) = self.later(&token.text, number) else { continue };
            let back = |n: usize| i.checked_sub(n).map_or("", |i| tokens[i].text.as_str());
            let next = tokens.get(i + 1).map_or("", |next| next.text.as_str());
            let of_ours = back(1) == ":" && back(2) == ":" && self.types.contains(back(3));
            let is = |used| name.uses.contains(&used);
            let is_meant = match (back(1), next) {
                (".", "(") => is(Use::Method),
                (".", _) => is(Use::Field),
                (":", _) => is(Use::Anywhere) || of_ours || back(3) == "stepNN",
                _ => is(Use::Anywhere) || is(Use::Function),
            };
            if is_meant {
                found.push((token.line, word));
            }
        }
        found
    }
}

/// Whether no word of plain English is written like this: `no_grad`, `VariableBox`.
fn is_a_name(word: &str) -> bool {
    let inner_capital = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
    word.contains('_') || word.as_bytes().windows(2).any(inner_capital)
}

/// The examples in doc comments, each with the number of its first line.
fn examples(text: &str) -> Vec<(usize, String)> {
    let mut examples = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (i, line) in text.lines().enumerate() {
        let comment = line.trim_start().strip_prefix("//").unwrap_or_default();
        let comment = comment.trim_start_matches(['/', '!']).trim();
        if comment.starts_with("```") {
            match open.take() {
                Some(example) => examples.push(example),
                None => open = Some((i + 2, String::new())),
            }
        } else if let Some((_, example)) = &mut open {
            *example += comment;
            *example += "\n";
        }
    }
    examples
}

/// Whether an item implements a trait that is not ours: `drop`, `from`, and others that exist
/// before a step defines them.
fn is_of_foreign_trait(item: &Item, block: Option<&Item>, traits: &HashSet<&str>) -> bool {
    let Some(block) = block else { return false };
    let is_in = item.lines.start < block.lines.end;
    let implemented = block.path.strip_prefix("impl ").and_then(|path| path.split_once(" for "));
    is_in && implemented.is_some_and(|(name, _)| !traits.contains(name))
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let stream: TokenStream = text.parse().ok()?;
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    Some(tokens)
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        let mut add = |text: String| tokens.push(Token { text, line });
        match tree {
            TokenTree::Ident(ident) => add(ident.to_string()),
            TokenTree::Punct(punct) => add(punct.as_char().to_string()),
            TokenTree::Literal(_) => add(String::new()),
            TokenTree::Group(group) => {
                add("(".into());
                flatten(group.stream(), tokens);
            }
        }
    }
}
