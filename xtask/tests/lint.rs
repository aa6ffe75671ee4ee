//! `lint` finds each kind of defect, with the step, the file and the line.

mod common;

use common::{Scratch, run, workspace};

/// What `lint` says of a file; it must say it and fail.
fn finding(scratch: &Scratch, file: &str, line: usize) -> String {
    let found = scratch.refused("lint");
    let place = format!("{file}:{line}: ");
    let finding = found.lines().find(|finding| finding.starts_with(&place));
    finding.unwrap_or_else(|| panic!("nothing at {place}\n{found}")).to_string()
}

#[test]
fn the_steps_pass() {
    let output = run(workspace(), "lint");
    assert!(output.success, "{}{}", output.stdout, output.stderr);
}

#[test]
fn a_correction_that_did_not_reach_one_step() {
    let scratch = Scratch::new("lint-carried");
    let line = scratch.replace("step09/src/lib.rs", "x.mapv(f64::exp)", "x.mapv(|x| x.exp())");
    let found = finding(&scratch, "step09/src/lib.rs", line);
    let words = "the code of `Exp::forward` is the same in step08 and step10, but differs here";
    assert!(found.contains(words), "{found}");
}

#[test]
fn a_comment_or_an_item_that_one_step_lacks() {
    let scratch = Scratch::new("lint-carried-comment");
    let comment = "/// The exponential of each element (section 3.1).";
    let line = scratch.replace("step12/src/lib.rs", comment, "/// The exponential.");
    let found = finding(&scratch, "step12/src/lib.rs", line);
    assert!(found.contains("the comment of `Exp` is the same in step11 and step13"), "{found}");

    let helper = "#[test]\nfn eps_of_zero() {";
    let traps = scratch.read("step16/tests/traps.rs");
    let start = traps.find(helper).expect("step 16 tests eps");
    let end = start + traps[start..].find("\n}\n").expect("the test ends") + 4;
    scratch.write("step16/tests/traps.rs", &(traps[..start].to_string() + &traps[end..]));
    let line = traps[..start].trim_end().lines().count() + 1;
    let found = finding(&scratch, "step16/tests/traps.rs", line);
    assert!(found.contains("`eps_of_zero` is the same in step15 and step17, but missing"));
}

#[test]
fn the_top_of_a_file_and_its_use_lines() {
    let scratch = Scratch::new("lint-carried-top");
    scratch.replace("step08/src/main.rs", "//! The session: what", "//! The session, what");
    let found = finding(&scratch, "step08/src/main.rs", 1);
    assert!(found.contains("the comment of `//!` is the same in step07 and step09"), "{found}");

    let file = "step12/tests/traps.rs";
    let text = scratch.read(file);
    let start = text.lines().position(|line| line.starts_with("use ")).expect("`use`") + 1;
    scratch.replace(file, "use std::sync::Once;", "use std::sync::{Once};");
    let found = finding(&scratch, file, start);
    let words = "`use std::sync::Once;` is the same in step11 and step13, but missing here";
    assert!(found.contains(words), "{found}");
}

#[test]
fn a_hunk_of_comments_or_white_space() {
    let scratch = Scratch::new("lint-idle");
    let text = scratch.read("step18/src/lib.rs");
    let comment = "/// The square of each element (section 2.3).";
    let line = scratch.replace("step18/src/lib.rs", comment, "/// Squares (section 2.3).");
    let found = finding(&scratch, "step18/src/lib.rs", line);
    assert!(found.contains("only comments or white space differ"), "{found}");

    scratch.write("step18/src/lib.rs", &text);
    let line = scratch.replace("step18/src/lib.rs", "let [y] = Exp", "let  [y] = Exp");
    finding(&scratch, "step18/src/lib.rs", line);
}

#[test]
fn a_hunk_in_the_tests_and_one_that_only_takes_away() {
    let scratch = Scratch::new("lint-idle-tests");
    let line = scratch.replace("step18/tests/gradients.rs", "#[test]", "// so\n#[test]");
    let found = finding(&scratch, "step18/tests/gradients.rs", line);
    assert!(found.contains("only comments or white space differ"), "{found}");

    scratch.replace("step15/src/lib.rs", "    fn forward(", "    // so\n    fn forward(");
    let after = scratch.read("step16/src/lib.rs");
    let line = after.lines().position(|line| line.starts_with("    fn forward("));
    finding(&scratch, "step16/src/lib.rs", line.expect("`forward`") + 1);

    scratch.replace("step18/src/lib.rs", "pub struct Exp;", "/* so */\npub struct Exp;");
    assert!(scratch.refused("lint").contains("[idle | step18/src/lib.rs | Exp]"));
}

#[test]
fn a_name_that_a_later_step_defines() {
    let scratch = Scratch::new("lint-later");
    let comment = "/// A box that holds an array of numbers (section 1.1).";
    let line = scratch.replace("step01/src/lib.rs", comment, "/// A box; see `cleargrad`.");
    let found = finding(&scratch, "step01/src/lib.rs", line);
    assert!(found.contains("`cleargrad` is not defined before step14"), "{found}");

    let own = "let generation = 0; let exp = generation + exp; let y = ";
    let line = scratch.replace("step03/src/main.rs", "let y = ", own);
    let found = scratch.refused("lint");
    let place = format!("step03/src/main.rs:{line}: ");
    assert!(!found.contains(&place), "a local name is none of the library's: {found}");

    let line = scratch.replace("step08/src/main.rs", "let y = ", "square(&x); let y = ");
    let found = finding(&scratch, "step08/src/main.rs", line);
    assert!(found.contains("`square` is not defined before step09"), "{found}");

    let line = scratch.replace("step15/src/main.rs", "let [a] = ", "let [_] = [x.generation()];");
    let found = finding(&scratch, "step15/src/main.rs", line);
    assert!(found.contains("`generation` is not defined before step16"), "{found}");

    scratch.replace(
        "step04/tests/traps.rs",
        "fn eps_of_zero() {",
        "fn eps_of_zero() {\nlet _ = Creator;",
    );
    let found = scratch.refused("lint");
    assert!(found.contains("step04/tests/traps.rs:") && found.contains("`Creator` is not"));
}

#[test]
fn a_later_name_in_prose_in_an_example_or_in_what_is_printed() {
    let scratch = Scratch::new("lint-later-words");
    let comment = "/// A box that holds an array of numbers (section 1.1).";
    let line = scratch.replace("step01/src/lib.rs", comment, "/// A box, not yet a VariableBox.");
    let prose = finding(&scratch, "step01/src/lib.rs", line);
    assert!(prose.contains("`VariableBox` is not defined before step07"), "{prose}");

    let line = scratch.replace("step07/src/lib.rs", "/// struct Cube;", "/// x.cleargrad();");
    let found = scratch.refused("lint");
    let place = format!("step07/src/lib.rs:{line}: `cleargrad` is not defined before step14");
    assert!(found.contains(&place), "{found}");

    let line = scratch.replace("step05/src/main.rs", "println!(\"", "println!(\"no_grad ");
    let printed = finding(&scratch, "step05/src/main.rs", line);
    assert!(printed.contains("`no_grad` is not defined before step18"), "{printed}");
}

#[test]
fn items_in_another_order() {
    let scratch = Scratch::new("lint-order");
    let text = scratch.read("step10/src/lib.rs");
    let square = text.find("/// The square of each element (section 9.1).").expect("`square`");
    let exp = text.find("/// The exponential of each element (section 3.1).").expect("`Exp`");
    let end = text.find("/// The exponential of each element (section 9.1).").expect("`exp`");
    let moved = [&text[..square], &text[exp..end], &text[square..exp], &text[end..]].concat();
    scratch.write("step10/src/lib.rs", &moved);
    let line = moved
        [..moved.find("/// The square of each element (section 9.1).").expect("`square`")]
        .lines()
        .count()
        + 1;
    let found = finding(&scratch, "step10/src/lib.rs", line);
    assert!(found.contains("`square` comes after `Exp::backward`; in step09"), "{found}");
}

#[test]
fn a_copy_of_the_output_test_that_differs() {
    let scratch = Scratch::new("lint-output");
    let line = scratch.replace("step05/tests/output.rs", "the session starts", "it starts");
    let found = finding(&scratch, "step05/tests/output.rs", line);
    assert!(found.contains("differs from step01/tests/output.rs"), "{found}");
}

#[test]
fn a_row_of_the_readme_that_is_out_of_date() {
    let scratch = Scratch::new("lint-readme");
    let line = scratch.replace("README.md", "made it | 77 |", "made it | 76 |");
    let found = finding(&scratch, "README.md", line);
    assert!(found.contains("`| 07 | Backpropagation, automated |"), "{found}");
    let manifest = "step03/Cargo.toml";
    scratch.replace(manifest, "Chaining functions", "Functions in a chain");
    assert!(scratch.refused("lint").contains("| 03 | Functions in a chain |"));
}

#[test]
fn exceptions_are_needed_and_give_a_reason() {
    let scratch = Scratch::new("lint-exceptions");
    let file = "xtask/lint-exceptions.txt";
    let exceptions = scratch.read(file);
    let line = exceptions.lines().count() + 1;
    let with = |more: &str| scratch.write(file, &(exceptions.clone() + more));

    with("order | step10/src/lib.rs | square | it was so once\n");
    assert!(finding(&scratch, file, line).contains("delete this exception"));
    with("order | step10/src/lib.rs | square |\n");
    assert!(finding(&scratch, file, line).contains("rule | file | name | reason"));

    let comment = "/// The square of each element (section 2.3).";
    scratch.replace("step18/src/lib.rs", comment, "/// Squares (section 2.3).");
    with("idle | step18/src/lib.rs | Square | to try out an exception\n");
    assert!(scratch.done("lint").contains("deliberate exceptions: 3"));
}
