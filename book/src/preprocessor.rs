//! The directives as a preprocessor of mdBook.

use crate::checks;
use crate::page;
use crate::problem::Problem;
use crate::steps::Steps;
use anyhow::Result;
use lessons::Workspace;
use mdbook_preprocessor::book::{Book, Chapter};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use std::cell::RefCell;
use std::rc::Rc;

/// Replaces the directives of all chapters, and notes what is wrong with them.
pub struct Dezero {
    steps: Steps,
    problems: Rc<RefCell<Vec<Problem>>>,
}

impl Dezero {
    /// A preprocessor that leaves what is wrong in `problems`.
    pub fn new(workspace: Workspace, problems: Rc<RefCell<Vec<Problem>>>) -> Result<Self> {
        Ok(Dezero { steps: Steps::of(workspace)?, problems })
    }

    fn chapter(&self, chapter: &mut Chapter) -> Result<()> {
        let Some(path) = &chapter.source_path else { return Ok(()) };
        let name = path.with_extension("").to_string_lossy().replace('\\', "/");
        let file = format!("book/chapters/{name}.md");
        let page = page::render(&file, &chapter.content, &self.steps);
        let mut problems = self.problems.borrow_mut();
        if let Some(step) = self.steps.all().iter().find(|step| step.name == name) {
            problems.extend(checks::chapter(&file, step, &page, &self.steps)?);
        }
        problems.extend(page.problems);
        chapter.content = page.text;
        Ok(())
    }
}

impl Preprocessor for Dezero {
    fn name(&self) -> &'static str {
        "dezero"
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let mut result = Ok(());
        book.for_each_chapter_mut(|chapter| {
            if result.is_ok() {
                result = self.chapter(chapter);
            }
        });
        result.map(|()| book)
    }
}
