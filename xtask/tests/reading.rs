//! `list`, `diff`, `timeline` and the help: what is read and changes nothing.

mod common;

use common::{Scratch, run, workspace};
use lessons::workspace::LAST;
use std::process::{Command, Stdio};

fn done(arguments: &str) -> String {
    let output = run(workspace(), arguments);
    assert!(output.success, "{arguments}: {}", output.stderr);
    output.stdout
}

fn refused(arguments: &str) -> String {
    let output = run(workspace(), arguments);
    assert!(!output.success && !output.stderr.contains("panicked"), "{}", output.stderr);
    output.stderr
}

/// Whether no line is too long for a terminal of 80 columns.
fn fits(text: &str) -> bool {
    fits_in(80, text)
}

fn fits_in(columns: usize, text: &str) -> bool {
    text.lines().all(|line| line.chars().count() <= columns)
}

#[test]
fn the_help_shows_all_commands() {
    let help = done("--help");
    assert!(fits(&help), "{help}");
    for command in ["list", "start", "check", "watch", "hint", "read", "diff", "timeline", "lint"] {
        assert!(help.contains(&format!("\n  {command} ")), "{help}");
        let help = done(&format!("{command} --help"));
        assert!(help.contains("Example: cargo xtask"), "{command}");
        let short = done(&format!("{command} -h"));
        assert!(fits(&help) && fits(&short), "{help}{short}");
    }
}

#[test]
fn list_fits_the_terminal() {
    let scratch = Scratch::new("list");
    for mine in [false, true] {
        if mine {
            scratch.done("start 7");
        }
        let list = scratch.done("list");
        assert!(fits(&list) && list.lines().count() <= 21, "{list}");
        for number in 1..=LAST {
            assert!(list.contains(&format!(" {number:02} ")), "{list}");
        }
        assert!(list.contains(&format!("0 of {LAST} steps pass")), "{list}");
        assert_eq!(list.contains("· 07 Backpropagation, automated"), mine, "{list}");
    }
    let narrow = common::output(common::command(&scratch.root, "list").env("COLUMNS", "50"));
    assert!(fits_in(50, &narrow.stdout), "{}", narrow.stdout);
    let ideas = scratch.done("list --ideas");
    assert!(fits(&ideas) && ideas.contains("07 Backpropagation, automated  77 lines\n"), "{ideas}");
}

#[test]
fn without_a_command_where_one_is() {
    let scratch = Scratch::new("here");
    assert!(scratch.done("").contains("cargo xtask start 1"));
    scratch.done("start 3");
    scratch.done("start 7");
    let here = scratch.done("");
    assert!(fits(&here) && here.lines().count() <= 10, "{here}");
    assert!(here.starts_with("Step 07: ") && here.contains("not been checked"), "{here}");
    let inside = run(&scratch.root.join("mine/step03/src"), "");
    assert!(inside.stdout.starts_with("Step 03: "), "{}", inside.stdout);
    scratch.write("mine/step03/Cargo.toml", "no manifest");
    assert!(scratch.done("").starts_with("Step 07: "), "one that is broken hides no other");
    assert!(scratch.done("list").contains("· 07 "), "one that is broken hides no other");
}

#[test]
fn hints_tell_items_then_promises_then_signatures() {
    let first = done("hint 7");
    assert!(first.contains("Variable::backward") && first.contains("hint 7 2"), "{first}");
    for number in 1..=LAST {
        for level in 1..=2 {
            let hint = done(&format!("hint {number} {level}"));
            let is_session = hint.contains("Our session uses");
            assert!(is_session || fits(&hint), "{hint}");
        }
    }
    let second = done("hint 7 2");
    assert!(
        second.contains("Variable::backward (new)\n  ") && !second.contains("pub fn"),
        "{second}"
    );
    let third = done("hint 7 3");
    assert!(third.contains("pub fn backward(&self)\n") && third.contains("diff 7"), "{third}");
    assert!(done("hint 5").contains("read that first: cargo xtask read 5"));
    assert!(done("hint 5 3").contains("\n  dy/db = "));
    assert!(done("hint 23").contains("\n  new file  src/functions.rs: Square, square, Exp,"));
    assert!(done("hint 23").contains("\n  new file  src/call.rs: Call, Backward, CallOf\n"));
    assert!(!done("hint 22").contains("new file"));
    assert!(done("hint 23 2").contains("mod call (new)\n  One application of a function:"));
    assert!(refused("hint 7 4").contains("from 1 to 3"));
}

#[test]
fn diff_shows_what_changed_and_folds_the_rest() {
    let diff = done("diff 6 7");
    assert_eq!(diff, done("diff 7"));
    assert_eq!(diff, done("diff step06 07"));
    assert!(diff.starts_with("- step06   + step07   77 lines of code differ\n"), "{diff}");
    assert!(diff.contains("\n@ Variable::backward\n"), "{diff}");
    assert!(
        diff.contains(
            "-     grad: Option<ArrayD<f64>>,\n+     grad: RefCell<Option<ArrayD<f64>>>,\n"
        )
    );
    assert!(
        diff.contains("\n@ 11 items, from `impl Call` to `numerical_diff`, unchanged ("),
        "{diff}"
    );
    assert!(!diff.contains("step06::"), "the crate's name is no difference");
}

#[test]
fn diff_of_what_is_printed() {
    let diff = done("diff 8 9 --output");
    assert!(diff.starts_with("- step08   + step09\n\n+ dy/dy = 1\n  dy/dx = 3.29"), "{diff}");
    let scratch = Scratch::new("diff-output");
    let snapshot = "tests/snapshots/output__session.snap";
    scratch.write(&format!("step12/{snapshot}"), &scratch.read(&format!("step11/{snapshot}")));
    let same = scratch.done("diff 11 12 --output");
    assert_eq!(same, "step12 prints what step11 prints: unchanged on purpose.\n");
    assert!(done("diff 14 15 --output").contains("\n+ dy/dx = 96, which is wrong\n"));
}

#[test]
fn fast_comes_after_step_18() {
    let diff = done("diff 18 fast");
    assert_eq!(diff, done("diff fast"));
    assert!(diff.starts_with("- step18   + fast   "), "{diff}");
    assert!(diff.contains("\n@ Variable::add_grad\n") && !diff.contains("step18::"), "{diff}");
    assert!(diff.contains("\nfast/src/main.rs is unchanged\n"), "{diff}");
    let back = done("diff fast 18");
    let lines = |diff: &str, mark| diff.lines().skip(1).filter(|l| l.starts_with(mark)).count();
    assert_eq!(lines(&back, "- "), lines(&diff, "+ "), "{back}");
    assert_eq!(
        done("diff fast --output"),
        "fast prints what step18 prints: unchanged on purpose.\n"
    );

    let scratch = Scratch::new("diff-fast-mine");
    scratch.done("start 18");
    let mine = scratch.done("diff fast 18 --mine");
    assert!(mine.starts_with("- fast   + mine/step18   "), "{mine}");
    assert!(mine.contains("mine/step18/src/main.rs is unchanged"), "{mine}");
}

#[test]
fn diff_with_the_readers_step() {
    let scratch = Scratch::new("diff-mine");
    let missing = scratch.refused("diff 7 --mine");
    assert!(missing.contains("begin it with `cargo xtask start 7`"), "{missing}");
    scratch.done("start 7");
    let diff = scratch.done("diff 6 7 --mine");
    assert!(diff.starts_with("- step06   + mine/step07   "), "{diff}");
    assert!(diff.contains("mine/step07/src/lib.rs is unchanged"), "{diff}");
    let diff = scratch.done("diff 7 --mine");
    assert!(diff.contains("\n-     creator: OnceCell<Call>,\n"), "{diff}");
    assert!(diff.contains("mine/step07/src/main.rs is unchanged"), "{diff}");

    // What is not Rust yet is compared line by line.
    scratch.write("mine/step07/src/lib.rs", "pub fn (\n");
    assert!(scratch.done("diff 7 --mine").contains("\n+ pub fn (\n"));
    assert!(scratch.done("check 7 --diff").contains("\n+ pub fn (\n"));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let run = |variable: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.args(["diff", "6", "7"]).current_dir(workspace());
        command.env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").env(variable, "1");
        String::from_utf8(command.output().expect("xtask starts").stdout).expect("text")
    };
    assert!(!run("NO_COLOR").contains('\x1b'));
    assert!(!run("ANYTHING").contains('\x1b'));
    let coloured = run("CLICOLOR_FORCE");
    assert!(coloured.contains("\x1b[31m") && coloured.contains("\x1b[32m"));
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["diff", "17", "18"])
        .current_dir(workspace())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("xtask starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("xtask ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn timeline_of_one_item_and_of_all() {
    let timeline = done("timeline Variable::set_grad");
    let expected = "Variable::set_grad
  + 06  appears  Backpropagation by hand
  ~ 07  changes  Backpropagation, automated
  ~ 09  changes  Functions that are easy to use
  - 14  goes     The same variable, twice
  · fast: not in it, nor in step 18
";
    assert_eq!(timeline, expected);
    assert_eq!(timeline, done("timeline variable::set_grad()"));
    assert!(done("timeline backward").matches("appears").count() > 4);
    let table = done("timeline");
    assert!(fits(&table), "{table}");
    assert_eq!(
        table.matches(" 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 f\n").count(),
        2,
        "{table}"
    );
    let row = table.lines().find(|line| line.starts_with("add ")).expect("a row of `add`");
    assert!(row.ends_with("+ · · · · · · · · · · > · ·"), "{row}");
}

#[test]
fn timeline_says_what_moves_and_what_fast_does() {
    let exp = done("timeline exp");
    assert!(exp.contains("\n  > 23  moves    A package: to src/functions.rs\n"), "{exp}");
    let call = done("timeline CallOf");
    assert!(call.contains("\n  ~ 23  changes  A package: moves to src/call.rs\n"), "{call}");
    for (item, last) in [
        ("Variable::cleargrad", "  · fast: unchanged against step 18"),
        ("Variable::run_backward", "  ~ fast: changed against step 18"),
        ("Variable::calls_by_generation", "  - fast: not in it, though step 18 has it"),
        ("gradient", "  + fast: only there, in no step"),
    ] {
        let timeline = done(&format!("timeline {item}"));
        assert_eq!(timeline.lines().last(), Some(last), "{timeline}");
    }
    let table = done("timeline");
    let row = |item: &str| {
        let row = table.lines().find(|line| line.starts_with(&format!("{item} ")));
        row.unwrap_or_else(|| panic!("no row of {item}: {table}"))
    };
    assert!(row("Gradient").ends_with("  +"), "{}", row("Gradient"));
    assert!(row("Variable::run_backward").ends_with(" > · ~"), "{}", row("Variable::run_backward"));
}

/// The traces are a crate of their own, which is compiled for this command only.
#[test]
fn trace_prints_what_backward_does() {
    let trace = done("trace 16");
    assert!(fits(&trace), "{trace}");
    for (i, sentence) in
        ["y gets 1", "The Add that made y", "The Square that made c"].iter().enumerate()
    {
        assert!(trace.contains(&format!("\n{i}  {sentence}")), "{trace}");
    }
    assert!(trace.contains("generation 1: Square → c, Square → b\n"), "{trace}");
    assert_eq!(done("trace 14").matches("Step 14: ").count(), 3);
    assert!(refused("trace 9").contains("choose one of 6, 7, 8, 13"));
}

#[test]
fn every_error_says_what_to_do() {
    for (arguments, words) in [
        ("diff 1", "try `cargo xtask diff 1 2`"),
        ("diff 99", "the steps go from 1 to 24"),
        ("diff seven", "the steps go from 1 to 24"),
        ("diff faster", "after step 18 comes `fast`, too"),
        ("diff 18 fast --mine", "`cargo xtask diff fast 18 --mine` compares it with your step 18"),
        ("hint fast", "the steps go from 1 to 24"),
        ("diff 7 --output --mine", "`cargo xtask check 7`"),
        ("timeline Variable::backwrd", "did you mean:\n  Variable::backward"),
        ("timeline qqqqqq", "`cargo xtask timeline` shows all"),
        ("check --path nowhere.rs", "nowhere.rs cannot be read"),
        ("tidy", "--help"),
    ] {
        let error = refused(arguments);
        assert!(error.contains(words), "{arguments}: {error}");
    }
    let outside = run(workspace().parent().expect("the workspace is in a folder"), "list");
    assert!(outside.stderr.contains("run this inside the workspace"), "{}", outside.stderr);
}

#[test]
fn the_nearest_step_to_a_file() {
    let scratch = Scratch::new("nearest");
    let nearest = |file: &str| scratch.done(&format!("check --path {file}"));
    let same = "src/lib.rs is the library of steps 04 and 05, apart from comments.\n";
    assert_eq!(nearest("step05/src/lib.rs"), format!("step05/{same}"));
    scratch.write("lib.rs", &scratch.read("step12/src/lib.rs"));
    scratch.replace("lib.rs", "x.mapv(|x| x * x)", "x * x");
    let words = "is nearest to step 12 (2 lines of code differ), then to step 13 (";
    assert!(nearest("lib.rs").contains(words), "{}", nearest("lib.rs"));
    scratch.replace("lib.rs", "pub struct", "pub strct");
    assert!(nearest("lib.rs").contains("is nearest to step 12 (4 lines"));
    assert!(scratch.done("check --path lib.rs --diff").contains("+ pub strct"));
}
