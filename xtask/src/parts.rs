//! The items of a library as `hint` tells of them: what comes, changes, moves and goes.

use anyhow::Result;
use lessons::outline::{Item, Kind, Outline};
use lessons::{Step, Workspace, code};

/// An item of a library.
pub struct Part {
    /// What it is called: its path, or what says more where several would have that.
    pub label: String,
    /// What it is recognised by in the step before.
    key: String,
    /// Where it lies, such as `src/lib.rs`.
    pub file: String,
    /// The type, trait or block that it is a member of.
    pub owner: Option<String>,
    pub path: String,
    pub kind: Kind,
    /// Its doc comment, without the slashes.
    pub doc: String,
    /// Its code without the body.
    pub signature: String,
    code: String,
}

/// The items that differ from the step before.
pub struct Changes {
    pub come: Vec<Part>,
    pub change: Vec<Part>,
    pub go: Vec<String>,
    /// The files that the step before has not.
    pub files: Vec<String>,
    /// The files that items have moved to, changed or not, and which.
    pub moves: Vec<(String, Vec<String>)>,
}

impl Changes {
    pub fn of(workspace: &Workspace, ours: &Step) -> Result<Self> {
        let (mut before, mut files) = (Vec::new(), Vec::new());
        if ours.number > 1 {
            let step = workspace.step(ours.number - 1)?;
            (before, files) = (of_step(&step)?, ours.library()?);
            files.retain(|file| !step.has(file));
        }
        let parts = of_step(ours)?;
        let is_in = |part: &Part| parts.iter().any(|other| other.key == part.key);
        let go = before.iter().filter(|part| !is_in(part)).map(|part| part.label.clone()).collect();
        let moves = moves(&before, &parts);
        let (mut come, mut change) = (Vec::new(), Vec::new());
        for part in parts {
            match before.iter().find(|old| old.key == part.key) {
                None => come.push(part),
                Some(old) if old.code != part.code => change.push(part),
                Some(_) => {}
            }
        }
        Ok(Changes { come, change, go, files, moves })
    }

    /// What comes and what changes, each with the word for it.
    pub fn parts(&self) -> impl Iterator<Item = (&'static str, &Part)> {
        let of = |mark| move |part| (mark, part);
        self.come.iter().map(of("new")).chain(self.change.iter().map(of("changed")))
    }
}

/// What lies in another file than before. A type, trait or block stands for its members.
fn moves(before: &[Part], parts: &[Part]) -> Vec<(String, Vec<String>)> {
    let mut moves: Vec<(String, Vec<String>)> = Vec::new();
    for part in parts {
        let has_moved = before.iter().any(|old| old.key == part.key && old.file != part.file);
        let is_with =
            |owner: &str| parts.iter().any(|other| other.file == part.file && other.label == owner);
        if !has_moved || part.owner.as_deref().is_some_and(is_with) {
            continue;
        }
        match moves.last_mut() {
            Some((file, labels)) if *file == part.file => labels.push(part.label.clone()),
            _ => moves.push((part.file.clone(), vec![part.label.clone()])),
        }
    }
    moves
}

/// The types, traits, functions, and which trait is implemented for what.
pub fn of_step(step: &Step) -> Result<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    for file in step.library()? {
        let source = step.read_folded(&file)?;
        let outline = Outline::of(&source)?;
        let mut block: Option<(&Item, String)> = None;
        for item in &outline.items {
            let own = outline.text(item.own.clone());
            let label = label(item, &own);
            let within = block.as_ref().filter(|(block, _)| item.lines.start < block.lines.end);
            let owner = within.map(|(_, label)| owner_of(label));
            if item.kind.is_container() {
                block = Some((item, label.clone()));
            }
            let is_empty_block = item.kind == Kind::Impl && !item.path.contains(" for ");
            if !matches!(item.kind, Kind::Use | Kind::Field) && !is_empty_block {
                parts.push(part(step, item, &own, label, owner, &file)?);
            }
        }
    }
    let labels: Vec<String> = parts.iter().map(|part| part.label.clone()).collect();
    for part in &mut parts {
        if labels.iter().filter(|label| **label == part.label).count() > 1 {
            part.label.clone_from(&part.key);
        }
    }
    Ok(parts)
}

/// Whose a member of a block is: that of a type's own block the type's, else the block's.
fn owner_of(block: &str) -> String {
    let name = if block.contains(" for ") { block } else { block.trim_start_matches("impl ") };
    name.into()
}

fn part(
    step: &Step,
    item: &Item,
    own: &str,
    label: String,
    owner: Option<String>,
    file: &str,
) -> Result<Part> {
    let key = match &owner {
        Some(block) if block.contains(" for ") => format!("{label} in {block}"),
        _ => label.clone(),
    };
    // That of a module is at the top of its file.
    let (top, mark) = match label.strip_prefix("mod ") {
        Some(name) => (step.read_folded(&format!("src/{name}.rs"))?, "//!"),
        None => (own.to_string(), "///"),
    };
    let top = top.lines().map(str::trim).skip_while(|line| line.is_empty());
    let docs = top.take_while(|line| line.starts_with("//") || line.starts_with("#["));
    let docs = docs.filter_map(|line| line.strip_prefix(mark));
    let docs = docs.map(|line| line.strip_prefix(' ').unwrap_or(line));
    Ok(Part {
        label,
        key,
        file: file.into(),
        owner,
        path: item.path.clone(),
        kind: item.kind,
        doc: docs.collect::<Vec<_>>().join("\n"),
        signature: signature(item.kind, own),
        code: code::code(own),
    })
}

/// What an item is called where its path says too little: which macro, or what of a type by
/// reference.
fn label(item: &Item, own: &str) -> String {
    let first = own.lines().find(|line| code::is_code(line) && !line.trim().starts_with("#["));
    let first = first.unwrap_or_default().trim();
    match item.kind {
        Kind::Other if first.starts_with("macro_rules! ") => first.trim_end_matches(" {").into(),
        Kind::Other if first.contains("!(") && first.ends_with(';') => {
            first.trim_end_matches(';').into()
        }
        Kind::Impl if first.contains(" for &") => item.path.replacen(" for ", " for &", 1),
        _ => item.path.clone(),
    }
}

/// A type as a whole; of all else what stands before the body.
pub fn signature(kind: Kind, own: &str) -> String {
    let is_shown = |line: &&str| code::is_code(line) && !line.trim().starts_with("#[expect(");
    let code: Vec<&str> = own.lines().map(str::trim_end).filter(is_shown).collect();
    if code.first().is_some_and(|line| line.starts_with("thread_local!")) {
        let statics = code.iter().filter(|line| line.contains("static "));
        let heads = statics.map(|line| line.split(" =").next().unwrap_or_default().trim());
        return heads.collect::<Vec<_>>().join("\n");
    }
    let indent = code.first().map_or(0, |line| line.len() - line.trim_start().len());
    let mut lines = Vec::new();
    for line in code {
        let head = line.trim_end_matches('{').trim_end();
        let shown = if kind == Kind::Type { line } else { head };
        lines.push(shown.get(indent..).unwrap_or(shown));
        if kind != Kind::Type && (head.len() < line.len() || line.ends_with([';', '}'])) {
            break;
        }
    }
    lines.join("\n")
}
