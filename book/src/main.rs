//! `cargo run -p book` renders the book to `target/book`; `-- --open` opens it then, and
//! `-- figures` draws the pictures in `book/figures` again.

use anyhow::{Context, Result, bail};
use book::pictures;
use book::preprocessor::Dezero;
use book::problem::Problem;
use lessons::Workspace;
use mdbook_preprocessor::Preprocessor;
use std::cell::RefCell;
use std::path::PathBuf;
use std::process::ExitCode;
use std::rc::Rc;
use std::{env, fs, io};

const USAGE: &str = "usage: cargo run -p book [-- [--open] [--target FOLDER] | figures]";

fn main() -> Result<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        // mdBook asks whether a renderer is supported, then hands over the book.
        ["preprocess", "supports", _] => Ok(ExitCode::SUCCESS),
        ["preprocess"] => preprocess(),
        ["figures"] => figures(),
        _ => build(&arguments),
    }
}

fn build(arguments: &[&str]) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    let folder = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let mut target = workspace.root.join(folder).join("book");
    let mut opens = false;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match *argument {
            "--open" => opens = true,
            "--target" => target = env::current_dir()?.join(arguments.next().context(USAGE)?),
            _ => bail!(USAGE),
        }
    }
    let problems = book::build(workspace, &target)?;
    let index = target.join("index.html");
    println!("the book is in {}", index.display());
    if opens {
        opener::open_browser(&index).context("no browser could be opened")?;
    }
    Ok(report(&problems))
}

/// Takes a book from mdBook, and gives it back with its directives replaced.
fn preprocess() -> Result<ExitCode> {
    let (context, book) = mdbook_preprocessor::parse_input(io::stdin())?;
    let problems = Rc::new(RefCell::new(Vec::new()));
    let dezero = Dezero::new(Workspace::find()?, Rc::clone(&problems))?;
    let book = dezero.run(&context, book)?;
    serde_json::to_writer(io::stdout(), &book)?;
    Ok(report(&problems.take()))
}

fn figures() -> Result<ExitCode> {
    let folder = Workspace::find()?.root.join("book/figures");
    for (path, svg) in pictures::figures::render(&folder)? {
        fs::write(&path, svg).with_context(|| format!("{} cannot be written", path.display()))?;
        println!("{}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn report(problems: &[Problem]) -> ExitCode {
    for problem in problems {
        eprintln!("{problem}");
    }
    if problems.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("{} to mend in the book", problems.len());
    ExitCode::FAILURE
}
