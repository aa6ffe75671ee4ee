//! The items of a library in their parts, and which of them come, change and go with a step.

use crate::paint::wrap;
use anyhow::Result;
use lessons::outline::{Item, Kind, Outline};
use lessons::{Step, Workspace};

/// An item of a library.
pub struct Part {
    /// As [`Item::path`]; a macro with all that it is given: `operator!(Sub, sub, -)`.
    pub name: String,
    pub kind: Kind,
    /// Where it lies: `src/lib.rs`.
    pub file: String,
    /// Its doc comment, without the slashes; that of the trait, if it has none of its own.
    pub doc: String,
    /// A type as a whole; of all else what stands before the body.
    pub signature: String,
    /// The method of the trait that it implements: `Function::forward`.
    pub implements: Option<String>,
    code: String,
}

/// The items that differ from the step before.
pub struct Changes {
    pub come: Vec<Part>,
    /// Each as it was and as it is.
    pub change: Vec<(Part, Part)>,
    pub go: Vec<Part>,
}

impl Changes {
    pub fn of(workspace: &Workspace, ours: &Step) -> Result<Self> {
        let before = match ours.number {
            1 => Vec::new(),
            number => of(&workspace.step(number - 1)?)?,
        };
        Ok(Self::between(before, of(ours)?))
    }

    /// Several items may have one name: those that are alike are no change, and the others go together
    /// in their order.
    fn between(mut before: Vec<Part>, mut after: Vec<Part>) -> Self {
        after.retain(|part| {
            let is_same = |old: &Part| old.name == part.name && old.code == part.code;
            let same = before.iter().position(is_same);
            same.map(|at| before.remove(at)).is_none()
        });
        let mut changes = Changes { come: Vec::new(), change: Vec::new(), go: Vec::new() };
        for part in after {
            match before.iter().position(|old| old.name == part.name) {
                Some(at) => changes.change.push((before.remove(at), part)),
                None => changes.come.push(part),
            }
        }
        changes.go = before;
        changes
    }
}

/// The types and their fields, the traits, functions, and which trait is implemented for what.
pub fn of(step: &Step) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for file in step.library()? {
        let source = step.read_folded(&file)?;
        let outline = Outline::of(&source)?;
        let mut block: Option<&Item> = None;
        for item in &outline.items {
            if item.kind == Kind::Impl {
                block = Some(item);
            }
            let is_empty_block = item.kind == Kind::Impl && !item.path.contains(" for ");
            if item.kind != Kind::Use && !is_empty_block {
                let block = block.filter(|block| block.lines.contains(&item.lines.start));
                parts.push(part(item, block, &outline.text(item.own.clone()), &file));
            }
        }
    }
    take_docs_of_traits(&mut parts);
    take_docs_of_modules(&mut parts, step)?;
    Ok(parts)
}

fn part(item: &Item, block: Option<&Item>, own: &str, file: &str) -> Part {
    let is_comment = |line: &&str| line.trim_start().starts_with("//");
    let code: Vec<&str> = own.lines().map(str::trim_end).collect();
    let code: Vec<&str> =
        code.into_iter().filter(|line| !line.is_empty() && !is_comment(line)).collect();
    let is_before = |line: &&str| is_comment(line) || line.trim_start().starts_with("#[");
    let docs = own.lines().skip_while(|line| line.trim().is_empty()).take_while(is_before);
    let docs = docs.filter_map(|line| line.trim().strip_prefix("///"));
    let signature = signature(item.kind, &code);
    Part {
        name: name(item, &signature),
        kind: item.kind,
        file: file.into(),
        doc: docs.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n"),
        implements: block.filter(|block| block.path != item.path).and_then(|block| {
            let (of, _) = block.path.strip_prefix("impl ")?.split_once(" for ")?;
            Some(format!("{of}::{}", item.path.rsplit(':').next()?))
        }),
        code: lessons::code::code(own),
        signature,
    }
}

fn name(item: &Item, signature: &str) -> String {
    let is_macro = item.kind == Kind::Other && signature.contains('!');
    if is_macro { signature.trim_end_matches(';').into() } else { item.path.clone() }
}

fn signature(kind: Kind, code: &[&str]) -> String {
    // The macro around a `static` says less than it does.
    let of_static = code.iter().find(|line| kind == Kind::Other && line.contains("static "));
    if let Some((declared, _)) = of_static.and_then(|line| line.split_once(" =")) {
        return declared.trim().into();
    }
    let mut lines = Vec::new();
    for line in code {
        let head = line.trim_end_matches('{').trim_end();
        lines.push(if kind == Kind::Type { line } else { head });
        if kind != Kind::Type && (head.len() < line.len() || line.ends_with([';', '}'])) {
            break;
        }
    }
    lines.join("\n")
}

/// What an `impl` does is said by the trait.
fn take_docs_of_traits(parts: &mut [Part]) {
    let said = |part: &Part| Some((part.name.clone(), part.doc.clone()));
    let of_traits = parts.iter().filter(|part| part.implements.is_none());
    let of_traits: Vec<(String, String)> = of_traits.filter_map(said).collect();
    for part in parts.iter_mut().filter(|part| part.doc.is_empty()) {
        let of_trait = of_traits.iter().find(|(name, _)| Some(name) == part.implements.as_ref());
        if let Some((_, doc)) = of_trait {
            part.doc.clone_from(doc);
        }
    }
}

/// What a module is, its file says.
fn take_docs_of_modules(parts: &mut [Part], step: &Step) -> Result<()> {
    for part in parts {
        let Some(name) = part.name.strip_prefix("mod ") else { continue };
        let source = step.read(&format!("src/{name}.rs"))?;
        let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
        part.doc = lines.map(str::trim).collect::<Vec<_>>().join("\n");
    }
    Ok(())
}

/// The names of parts, each once, in lines of at most `width` characters.
pub fn names<'a>(parts: impl IntoIterator<Item = &'a Part>, width: usize) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in parts {
        // No line ends within a name.
        let name = part.name.replace(' ', "\u{a0}");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let lines = if names.is_empty() { Vec::new() } else { wrap(&names.join(", "), width) };
    lines.into_iter().map(|line| line.replace('\u{a0}', " ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_one_name_are_told_apart() -> Result<()> {
        let workspace = Workspace::find()?;
        let changes = |number| Changes::of(&workspace, &workspace.step(number)?);
        let old_names =
            |changes: &Changes| changes.change.iter().map(|(_, new)| new.name.clone()).collect();
        let names: Vec<String> = old_names(&changes(22)?);
        assert!(names.is_empty(), "{names:?}");
        let come = changes(22)?.come;
        for name in ["impl Neg for &Variable", "impl Neg for Variable", "operator!(Sub, sub, -)"] {
            assert_eq!(come.iter().filter(|part| part.name == name).count(), 1, "{name}");
        }
        let names: Vec<String> = old_names(&changes(23)?);
        assert!(names.iter().any(|name| name == "CallOf"), "{names:?}");
        for name in ["Variable::neg", "Variable::fmt", "impl Neg for Variable"] {
            assert!(!names.iter().any(|other| other == name), "{name} has only moved");
        }
        Ok(())
    }

    #[test]
    fn what_an_impl_does_the_trait_says() -> Result<()> {
        let workspace = Workspace::find()?;
        let parts = of(&workspace.step(13)?)?;
        let doc = |name| &parts.iter().find(|part| part.name == name).expect("an item").doc;
        assert!(doc("CallOf::backward").starts_with("Passes the gradients of the outputs on"));
        assert_eq!(doc("CallOf::backward"), doc("Backward::backward"));
        assert_eq!(doc("CallOf"), "What `backward` has to remember of a call.");
        Ok(())
    }
}
