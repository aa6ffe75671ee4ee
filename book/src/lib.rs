//! Builds the book. What goes in: the chapters, the steps, and what the benchmark measured. What
//! comes out: the chapters with their directives replaced, for mdBook to render, and a list of
//! what is wrong in them. Data flows one way, from room to room: `chapter` reads text into blocks,
//! `resolve` finds in the lessons what they ask for (`content`), `checks` says what is missing,
//! `html` writes the page. Begin reading at [`apply`]; `README.md` lists the directives.

#![allow(clippy::missing_errors_doc, reason = "errors are sentences for the reader, not values")]
#![allow(clippy::format_push_string, clippy::needless_for_each, reason = "they read well here")]
#![allow(clippy::similar_names, reason = "from and to, row and rows")]

mod chapter;
mod checks;
mod content;
mod directive;
mod figures;
mod html;
mod measured;
mod pictures;
mod problem;
mod prose;
mod resolve;
mod steps;

pub use figures::figures;
pub use problem::Problem;

use anyhow::Result;
use chapter::Block;
use lessons::Workspace;
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;
use mdbook_preprocessor::book::{Book, Chapter};
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread::{self, ScopedJoinHandle};
use steps::Steps;

/// Renders the book of `workspace` into the folder `target`. The pages are written also where
/// something is wrong with them; they say so then.
pub fn build(workspace: Workspace, target: &Path) -> Result<Vec<Problem>> {
    let root = workspace.root.join("book");
    let mut config = Config::from_disk(root.join("book.toml"))?;
    config.build.build_dir = target.to_path_buf();
    // Without the command in book.toml that does what `apply` does.
    config.set("preprocessor", BTreeMap::<String, String>::new())?;
    let mut book = MDBook::load_with_config(root, config)?;
    let problems = apply(&mut book.book, workspace)?;
    book.build()?;
    Ok(problems)
}

/// Replaces the directives in all chapters of `book`; what is wrong with them is handed back.
pub fn apply(book: &mut Book, workspace: Workspace) -> Result<Vec<Problem>> {
    let steps = Steps::of(workspace)?;
    let (pages, problems): (Vec<_>, Vec<_>) = pages(book, &steps)?.into_iter().unzip();
    let mut pages = pages.into_iter();
    book.for_each_chapter_mut(|chapter| chapter.content = pages.next().unwrap_or_default());
    let mut problems = problems.concat();
    problems.sort();
    Ok(problems)
}

/// The pages of all chapters, each made in a thread of its own.
fn pages(book: &mut Book, steps: &Steps) -> Result<Vec<(String, Vec<Problem>)>> {
    thread::scope(|scope| {
        let mut pages = Vec::new();
        book.for_each_chapter_mut(|chapter| {
            let chapter = chapter.clone();
            pages.push(scope.spawn(move || page(chapter, steps)));
        });
        let joined = |page: ScopedJoinHandle<_>| page.join().unwrap_or_else(|e| resume_unwind(e));
        pages.into_iter().map(joined).collect()
    })
}

/// Takes a chapter through the rooms: its page, and what is wrong in it.
fn page(chapter: Chapter, steps: &Steps) -> Result<(String, Vec<Problem>)> {
    let Some(path) = chapter.source_path else { return Ok((chapter.content, Vec::new())) };
    let name = path.with_extension("").to_string_lossy().replace('\\', "/");
    let blocks = chapter::parse(&chapter.content).into_iter();
    let mut blocks: Vec<_> = blocks.map(|block| resolve::block(block, steps)).collect();
    let mut faults = Vec::new();
    if let Ok(step) = steps.named(&name) {
        faults = checks::chapter(step, &blocks, steps)?;
        // Below the title.
        let head = resolve::head::of(step, steps)?;
        blocks.insert(blocks.len().min(1), Block { line: 1, indent: "", content: Ok(head) });
    }
    content::keep_ids_apart(&name, &mut blocks);
    let page = html::page(&blocks);
    faults.extend(blocks.into_iter().filter_map(|block| block.content.err()));
    let file = format!("book/chapters/{name}.md");
    Ok((page, faults.into_iter().map(|fault| fault.in_file(&file)).collect()))
}
