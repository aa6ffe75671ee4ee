//! The reader's workbench, `cargo xtask`: start a step, check your own, see what changed.
//!
//! - In go the steps and what the reader has written in `mine/`; out come answers for a terminal.
//! - Each command is a file with a function `run`: `here` (no command), `list`, `start`, `check`,
//!   `watch`, `hint`, `diff`, `timeline`, `mistake`, `chapter` (`read`), and `nearest`, which says which
//!   step a library is nearest to. They share `mine` (the reader's steps), `parts` (the items of a
//!   library), `copies` and `cargo` (what is built), and `paint` (colours).
//! - `check` judges a copy of the reader's step (`judged`), compares what is printed (`compare`), and
//!   names the mistake that it shows (`recognise`, by `observed` and `tokens`).
//! - What the steps are, [`lessons`] says; what runs too long, [`runner`] ends.
//!
//! To read it, begin with `Command`, then `check`.

mod cargo;
mod chapter;
mod check;
mod compare;
mod copies;
mod diff;
mod here;
mod hint;
mod judged;
mod keys;
mod list;
mod mine;
mod mistake;
mod nearest;
mod observed;
mod paint;
mod parts;
mod recognise;
mod scratch;
mod start;
mod timeline;
mod tokens;
mod watch;

use anyhow::Result;
use clap::{Parser, Subcommand};
use diff::Version;
use lessons::Workspace;
use lessons::workspace::{BEFORE_FAST, FAST, LAST};
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// The workbench of "DeZero in Rust, step by step".
#[derive(Parser)]
#[command(bin_name = "cargo xtask", after_help = AFTER)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER: &str = "\
Write step 07 yourself:
  cargo xtask start 7               mine/step07, from step 06's library
  cargo run -p my-step07            run it, as often as you like
  cargo xtask check 7               what differs first from what it should do
  cargo xtask watch 7               the same, whenever you save
  cargo xtask hint 7                what it is made of
  cargo xtask diff 7 --mine         your code against ours
  cargo xtask start 8 --from mine   go on with your own code";

#[derive(Subcommand)]
enum Command {
    /// The steps, and how far your own are
    ///
    /// A step of yours in `mine/` has a mark: it passes if `check` found nothing and
    /// you have not edited it since, and is open otherwise.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask list\n         \
                            cargo xtask list --ideas")]
    List {
        /// Of each step the one new idea, and how many lines of code changed
        #[arg(long)]
        ideas: bool,
    },

    /// Begin a step of your own in mine/
    ///
    /// Makes `mine/step07`, the package `my-step07`: the library of the step before,
    /// the session and the tests of this one. It does not compile, or fails, until you
    /// have written the step. Where a step adds nothing to the library, its lesson is
    /// the session, and that is yours to write.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask start 7\n         \
                            cargo xtask start 8 --from mine")]
    Start {
        /// The step to write
        #[arg(value_name = "STEP", value_parser = step_number)]
        step: usize,
        /// Begin with your own step before, not with ours
        #[arg(long, value_name = "mine", value_parser = ["mine"], hide_possible_values = true)]
        from: Option<String>,
        /// Begin again; what was there is kept in `backup-1`
        #[arg(long)]
        force: bool,
    },

    /// What differs first between your step and what it should do
    ///
    /// Compiles your step, runs its session, compares what it prints with what it
    /// should print, runs the tests, and stops at the first thing that is wrong.
    /// Numbers count by value: 3.30 is 3.3. Without a number it takes the step whose
    /// folder you are in, or else the one that you edited last, and says which of our
    /// steps it is nearest to.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask check 7\n         \
                            cargo xtask check --path somewhere/lib.rs")]
    Check {
        /// The step to check
        #[arg(value_name = "STEP", value_parser = step_number)]
        step: Option<usize>,
        /// Compare your code with ours, and run nothing
        #[arg(long)]
        diff: bool,
        /// Say which step a Rust file is nearest to
        #[arg(long, value_name = "FILE", conflicts_with = "step")]
        path: Option<PathBuf>,
        /// Stop what runs longer
        #[arg(long, value_name = "SECONDS", default_value_t = 10)]
        time_limit: u64,
    },

    /// Checks your step whenever you save it
    ///
    /// Shows the first fault, and below it how far you are and the keys: one press for
    /// a hint, for the difference to ours, the list, the next step. Without a number it
    /// takes the step whose folder you are in, or else the one that you edited last.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask watch 7")]
    Watch {
        /// The step to watch
        #[arg(value_name = "STEP", value_parser = step_number)]
        step: Option<usize>,
        /// Stop what runs longer
        #[arg(long, value_name = "SECONDS", default_value_t = 10)]
        time_limit: u64,
    },

    /// What a step is made of, without its code
    ///
    /// Level 1: which items come, change, move and go. Level 2: what they must do, in
    /// the words of their doc comments. Level 3: their signatures. Where the session
    /// is yours to write: how many lines it prints, what of the library ours uses, and
    /// then the lines.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask hint 7\n         \
                            cargo xtask hint 7 2")]
    Hint {
        /// The step
        #[arg(value_name = "STEP", value_parser = step_number)]
        step: usize,
        /// How much is told, from 1 to 3
        #[arg(value_name = "LEVEL", default_value_t = 1, value_parser = level)]
        level: usize,
    },

    /// Opens the chapter of a step in the browser
    ///
    /// Builds the book before, if it is not there yet.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask read 7")]
    Read {
        /// The step
        #[arg(value_name = "STEP", value_parser = step_number)]
        step: usize,
    },

    /// What changed between two steps, item by item
    ///
    /// Unchanged items are left out, and the name of the crate is no difference. With
    /// one number: since the step before. `fast`, step 18 again as fast as it gets,
    /// comes after step 18.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask diff 6 7\n         \
                            cargo xtask diff 7 --output   what is printed, not the code\n         \
                            cargo xtask diff 7 --mine     our step 07 against yours\n         \
                            cargo xtask diff 6 7 --mine   our step 06 against your step 07\n         \
                            cargo xtask diff 18 fast      what makes step 18 fast")]
    Diff {
        /// The older step; the newer one, if it is alone
        #[arg(value_name = "STEP", value_parser = version)]
        old: Version,
        /// The newer step
        #[arg(value_name = "STEP", value_parser = version)]
        new: Option<Version>,
        /// What the steps print, instead of their code
        #[arg(long)]
        output: bool,
        /// Take the newer step from mine/
        #[arg(long)]
        mine: bool,
    },

    /// In which steps an item of the library appears, changes and goes
    ///
    /// An item is a type, a field, a method or a function. Comments do not count. It
    /// moves if it lies in another file. The last line, or column, says what `fast`
    /// does to the item against step 18. Without a name: all items, in a table.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask timeline Variable::backward")]
    Timeline {
        /// Such as `Variable::backward`, `backward`, `VariableBox.grad`
        name: Option<String>,
    },

    /// What `backward` does in a step, call by call
    ///
    /// The frames of the book's players: which call runs, what it gets and hands on,
    /// the gradients then, and the calls that wait. They are recorded from our
    /// library of the step. Steps 06 to 08, 13 to 18 and 20 have such runs.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask trace 16")]
    Trace {
        /// The step to run
        #[arg(value_name = "STEP", value_parser = step_number)]
        step: usize,
    },

    /// The chapters' mistakes: what is changed, and what is seen then
    ///
    /// With a step: its mistakes. With the number of one as well: what is changed, as
    /// a difference, and what a copy of the step with it does.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask mistake 16\n         \
                            cargo xtask mistake 16 2")]
    Mistake {
        /// The step
        #[arg(value_name = "STEP", value_parser = step_number)]
        step: Option<usize>,
        /// Which of its mistakes
        #[arg(value_name = "NUMBER")]
        number: Option<usize>,
        /// Run them all, and name those that do not show what they should
        #[arg(long, conflicts_with = "number")]
        prove: bool,
    },

    /// For who changes the steps: is every difference meant?
    ///
    /// What keeps the copies honest. It finds corrections that did not reach
    /// every step, names from later steps, changes of white space or comments only,
    /// items that moved, copies of tests/output.rs that differ, rows of the README's
    /// table that are out of date, and items in which `fast` differs from step 18.
    /// Deliberate exceptions are in lint/exceptions.toml, each with its reason.
    #[command(verbatim_doc_comment)]
    #[command(after_help = "Example: cargo xtask lint")]
    Lint,
}

/// Takes `7`, `07`, `step07` and `my-step07`.
fn step_number(text: &str) -> Result<usize, String> {
    let digits = text.trim_start_matches("my-").trim_start_matches("step");
    match digits.parse() {
        Ok(number) if (1..=LAST).contains(&number) => Ok(number),
        _ => Err(format!("the steps go from 1 to {LAST}, `cargo xtask list` shows them")),
    }
}

/// Takes `fast` as well.
fn version(text: &str) -> Result<Version, String> {
    if text == FAST {
        return Ok(Version::Fast);
    }
    let step = step_number(text).map(Version::Step);
    step.map_err(|error| format!("{error}; after step {BEFORE_FAST} comes `{FAST}`, too"))
}

fn level(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(level) if (1..=hint::LEVELS).contains(&level) => Ok(level),
        _ => Err(format!("the levels go from 1 to {}", hint::LEVELS)),
    }
}

fn main() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) if error.use_stderr() => {
            // That nobody reads it is no error.
            let _ = error.print();
            return ExitCode::from(2);
        }
        Err(help) => paint::print(&help.render().ansi().to_string()).map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ =
                writeln!(anstream::stderr(), "{} {error:#}", paint::paint(paint::RED, "error:"));
            ExitCode::FAILURE
        }
    }
}

/// Runs the command; `false` if it found something wrong and has said what.
fn run(cli: Cli) -> Result<bool> {
    let workspace = Workspace::find()?;
    let Some(command) = cli.command else {
        here::run(&workspace)?;
        return Ok(true);
    };
    match command {
        Command::List { ideas } => list::run(&workspace, ideas)?,
        Command::Watch { step, time_limit } => watch::run(&workspace, step, time_limit)?,
        Command::Hint { step, level } => hint::run(&workspace, step, level)?,
        Command::Read { step } => chapter::run(&workspace, step)?,
        Command::Start { step, from, force } => {
            start::run(&workspace, step, from.is_some(), force)?;
        }
        Command::Check { path: Some(path), diff, .. } => nearest::run(&workspace, &path, diff)?,
        Command::Check { step, diff, time_limit, .. } => {
            return check::run(&workspace, step, diff, time_limit);
        }
        Command::Diff { old, new, output, mine } => diff::run(&workspace, old, new, output, mine)?,
        Command::Timeline { name } => timeline::run(&workspace, name.as_deref())?,
        Command::Trace { step } => return cargo::show(&workspace, "traces", &[&step.to_string()]),
        Command::Mistake { prove: true, step, .. } => return mistake::prove(&workspace, step),
        Command::Mistake { step, number, .. } => return mistake::run(&workspace, step, number),
        Command::Lint => return cargo::show(&workspace, "lint", &[]),
    }
    Ok(true)
}
