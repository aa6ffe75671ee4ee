//! Each kind of defect is found, with the step, the file and the line.

use lessons::Workspace;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn workspace() -> Workspace {
    Workspace::find().expect("lint lies in the workspace")
}

/// A copy of what is looked at.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        if root.exists() {
            fs::remove_dir_all(&root).expect("an old copy can be deleted");
        }
        let workspace = workspace();
        for step in workspace.steps().expect("there are steps") {
            copy(&step.folder, &root.join(&step.name));
        }
        for file in ["Cargo.toml", "README.md", "fast", lint::EXCEPTIONS] {
            copy(&workspace.root.join(file), &root.join(file));
        }
        Scratch(root)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).expect("a file can be read")
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).expect("a file can be written");
    }

    /// Replaces `old`, which must be there, and gives the number of its line.
    fn replace(&self, file: &str, old: &str, new: &str) -> usize {
        let text = self.read(file);
        let at = text.find(old).unwrap_or_else(|| panic!("{file} has no {old}"));
        self.write(file, &text.replacen(old, new, 1));
        text[..at].matches('\n').count() + 1
    }

    /// What is found, one finding a line.
    fn findings(&self) -> String {
        let workspace = Workspace { root: self.0.clone() };
        let (findings, _) = lint::findings(&workspace).expect("the steps can be read");
        let lines = findings.iter().map(|finding| {
            let lint::Finding { rule, file, line, name, message } = finding;
            format!("{file}:{line}: {message} [{rule} | {name}]\n")
        });
        lines.collect()
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in fs::read_dir(from).expect("a folder can be listed") {
            let from = entry.expect("a folder can be listed").path();
            copy(&from, &to.join(from.file_name().expect("a file has a name")));
        }
        return;
    }
    fs::create_dir_all(to.parent().expect("a file is in a folder")).expect("a folder can be made");
    fs::copy(from, to).expect("a file can be copied");
}

/// What is found at a place, where something must be.
fn finding(scratch: &Scratch, file: &str, line: usize) -> String {
    let found = scratch.findings();
    let place = format!("{file}:{line}: ");
    let finding = found.lines().find(|finding| finding.starts_with(&place));
    finding.unwrap_or_else(|| panic!("nothing at {place}\n{found}")).to_string()
}

#[test]
fn the_steps_pass() {
    let scratch = Scratch::new("lint-passes");
    let run = |folder: &Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_lint")).current_dir(folder).output();
        let output = output.expect("lint starts");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (passes, printed) = run(&workspace().root);
    assert!(passes && printed.contains("agree with each other"), "{printed}");
    scratch.replace("README.md", "| 77 |", "| 76 |");
    let (passes, printed) = run(&scratch.0);
    assert!(!passes && printed.contains("\nOne finding."), "{printed}");
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
    let text = scratch.read("step24/src/functions.rs");
    let comment = "/// The square of each element (section 2.3).";
    let line = scratch.replace("step24/src/functions.rs", comment, "/// Squares (section 2.3).");
    let found = finding(&scratch, "step24/src/functions.rs", line);
    assert!(found.contains("only comments or white space differ"), "{found}");

    scratch.write("step24/src/functions.rs", &text);
    let line = scratch.replace("step24/src/functions.rs", "let [y] = Exp", "let  [y] = Exp");
    finding(&scratch, "step24/src/functions.rs", line);
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
    assert!(scratch.findings().contains("[idle | Exp]"));
}

#[test]
fn a_name_that_a_later_step_defines() {
    let scratch = Scratch::new("lint-later");
    let comment = "/// A box that holds an array of numbers (section 1.1).";
    let line = scratch.replace("step01/src/lib.rs", comment, "/// A box; see `cleargrad`.");
    let found = finding(&scratch, "step01/src/lib.rs", line);
    assert!(found.contains("`cleargrad` is not defined before step14"), "{found}");

    let line = scratch.replace("step03/src/main.rs", "let y = ", "let y = /* `x` */ ");
    let found = scratch.findings();
    assert!(!found.contains(&format!("step03/src/main.rs:{line}: ")), "{found}");

    let line =
        scratch.replace("step15/src/main.rs", "let [a] = ", "let [_] = // `x.generation()`\n");
    let found = finding(&scratch, "step15/src/main.rs", line);
    assert!(found.contains("`generation` is not defined before step16"), "{found}");
}

#[test]
fn a_later_name_in_prose_in_an_example_or_in_what_is_printed() {
    let scratch = Scratch::new("lint-later-words");
    let comment = "/// A box that holds an array of numbers (section 1.1).";
    let line = scratch.replace("step01/src/lib.rs", comment, "/// A box, not yet a VariableBox.");
    let prose = finding(&scratch, "step01/src/lib.rs", line);
    assert!(prose.contains("`VariableBox` is not defined before step07"), "{prose}");

    let example = "/// ```\n/// x.cleargrad();\n/// ```\npub struct Square";
    let line = scratch.replace("step07/src/lib.rs", "pub struct Square", example) + 1;
    let found = finding(&scratch, "step07/src/lib.rs", line);
    assert!(found.contains("`cleargrad` is not defined before step14"), "{found}");

    let text = "step07/tests/does_not_compile.md";
    let line =
        scratch.replace(text, "let x = step07::Variable::new(arr0(\"0.5\"));", "x.cleargrad();");
    let found = finding(&scratch, text, line);
    assert!(found.contains("`cleargrad` is not defined before step14"), "{found}");

    let line = scratch.replace("step05/src/main.rs", "println!(\"", "println!(\"no_grad ");
    let printed = finding(&scratch, "step05/src/main.rs", line);
    assert!(printed.contains("`no_grad` is not defined before step18"), "{printed}");
}

#[test]
fn fast_is_step_18_but_for_what_makes_it_fast() {
    let scratch = Scratch::new("lint-fast");
    let file = "fast/src/lib.rs";
    let text = scratch.read(file);
    for (old, new, words) in [
        ("let [y] = Exp.call([x]);", "let [y] = Exp.call([x].clone());", "the code of `exp`"),
        (
            "/// Forgets the gradient, so",
            "/// Forgets it, so",
            "the comment of `Variable::cleargrad`",
        ),
        ("/// The gradient that backpro", "/// What backpro", "the comment of `Variable::grad`"),
    ] {
        let line = scratch.replace(file, old, new);
        let found = finding(&scratch, file, line);
        assert!(found.contains(&format!("{words} differs from that in step18")), "{found}");
        scratch.write(file, &text);
    }
    // Without what differs on purpose the exception is not needed.
    let forward = "[each(x, f64::exp)]";
    scratch.replace(file, forward, "[x.mapv(f64::exp)]");
    let found = scratch.findings();
    assert!(found.contains("delete this exception [exception | Exp::forward]"), "{found}");
}

#[test]
fn idle_later_and_moved_things_in_fast() {
    let scratch = Scratch::new("lint-fast-others");
    let file = "fast/src/lib.rs";
    let text = scratch.read(file);
    let line = scratch.replace(file, "pub fn numerical_diff", "pub fn  numerical_diff");
    let found = scratch.findings();
    let idle = format!("{file}:{line}: only comments or white space differ");
    assert!(found.contains(&idle), "{found}");
    scratch.write(file, &text);

    let line = scratch.replace(file, "/// What waits to be freed.", "/// See `powi`.");
    let found = finding(&scratch, file, line);
    assert!(found.contains("`powi` is not defined before step22"), "{found}");
    scratch.write(file, &text);

    let cleargrad = text.find("    /// Forgets the gradient").expect("`cleargrad`");
    let end = cleargrad + text[cleargrad..].find("    fn share_grad").expect("what follows it");
    let creator = end + text[end..].find("    /// The call that made").expect("`creator`");
    let moved = [&text[..cleargrad], &text[end..creator], &text[cleargrad..end], &text[creator..]];
    scratch.write(file, &moved.concat());
    let found = scratch.findings();
    assert!(found.contains("`Variable::cleargrad` comes after `Variable::add_grad`; in step18"));
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
    assert!(scratch.findings().contains("| 03 | Functions in a chain |"));
}

#[test]
fn white_space_in_a_string_is_a_difference() {
    let scratch = Scratch::new("lint-strings");
    let (file, old) = ("step15/src/lib.rs", "assert!(eps > 0.0, \"numerical_diff: eps must");
    let text = scratch.read(file);
    for (new, is_idle) in [
        ("assert!(eps  > 0.0, \"numerical_diff: eps must", true),
        ("assert!(eps > 0.0, \"numerical_diff: eps  must", false),
    ] {
        scratch.replace(file, old, new);
        assert_eq!(scratch.findings().contains("[idle | numerical_diff"), is_idle, "{new}");
        scratch.write(file, &text);
    }
}

#[test]
fn exceptions_are_needed_and_give_a_reason() {
    let scratch = Scratch::new("lint-exceptions");
    let exceptions = scratch.read(lint::EXCEPTIONS);
    let line = exceptions.lines().count() + 2;
    let before = exceptions.matches("[[exception]]").count();
    let with = |rule: &str, file: &str, rest: &str| {
        let entry = format!("\n[[exception]]\nrule = \"{rule}\"\nfile = \"{file}\"\n{rest}");
        scratch.write(lint::EXCEPTIONS, &(exceptions.clone() + &entry));
    };
    with("order", "step10/src/lib.rs", "name = \"square\"\nreason = \"it was so once\"\n");
    assert!(finding(&scratch, lint::EXCEPTIONS, line).contains("delete this exception"));
    with("order", "step10/src/lib.rs", "name = \"square\"\nreason = \"\"\n");
    assert!(finding(&scratch, lint::EXCEPTIONS, line).contains("an exception has a reason"));
    with("order", "step10/src/lib.rs", "name = \"square\"\n");
    let error = lint::findings(&Workspace { root: scratch.0.clone() }).expect_err("no reason");
    assert!(format!("{error:#}").contains("missing field `reason`"), "{error:#}");

    let comment = "/// The square of each element (section 2.3).";
    scratch.replace("step24/src/functions.rs", comment, "/// Squares (section 2.3).");
    with("idle", "step24/src/functions.rs", "name = \"Square\"\nreason = \"to try it out\"\n");
    let (findings, count) =
        lint::findings(&Workspace { root: scratch.0.clone() }).expect("the steps can be read");
    assert!(findings.is_empty() && count == before + 1, "{findings:?}");
}
