//! Builds the book into `target/book`. See `book/README.md`.

use anyhow::{Context, Result};
use book::Problem;
use clap::{Parser, Subcommand};
use lessons::Workspace;
use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs, io};

/// Builds the book
#[derive(Parser)]
#[command(bin_name = "cargo run -p book --")]
struct Cli {
    /// Open the book in a browser then
    #[arg(long)]
    open: bool,
    /// Where the book goes; `target/book` if nothing is said
    #[arg(long, value_name = "FOLDER")]
    target: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Draw the pictures in `book/figures` again
    Figures,
    /// Take a book from mdBook, and give it back with its directives replaced
    #[command(hide = true)]
    Preprocess {
        /// `supports` and a renderer, where mdBook asks only for this
        question: Vec<String>,
    },
}

fn main() -> Result<ExitCode> {
    let cli = Cli::parse();
    let workspace = Workspace::find()?;
    match cli.command {
        None => build(workspace, cli.target, cli.open),
        Some(Command::Figures) => figures(&workspace),
        Some(Command::Preprocess { question }) if question.is_empty() => preprocess(workspace),
        // Every renderer is supported.
        Some(Command::Preprocess { .. }) => Ok(ExitCode::SUCCESS),
    }
}

fn build(workspace: Workspace, target: Option<PathBuf>, opens: bool) -> Result<ExitCode> {
    let folder = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let target = match target {
        Some(target) => env::current_dir()?.join(target),
        None => workspace.root.join(folder).join("book"),
    };
    let problems = book::build(workspace, &target)?;
    let index = target.join("index.html");
    println!("the book is in {}", index.display());
    if opens {
        opener::open_browser(&index).context("no browser could be opened")?;
    }
    Ok(report(&problems))
}

fn preprocess(workspace: Workspace) -> Result<ExitCode> {
    let (_, mut book) = mdbook_preprocessor::parse_input(io::stdin())?;
    let problems = book::apply(&mut book, workspace)?;
    serde_json::to_writer(io::stdout(), &book)?;
    Ok(report(&problems))
}

fn figures(workspace: &Workspace) -> Result<ExitCode> {
    for (path, svg) in book::figures(&workspace.root.join("book/figures"))? {
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
