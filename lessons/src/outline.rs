//! A Rust source cut into named spans, and the items in it.

use anyhow::{Context, Result, anyhow};
use proc_macro2::{LineColumn, TokenStream, TokenTree};
use std::collections::HashMap;
use std::fmt;
use std::iter;
use std::ops::Range;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use syn::spanned::Spanned;
use syn::{Fields, ImplItem, Item as SynItem, ItemMacro, TraitItem, Type};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `use` lines that follow each other; named `use`.
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

impl Kind {
    /// Whether its members are items too, listed after it.
    pub fn is_container(self) -> bool {
        matches!(self, Kind::Trait | Kind::Impl)
    }
}

/// An item of a source, with its doc comments and attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// How it is named: `square`, `Variable::backward`, `VariableBox.data`, `impl Add for &Variable`,
    /// `macro_rules! operator`, `operator!(Add)`. Generic parameters are left out.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Its lines, counted from 0.
    pub lines: Range<usize>,
    /// The lines that are its own; of a container, those before its first member.
    pub own: Range<usize>,
}

/// What a span of a source is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// An item; of a container with members, its beginning.
    Item(String),
    /// What follows the last member of the container of this name.
    End(String),
    /// What follows the last item of a file.
    Rest,
}

impl Name {
    /// The name of the item, unless it is the end of something.
    pub fn item(&self) -> Option<&str> {
        match self {
            Name::Item(path) => Some(path),
            Name::End(_) | Name::Rest => None,
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Name::Item(path) => f.write_str(path),
            Name::End(path) => write!(f, "end of {path}"),
            Name::Rest => Ok(()),
        }
    }
}

/// A part of a source.
#[derive(Clone, Debug)]
pub struct Span {
    /// What it is called.
    pub name: Name,
    /// Its lines, counted from 0, with what stands between it and the span before.
    pub lines: Range<usize>,
}

/// A source in spans that cover it.
#[derive(Clone, Debug)]
pub struct Outline<'a> {
    /// The lines, with their ends.
    pub lines: Vec<&'a str>,
    /// The spans, in the order of the source. Each line is in one of them.
    pub spans: Vec<Span>,
    /// The items, in the order of the source; the members of traits, `impl` blocks and structs
    /// after the item they are in.
    pub items: Vec<Item>,
}

/// An item that is in no other one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Top {
    item: Item,
    /// Its fields, or its members.
    inner: Vec<Item>,
}

// Parsing takes longer than all else, and most parts of a source are in many others as well.
static KNOWN: LazyLock<Mutex<HashMap<String, Vec<Top>>>> = LazyLock::new(Mutex::default);

fn known() -> MutexGuard<'static, HashMap<String, Vec<Top>>> {
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Outline<'a> {
    /// The outline of `source`; an error names line and column where it is not Rust.
    pub fn of(source: &'a str) -> Result<Self> {
        // A blank line may be in the middle of something, such as a long string.
        let tops = parse_parts(source).or_else(|_| parse(source))?;
        let lines = source.split_inclusive('\n').collect();
        let mut outline = Outline { lines, spans: Vec::new(), items: Vec::new() };
        let is_use = |top: &Top| top.item.kind == Kind::Use;
        for tops in tops.chunk_by(|a, b| is_use(a) && is_use(b)) {
            outline.add(&tops[0], tops[tops.len() - 1].item.lines.end);
        }
        outline.cut(Name::Rest, outline.lines.len());
        Ok(outline)
    }

    /// The item that is named `path`; an error lists the names there are.
    pub fn find(&self, path: &str) -> Result<&Item> {
        let names = || self.items.iter().map(|item| item.path.as_str()).collect::<Vec<_>>();
        let item = self.items.iter().find(|item| item.path == path);
        item.with_context(|| format!("there is no `{path}`; there are: {}", names().join(", ")))
    }

    /// The text of some lines.
    pub fn text(&self, lines: Range<usize>) -> String {
        self.lines[lines].concat()
    }

    /// Ends a span, which begins where the one before ends.
    fn cut(&mut self, name: Name, end: usize) {
        let start = self.spans.last().map_or(0, |span| span.lines.end);
        // What begins and ends in the line of another item has no line of its own.
        if end > start {
            self.spans.push(Span { name, lines: start..end });
        }
    }

    /// Adds an item that ends before a line; several `use` lines are one item.
    fn add(&mut self, Top { item, inner }: &Top, end: usize) {
        let own = if item.lines == item.own { item.own.start..end } else { item.own.clone() };
        self.cut(Name::Item(item.path.clone()), own.end);
        self.items.push(Item { lines: item.lines.start..end, own, ..item.clone() });
        self.items.extend_from_slice(inner);
        if item.kind.is_container() && !inner.is_empty() {
            for member in inner {
                self.cut(Name::Item(member.path.clone()), member.lines.end);
            }
            self.cut(Name::End(item.path.clone()), end);
        }
    }
}

/// The items of a source, part by part.
fn parse_parts(source: &str) -> Result<Vec<Top>> {
    let mut tops = Vec::new();
    let mut line = 0;
    for part in parts(source) {
        let found = known().get(part).cloned();
        let is_new = found.is_none();
        let parsed = found.map_or_else(|| parse(part), Ok)?;
        if is_new {
            known().insert(part.into(), parsed.clone());
        }
        tops.extend(parsed.into_iter().map(|top| top.moved(line)));
        line += part.matches('\n').count();
    }
    Ok(tops)
}

/// A source, cut after the blank lines that something follows which is not indented.
fn parts(source: &str) -> impl Iterator<Item = &str> {
    let mut rest = source;
    iter::from_fn(move || {
        let blanks = rest.match_indices("\n\n").map(|(at, blank)| at + blank.len());
        let end = blanks.into_iter().find(|&end| !rest[end..].starts_with([' ', '}', '\n']));
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        (!part.is_empty()).then_some(part)
    })
}

/// The items of a source.
fn parse(source: &str) -> Result<Vec<Top>> {
    let file = syn::parse_file(source).map_err(|error| {
        let LineColumn { line, column } = error.span().start();
        anyhow!("line {line}, column {}: {error}", column + 1)
    })?;
    Ok(file.items.iter().map(Top::of).collect())
}

impl Top {
    fn of(item: &SynItem) -> Self {
        let (path, kind) = named(item);
        let lines = lines_of(item);
        let inner = match item {
            SynItem::Struct(item) => fields(&item.ident.to_string(), &item.fields).collect(),
            _ => members(item),
        };
        let first = inner.first().filter(|_| kind.is_container());
        let own = lines.start..first.map_or(lines.end, |first| first.lines.start);
        Top { item: Item { path, kind, lines, own }, inner }
    }

    /// The same, so many lines further down.
    fn moved(mut self, down: usize) -> Self {
        for item in iter::once(&mut self.item).chain(&mut self.inner) {
            for lines in [&mut item.lines, &mut item.own] {
                *lines = lines.start + down..lines.end + down;
            }
        }
        self
    }
}

/// How an item is named, and what it is.
fn named(item: &SynItem) -> (String, Kind) {
    match item {
        SynItem::Use(_) => ("use".into(), Kind::Use),
        SynItem::Fn(item) => (item.sig.ident.to_string(), Kind::Function),
        SynItem::Enum(item) => (item.ident.to_string(), Kind::Type),
        SynItem::Struct(item) => (item.ident.to_string(), Kind::Type),
        SynItem::Trait(item) => (item.ident.to_string(), Kind::Trait),
        SynItem::Impl(item) => {
            let name = type_name(&item.self_ty);
            let and = if matches!(*item.self_ty, Type::Reference(_)) { "&" } else { "" };
            let path = match &item.trait_ {
                Some((path, _)) => format!("impl {} for {and}{name}", last_segment(path)),
                None => format!("impl {name}"),
            };
            (path, Kind::Impl)
        }
        SynItem::Macro(item) => (macro_name(item), Kind::Other),
        SynItem::Const(item) => (item.ident.to_string(), Kind::Other),
        SynItem::Static(item) => (item.ident.to_string(), Kind::Other),
        SynItem::Type(item) => (item.ident.to_string(), Kind::Other),
        SynItem::Mod(item) => (format!("mod {}", item.ident), Kind::Other),
        _ => ("?".into(), Kind::Other),
    }
}

/// The members of a trait or an `impl` block.
fn members(item: &SynItem) -> Vec<Item> {
    match item {
        SynItem::Trait(item) => {
            let members = item.items.iter();
            members.filter_map(|member| trait_member(&item.ident.to_string(), member)).collect()
        }
        SynItem::Impl(item) => {
            let parent = type_name(&item.self_ty);
            item.items.iter().filter_map(|member| impl_member(&parent, member)).collect()
        }
        _ => Vec::new(),
    }
}

fn trait_member(parent: &str, member: &TraitItem) -> Option<Item> {
    let (name, kind) = match member {
        TraitItem::Fn(member) => (&member.sig.ident, Kind::Function),
        TraitItem::Type(member) => (&member.ident, Kind::Other),
        TraitItem::Const(member) => (&member.ident, Kind::Other),
        _ => return None,
    };
    Some(leaf(format!("{parent}::{name}"), kind, member))
}

fn impl_member(parent: &str, member: &ImplItem) -> Option<Item> {
    let (name, kind) = match member {
        ImplItem::Fn(member) => (&member.sig.ident, Kind::Function),
        ImplItem::Type(member) => (&member.ident, Kind::Other),
        ImplItem::Const(member) => (&member.ident, Kind::Other),
        _ => return None,
    };
    Some(leaf(format!("{parent}::{name}"), kind, member))
}

fn fields(parent: &str, fields: &Fields) -> impl Iterator<Item = Item> {
    fields.iter().enumerate().map(move |(index, field)| {
        let name = field.ident.as_ref().map_or_else(|| index.to_string(), ToString::to_string);
        leaf(format!("{parent}.{name}"), Kind::Field, field)
    })
}

/// An item without members.
fn leaf(path: String, kind: Kind, item: &impl Spanned) -> Item {
    let lines = lines_of(item);
    Item { path, kind, own: lines.clone(), lines }
}

/// The lines of an item. A doc comment is an attribute, so it is part of the item.
fn lines_of(item: &impl Spanned) -> Range<usize> {
    let span = item.span();
    span.start().line - 1..span.end().line
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Path(ty) => last_segment(&ty.path),
        Type::Reference(ty) => type_name(&ty.elem),
        Type::Tuple(ty) if ty.elems.is_empty() => "()".into(),
        _ => "?".into(),
    }
}

fn last_segment(path: &syn::Path) -> String {
    path.segments.last().map_or_else(String::new, |segment| segment.ident.to_string())
}

/// What a macro defines, if it says so, or else its name and the first word that it is given:
/// `macro_rules! operator`, `operator!(Add)`.
fn macro_name(item: &ItemMacro) -> String {
    let name = last_segment(&item.mac.path);
    if let Some(defined) = &item.ident {
        return format!("{name}! {defined}");
    }
    let first = item.mac.tokens.clone().into_iter().next();
    let first = first.map_or_else(String::new, |token| token.to_string());
    static_in(item.mac.tokens.clone()).unwrap_or_else(|| format!("{name}!({first})"))
}

/// The name after `static` in the tokens of a macro such as `thread_local!`.
fn static_in(tokens: TokenStream) -> Option<String> {
    let mut tokens = tokens.into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(ident) if ident == "static"))?;
    Some(tokens.next()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_cover_a_source() -> Result<()> {
        let source = "//! Top.\n\nuse a;\nuse b;\n\nstruct S {\n    x: u8,\n}\n\nimpl S {\n    \
                      // c\n    fn f() {}\n\n    fn g() {}\n}\n\nimpl T for &S {} struct U(u8);\n\n\
                      impl T for () {}\n\n";
        let outline = Outline::of(source)?;
        let spans = outline.spans.iter().map(|span| (span.name.to_string(), span.lines.clone()));
        let expected = [
            ("use", 0..4),
            ("S", 4..8),
            ("impl S", 8..11),
            ("S::f", 11..12),
            ("S::g", 12..14),
            ("end of impl S", 14..15),
            ("impl T for &S", 15..17),
            ("impl T for ()", 17..19),
            ("", 19..20),
        ];
        assert_eq!(spans.collect::<Vec<_>>(), expected.map(|(name, lines)| (name.into(), lines)));
        let items: Vec<_> = outline.items.iter().map(|item| item.path.as_str()).collect();
        let expected = ["use", "S", "S.x", "impl S", "S::f", "S::g", "impl T for &S", "U", "U.0"];
        assert_eq!(items[..9], expected);
        assert_eq!(items[9..], ["impl T for ()"]);
        let block = outline.find("impl S")?;
        assert_eq!((&block.own, &block.lines), (&(9..11), &(9..15)));
        assert_eq!(outline.text(block.own.clone()), "impl S {\n    // c\n");
        Ok(())
    }

    #[test]
    fn macros_of_one_name_are_told_apart() -> Result<()> {
        let source = "macro_rules! m { () => {} }\nm!(Add, +);\nm!(Mul, *);\nm! {}\n\
                      thread_local! {\n    static S: u8 = 1;\n}\n";
        let items = Outline::of(source)?.items;
        let items: Vec<_> = items.iter().map(|item| item.path.as_str()).collect();
        assert_eq!(items, ["macro_rules! m", "m!(Add)", "m!(Mul)", "m!()", "S"]);
        Ok(())
    }

    #[test]
    fn a_source_has_the_items_of_its_parts() {
        let source = "//! Top.\n\nuse a;\n\n/// A.\nimpl S {\n    fn f() {}\n\n    fn g() {}\n}\n\n\
                      struct S {\n    x: u8,\n}\n\n// End.\n\n";
        assert_eq!(parts(source).collect::<String>(), source);
        assert_eq!(parts(source).count(), 5);
        assert_eq!(parse_parts(source).unwrap(), parse(source).unwrap());
        let string = "fn f() {\n    \"a\n\nb\";\n}\n\nfn g() {}\n";
        assert!(parse_parts(string).is_err());
        assert_eq!(Outline::of(string).unwrap().find("g").unwrap().lines, 6..7);
    }

    #[test]
    fn what_is_not_rust_and_what_is_not_there_is_named() {
        let error = Outline::of("fn f() {\n    let = 1;\n}\n").unwrap_err().to_string();
        assert!(error.starts_with("line 2, column 9: "), "{error}");
        let error = Outline::of("fn g() {}\n\nfn f() {\n    let = 1;\n}\n").unwrap_err();
        assert!(error.to_string().starts_with("line 4, column 9: "), "{error}");
        let outline = Outline::of("fn f() {}\nstruct S;\n").unwrap();
        let error = outline.find("g").unwrap_err().to_string();
        assert_eq!(error, "there is no `g`; there are: f, S");
    }
}
