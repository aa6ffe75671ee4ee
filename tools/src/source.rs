//! A Rust source as a list of the items in it.

use anyhow::{Context, Result, anyhow};
use proc_macro2::{LineColumn, Span, TokenStream, TokenTree};
use std::ops::Range;
use syn::spanned::Spanned;
use syn::{Fields, ImplItem, Item as SynItem, TraitItem, Type};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All `use` lines of a file together; named `use`.
    Use,
    /// A struct or an enum.
    Type,
    /// A field of a struct.
    Field,
    /// A trait.
    Trait,
    /// An `impl` block; named `impl Variable`, `impl Function for Square`.
    Impl,
    /// A function, or a method of a trait or of an `impl`.
    Function,
    /// Anything else that has a name: a constant, a static, a module, an associated type.
    Other,
}

/// An item of a source, with its doc comments and attributes.
#[derive(Clone, Debug)]
pub struct Item {
    /// How it is named: `square`, `Variable::backward`, `VariableBox.data`, `impl Drop for VariableBox`.
    /// Generic parameters are left out.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Its lines, counted from 0.
    pub lines: Range<usize>,
    /// Whether it has items inside that are listed too, after it.
    pub is_container: bool,
}

/// The items of a source, in its order; the members of traits, `impl` blocks and structs after
/// the item they are in. An error names line and column where the source is not Rust.
pub fn items(source: &str) -> Result<Vec<Item>> {
    let file = syn::parse_file(source).map_err(|error| {
        let LineColumn { line, column } = error.span().start();
        anyhow!("line {line}, column {}: {error}", column + 1)
    })?;
    let mut list = List(Vec::new());
    for item in &file.items {
        list.add_item(item);
    }
    Ok(list.0)
}

/// An item with the text that is its own.
#[derive(Clone, Debug)]
pub struct Part {
    /// The item.
    pub item: Item,
    /// Its text; of a container, what comes before its first member.
    pub text: String,
}

/// The items of a source, as [`items`] lists them, each with its own text.
pub fn parts(source: &str) -> Result<Vec<Part>> {
    let items = items(source)?;
    let lines: Vec<&str> = source.lines().collect();
    let end = |i: usize| {
        let item: &Item = &items[i];
        let next = items.get(i + 1).filter(|next| next.lines.start < item.lines.end);
        next.filter(|_| item.is_container).map_or(item.lines.end, |next| next.lines.start)
    };
    let text = |i: usize| lines[items[i].lines.start..end(i)].join("\n") + "\n";
    let texts: Vec<String> = (0..items.len()).map(text).collect();
    Ok(items.into_iter().zip(texts).map(|(item, text)| Part { item, text }).collect())
}

/// Whether a line is neither blank nor a comment.
pub fn is_code(line: &str) -> bool {
    let line = line.trim();
    let is_comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
    !line.is_empty() && !is_comment
}

/// The code of a text, without comments and white space: two texts differ in it only if the
/// compiler could see a difference.
pub fn code(text: &str) -> String {
    let lines = text.lines().filter(|line| is_code(line));
    let lines = lines.map(|line| line.split_once(" // ").map_or(line, |(code, _)| code));
    lines.flat_map(str::split_whitespace).collect()
}

/// The item that is named `path`; an error lists the names there are.
pub fn find(source: &str, path: &str) -> Result<Item> {
    let items = items(source)?;
    let names = items.iter().map(|item| item.path.as_str()).collect::<Vec<_>>().join(", ");
    let item = items.into_iter().find(|item| item.path == path);
    item.with_context(|| format!("there is no `{path}`; there are: {names}"))
}

struct List(Vec<Item>);

impl List {
    fn add(&mut self, path: String, kind: Kind, span: Span) {
        self.0.push(Item { path, kind, lines: lines_of(span), is_container: false });
    }

    fn add_item(&mut self, item: &SynItem) {
        let span = item.span();
        match item {
            SynItem::Use(_) => match self.0.last_mut() {
                Some(last) if last.kind == Kind::Use => last.lines.end = lines_of(span).end,
                _ => self.add("use".into(), Kind::Use, span),
            },
            SynItem::Fn(item) => self.add(item.sig.ident.to_string(), Kind::Function, span),
            SynItem::Enum(item) => self.add(item.ident.to_string(), Kind::Type, span),
            SynItem::Struct(item) => {
                self.add(item.ident.to_string(), Kind::Type, span);
                self.add_fields(&item.ident.to_string(), &item.fields);
            }
            SynItem::Trait(item) => {
                let name = item.ident.to_string();
                let members = item.items.iter().filter_map(trait_member);
                self.add_container(&name, Kind::Trait, span, &name, members);
            }
            SynItem::Impl(item) => {
                let name = type_name(&item.self_ty);
                let path = match &item.trait_ {
                    Some((path, _)) => format!("impl {} for {name}", last_segment(path)),
                    None => format!("impl {name}"),
                };
                let members = item.items.iter().filter_map(impl_member);
                self.add_container(&path, Kind::Impl, span, &name, members);
            }
            SynItem::Macro(item) => {
                let name = static_in(item.mac.tokens.clone());
                self.add(name.unwrap_or_else(|| last_segment(&item.mac.path)), Kind::Other, span);
            }
            SynItem::Const(item) => self.add(item.ident.to_string(), Kind::Other, span),
            SynItem::Static(item) => self.add(item.ident.to_string(), Kind::Other, span),
            SynItem::Type(item) => self.add(item.ident.to_string(), Kind::Other, span),
            SynItem::Mod(item) => self.add(format!("mod {}", item.ident), Kind::Other, span),
            _ => self.add("?".into(), Kind::Other, span),
        }
    }

    fn add_container(
        &mut self,
        path: &str,
        kind: Kind,
        span: Span,
        parent: &str,
        members: impl Iterator<Item = (String, Kind, Span)>,
    ) {
        self.0.push(Item { path: path.into(), kind, lines: lines_of(span), is_container: true });
        for (name, kind, span) in members {
            self.add(format!("{parent}::{name}"), kind, span);
        }
    }

    fn add_fields(&mut self, parent: &str, fields: &Fields) {
        for (index, field) in fields.iter().enumerate() {
            let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
            self.add(format!("{parent}.{name}"), Kind::Field, field.span());
        }
    }
}

fn trait_member(member: &TraitItem) -> Option<(String, Kind, Span)> {
    let (name, kind) = match member {
        TraitItem::Fn(member) => (&member.sig.ident, Kind::Function),
        TraitItem::Type(member) => (&member.ident, Kind::Other),
        TraitItem::Const(member) => (&member.ident, Kind::Other),
        _ => return None,
    };
    Some((name.to_string(), kind, member.span()))
}

fn impl_member(member: &ImplItem) -> Option<(String, Kind, Span)> {
    let (name, kind) = match member {
        ImplItem::Fn(member) => (&member.sig.ident, Kind::Function),
        ImplItem::Type(member) => (&member.ident, Kind::Other),
        ImplItem::Const(member) => (&member.ident, Kind::Other),
        _ => return None,
    };
    Some((name.to_string(), kind, member.span()))
}

/// The lines of a span. A doc comment is an attribute, so it is part of the span.
fn lines_of(span: Span) -> Range<usize> {
    span.start().line - 1..span.end().line
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(ty) => last_segment(&ty.path),
        Type::Reference(ty) => type_name(&ty.elem),
        _ => "?".into(),
    }
}

fn last_segment(path: &syn::Path) -> String {
    path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string())
}

/// The name after `static` in the tokens of a macro such as `thread_local!`.
fn static_in(tokens: TokenStream) -> Option<String> {
    let mut tokens = tokens.into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(ident) if ident == "static"))?;
    Some(tokens.next()?.to_string())
}
