//! Names that a later step is the first to define.

use super::sources::{Copy, Piece};
use super::{Finding, Rule};
use anyhow::{Result, anyhow};
use lessons::outline::{Item, Kind};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::{HashMap, HashSet};

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

pub fn add(copies: &[Vec<Copy>], findings: &mut Vec<Finding>) -> Result<()> {
    let names = Names::of(copies);
    for copy in copies.iter().flatten() {
        let tokens = tokens(&copy.text).map_err(|error| anyhow!("{}: {error}", copy.place()))?;
        let mut found = names.in_code(&tokens, copy.number);
        found.extend(names.in_comments(&copy.text, copy.number));
        found.extend(names.in_examples(&copy.text, copy.number));
        found.extend(names.in_words(&copy.text, copy.number));
        found.sort_unstable();
        found.dedup();
        for (line, name) in found {
            findings.push(Finding {
                rule: Rule::Later,
                file: copy.place(),
                line,
                name: name.into(),
                message: format!(
                    "`{name}` is not defined before step{:02}",
                    names.names[name].first
                ),
            });
        }
    }
    Ok(())
}

impl Names {
    fn of(copies: &[Vec<Copy>]) -> Self {
        let mut all = Names { names: HashMap::new(), types: HashSet::new() };
        let libraries = || copies.iter().flatten().filter(|copy| copy.file == "src/lib.rs");
        let pieces = libraries().flat_map(|copy| &copy.items);
        let traits: HashSet<&str> = pieces
            .filter(|piece| piece.item.kind == Kind::Trait)
            .map(|piece| piece.item.path.as_str())
            .collect();
        for library in libraries() {
            let mut block = None;
            for Piece { item, .. } in &library.items {
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

    /// The names in code, with their lines. What is called like a method or a field but is a
    /// variable's name is none, nor is a function's that the file uses for something of its own.
    fn in_code(&self, tokens: &[Token], number: usize) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        for (i, token) in tokens.iter().enumerate() {
            let Some((word, name)) = self.later(&token.text, number) else { continue };
            let back = |n: usize| i.checked_sub(n).map_or("", |i| tokens[i].text.as_str());
            let next = tokens.get(i + 1).map_or("", |next| next.text.as_str());
            let of_ours = back(1) == ":" && back(2) == ":" && self.types.contains(back(3));
            let is = |used| name.uses.contains(&used);
            let is_own = || tokens.windows(2).any(|pair| pair[1].text == word && binds(&pair[0]));
            let is_meant = match (back(1), next) {
                (".", "(") => is(Use::Method),
                (".", _) => is(Use::Field),
                (":", _) => is(Use::Anywhere) || of_ours || back(3) == "stepNN",
                _ => is(Use::Anywhere) || (is(Use::Function) && !is_own()),
            };
            if is_meant {
                found.push((token.line, word));
            }
        }
        found
    }

    /// The names anywhere that can be nothing else, also in prose and in what is printed.
    fn in_words(&self, text: &str, number: usize) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        for (i, line) in text.lines().enumerate() {
            let words = line.split(|c: char| c != '_' && !c.is_alphanumeric());
            let later = words.filter(|word| is_a_name(word)).filter_map(|w| self.later(w, number));
            found.extend(later.map(|(word, _)| (i + 1, word)));
        }
        found
    }

    /// The names in the examples of doc comments, with their lines.
    fn in_examples(&self, text: &str, number: usize) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        for (start, example) in examples(text) {
            if let Ok(tokens) = tokens(&example) {
                let words = self.in_code(&tokens, number);
                found.extend(words.into_iter().map(|(line, word)| (start + line - 1, word)));
            }
        }
        found
    }

    /// The names between backticks in comments, with their lines.
    fn in_comments(&self, text: &str, number: usize) -> Vec<(usize, &str)> {
        let mut found = Vec::new();
        for (i, line) in text.lines().enumerate() {
            let Some((_, comment)) = line.split_once("//") else { continue };
            for quoted in comment.split('`').skip(1).step_by(2) {
                if let Some((word, _)) = self.later(quoted.trim_end_matches("()"), number) {
                    found.push((i + 1, word));
                } else if let Ok(tokens) = tokens(quoted) {
                    let words = self.in_code(&tokens, number);
                    found.extend(words.into_iter().map(|(_, word)| (i + 1, word)));
                }
            }
        }
        found
    }
}

/// Whether the word after it is a new name of the file's own.
fn binds(token: &Token) -> bool {
    ["let", "mut", "fn"].contains(&token.text.as_str())
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

fn tokens(text: &str) -> Result<Vec<Token>> {
    let stream: TokenStream = text.parse().map_err(|error| anyhow!("{error}"))?;
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    Ok(tokens)
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
