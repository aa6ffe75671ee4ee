//! `start` and `check`, as a reader uses them.

mod common;

use common::Scratch;
use lessons::workspace::LAST;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The copies share a target folder, and packages of one name overwrite each other there.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

const EXP: &str = "
pub struct Exp;

impl Function for Exp {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        BODY
    }
}
";

/// Our step in the reader's place.
fn solve(scratch: &Scratch, number: usize) {
    let step = format!("step{number:02}");
    for file in ["src/lib.rs", "src/main.rs"] {
        let text = scratch.read(&format!("{step}/{file}"));
        scratch.write(&format!("mine/{step}/{file}"), &text.replace(&step, &format!("my_{step}")));
    }
}

#[test]
fn from_a_wrong_step_to_a_right_one() {
    let _alone = alone();
    let scratch = Scratch::new("reader");
    let lib = "mine/step03/src/lib.rs";
    assert!(scratch.done("start 3").contains("cargo run -p my-step03"));
    let begun = scratch.read(lib);
    let exp = |body: &str| scratch.write(lib, &(begun.clone() + &EXP.replace("BODY", body)));

    let fault = scratch.refused("check 3");
    assert!(fault.contains("mine/step03 does not compile.\nThe error:"), "{fault}");
    assert!(fault.contains("unresolved import `my_step03::Exp`"), "{fault}");
    assert!(fault.contains("It is the session that asks for"), "{fault}");

    exp("x.mapv(|x| x * 2.0)");
    let fault = scratch.refused("check");
    assert!(fault.contains("You edited mine/step03 last."), "{fault}");
    let inside = common::run(&scratch.root.join("mine/step03/src"), "check").stdout;
    assert!(inside.contains("You are in mine/step03."), "{inside}");
    assert!(fault.contains("is nearest to step 03 (2 lines of code differ)"), "{fault}");
    let words = "Line 2 of what is printed is the first that differs.\n  \
                 expected: b = 1.2840\n  printed:  b = 0.5000\n\nmine/step03/src/main.rs:";
    assert!(fault.contains(words), "{fault}");

    let session = "mine/step03/src/main.rs";
    let given = scratch.read(session);
    scratch.replace(session, "println!(\"y", "panic!(\"y");
    let fault = scratch.refused("check 3");
    let wrong = fault.find("  printed:  b = 0.5000\n").expect("it came before the panic");
    let panic = fault.find("The session stopped before its end.").expect("it panics");
    assert!(wrong < panic, "{fault}");
    scratch.write(session, &given);
    scratch.replace(session, "println!(\"b", "// println!(\"b");
    let fault = scratch.refused("check 3");
    assert!(fault.contains("expected: b = 1.2840\n  printed:  y = 0.25\n"), "{fault}");
    assert!(fault.contains("mine/step03/src/main.rs, differs from ours:\n"), "{fault}");
    scratch.write(session, &given);

    exp("panic!(\"not {}\", x)");
    let fault = scratch.refused("check 3");
    assert!(fault.contains("The session stopped before its end."), "{fault}");
    assert!(fault.contains("mine/step03/src/lib.rs:") && fault.contains(" says:\n"), "{fault}");
    assert!(fault.contains("panic!("), "{fault}");
    assert!(fault.contains("\nnot 0.25\n") && fault.contains("mine/step03/src/lib.rs"), "{fault}");
    assert!(!fault.contains("RUST_BACKTRACE"), "{fault}");

    exp("loop { std::hint::black_box(x); }");
    let fault = scratch.refused("check 3 --time-limit 1");
    let words = "did not end within a second, so it was stopped.\n\nIs the machine busy? ";
    assert!(fault.contains(words), "{fault}");

    exp("loop { println!(\"{x}\"); }");
    let fault = scratch.refused("check 3 --time-limit 30");
    assert!(fault.contains("expected: a = 0.2500\n  printed:  0.25\n"), "{fault}");

    exp("x.mapv(f64::exp)");
    assert!(scratch.done("list").contains("\n· 0"));
    let passed = scratch.done("check 3");
    assert!(passed.contains("step 03 passes"), "{passed}");
    assert!(passed.contains("cargo xtask start 4 --from mine"), "{passed}");
    assert!(scratch.done("list").contains("✓ 03"));
    scratch.write("mine/step03/src/.lib.rs.swp", "an editor's");
    assert!(scratch.done("list").contains("✓ 03"), "hidden files are not part of a step");
    let mut test = Command::new(env!("CARGO"));
    test.args(["test", "-q", "-p", "my-step03"]);
    assert!(test_in(&scratch, &mut test), "what `check` passes, `cargo test` passes");
    assert!(!passed.contains("differs from ours"), "{passed}");
    let tests = "mine/step03/tests/library.rs";
    let given = scratch.read(tests);
    scratch.write(tests, "#[test]\nfn a_test_of_mine() {\n    panic!()\n}\n");
    let passed = scratch.done("check 3");
    assert!(passed.contains(&format!("{tests} differs from ours, and ours was used.")), "{passed}");
    scratch.write(tests, &given);

    let next = scratch.done("start 4 --from mine");
    assert!(!next.contains("has not passed"), "{next}");
    assert!(
        scratch.read("mine/step04/src/lib.rs").ends_with(&EXP.replace("BODY", "x.mapv(f64::exp)"))
    );
    exp("x.mapv(f64::exp2)");
    assert!(scratch.refused("check 3").contains("the first that differs"));
    assert!(scratch.done("").contains("The session prints something else."));
    exp("x.mapv(f64::exp)");
    assert!(scratch.done("list").contains("✓ 03"), "what has passed once lies there again");
    exp("x.mapv(f64::exp) // again");
    assert!(scratch.done("list").contains("\n· 0"), "a pass is of the code that passed");
    assert!(scratch.done("start 4 --from mine --force").contains("has not passed"));
}

fn test_in(scratch: &Scratch, command: &mut Command) -> bool {
    common::set_place(command, &scratch.root);
    command.output().expect("cargo starts").status.success()
}

/// Two builds, each of which takes longer than one may without a word.
#[cfg(unix)]
#[test]
fn that_it_takes_long_is_said_once() {
    use std::os::unix::fs::PermissionsExt;
    let _alone = alone();
    let scratch = Scratch::new("patience");
    scratch.done("start 3");
    solve(&scratch, 3);
    scratch.replace("mine/step03/src/main.rs", "println!(\"b", "println!(\"c");
    let cargo = scratch.root.join("slow-cargo");
    let real = env!("CARGO");
    std::fs::write(&cargo, format!("#!/bin/sh\nsleep 4.5\nexec '{real}' \"$@\"\n"))
        .and_then(|()| std::fs::set_permissions(&cargo, PermissionsExt::from_mode(0o755)))
        .expect("a script can be written");
    let mut command = common::command(&scratch.root, "check 3");
    let common::Output { stdout, stderr, .. } = common::output(command.env("CARGO", &cargo));
    assert!(stdout.contains("printed:  c = "), "{stdout}{stderr}");
    assert!(stdout.contains("main.rs:") && stdout.contains(" says:"), "a second build: {stdout}");
    assert_eq!(stderr.matches("It takes longer if").count(), 1, "{stderr}");
}

#[test]
fn a_test_or_an_example_that_fails_is_named() {
    let _alone = alone();
    let scratch = Scratch::new("tests-fail");
    scratch.done("start 4");
    solve(&scratch, 4);
    let lib = "mine/step04/src/lib.rs";
    let ours = scratch.read(lib);

    scratch.replace(lib, "eps must be above 0, not {eps}", "eps is {eps}");
    let fault = scratch.refused("check 4");
    assert!(
        fault.contains("The test `eps_of_zero` in mine/step04/tests/traps.rs fails."),
        "{fault}"
    );
    assert!(fault.contains("cargo test -p my-step04 --test traps eps_of_zero"), "{fault}");
    assert!(fault.contains("mine/step04/tests/traps.rs:"), "{fault}");
    let expectation = "assert!(message.contains(\"numerical_diff: eps must be above 0, not 0\")";
    assert!(fault.contains(expectation), "{fault}");
    assert_eq!(fault.matches("\nthread '").count(), 1, "the refusal was caught: {fault}");

    scratch.write(lib, &ours);
    let wrong = "/// ```\n/// assert!(false);\n/// ```\npub fn numerical_diff";
    scratch.replace(lib, "pub fn numerical_diff", wrong);
    let fault = scratch.refused("check 4");
    assert!(fault.contains("An example in a doc comment is not as it says."), "{fault}");
    assert!(fault.contains("numerical_diff"), "{fault}");

    scratch.done("start 9");
    solve(&scratch, 9);
    scratch.replace("mine/step09/src/lib.rs", "    fn set_grad", "    pub fn set_grad");
    let fault = scratch.refused("check 9");
    assert!(fault.contains("mine/step09/tests/does_not_compile.md:"), "{fault}");
    assert!(fault.contains("\nx.set_grad(x.data.clone());\n"), "{fault}");

    scratch.write(lib, &ours);
    let endless = "/// ```\n/// loop {}\n/// ```\npub fn numerical_diff";
    scratch.replace(lib, "pub fn numerical_diff", endless);
    let fault = scratch.refused("check 4 --time-limit 10");
    let words = "An example in a doc comment did not end within 10 seconds, so it was stopped.";
    assert!(fault.contains(words), "{fault}");

    scratch.write(lib, &ours);
    scratch.replace(lib, "pub fn numerical_diff", "pub fn numerical_dif");
    let fault = scratch.refused("check 4");
    assert!(fault.contains("numerical_diff"), "{fault}");

    scratch.write(lib, &ours);
    let numbers = "mine/step04/src/main.rs";
    scratch.replace(numbers, "{central:.0e}", "{central:.1e}");
    assert!(scratch.refused("check 4").contains("Line 8 of what is printed is the first"));
}

#[test]
fn the_crate_has_another_name_in_mine() {
    let scratch = Scratch::new("crate-name");
    scratch.done("start 4");
    solve(&scratch, 4);
    let lib = "mine/step04/src/lib.rs";
    let example = "/// ```\n/// use step04::numerical_diff;\n/// ```\npub fn numerical_diff";
    let line = scratch.replace(lib, "pub fn numerical_diff", example) + 1;
    let fault = scratch.refused("check 4");
    let words = format!(
        "In mine/ the crate is called my_step04, not step04.\n\nmine/step04/src/lib.rs:{line}:9 says:\n\n\
         /// use step04::numerical_diff;\n"
    );
    assert!(fault.contains(&words) && !fault.contains("compiling"), "{fault}");
}

#[test]
fn every_step_can_be_begun() {
    let scratch = Scratch::new("start-all");
    for number in 1..=LAST {
        let step = format!("step{number:02}");
        let said = scratch.done(&format!("start {number}"));
        let manifest = scratch.read(&format!("mine/{step}/Cargo.toml"));
        assert!(manifest.contains(&format!("name = \"my-{step}\"")), "{manifest}");
        assert!(!manifest.contains("[lints]"), "{manifest}");
        let lib = scratch.read(&format!("mine/{step}/src/lib.rs"));
        let main = scratch.read(&format!("mine/{step}/src/main.rs"));
        assert!(main.contains(&format!("my_{step}::")), "{main}");
        assert!(lib.starts_with("//! DeZero, as far as"), "{lib}");
        let file = if [5, 10, 15, 24].contains(&number) { "main.rs" } else { "lib.rs" };
        let place = if number == 23 { "src/".into() } else { format!("src/{file}") };
        assert!(said.contains(&format!("write the step in    mine/{step}/{place}\n")), "{said}");
        for text in [&lib, &main] {
            assert!(!text.replace(&format!("my_{step}"), "").contains("step0"), "{text}");
        }
        let ours =
            scratch.read(&format!("{step}/src/{file}")).replace(&step, &format!("my_{step}"));
        assert!(ours != if file == "lib.rs" { lib } else { main }, "{step} is solved already");
    }
    // All manifests are good: cargo can read the workspace.
    let mut metadata = Command::new(env!("CARGO"));
    metadata.args(["metadata", "--no-deps", "--format-version", "1", "--offline"]);
    assert!(test_in(&scratch, &mut metadata));
}

#[test]
fn from_inside_mine_it_is_the_same_workspace() {
    let scratch = Scratch::new("inside-mine");
    scratch.done("start 1");
    let inside = common::run(&scratch.root.join("mine/step01/src"), "list");
    assert!(inside.success, "{}", inside.stderr);
    assert_eq!(inside.stdout, scratch.done("list"));
}

#[test]
fn start_overwrites_nothing() {
    let scratch = Scratch::new("start-force");
    scratch.done("start 7");
    scratch.write("mine/step07/src/lib.rs", "// an hour of work\n");
    let refusal = scratch.refused("start 7");
    assert!(refusal.contains("mine/step07 exists") && refusal.contains("--force"), "{refusal}");
    assert_eq!(scratch.read("mine/step07/src/lib.rs"), "// an hour of work\n");
    assert!(scratch.done("start 7 --force").contains("mine/step07/backup-1"));
    assert!(scratch.done("start 7 --force").contains("mine/step07/backup-2"));
    assert_eq!(scratch.read("mine/step07/backup-1/src/lib.rs"), "// an hour of work\n");
    assert!(scratch.read("mine/step07/src/lib.rs").starts_with("//! DeZero"));
    // Such a folder stops cargo, and this is the remedy.
    std::fs::create_dir(scratch.root.join("mine/step09")).expect("a folder can be made");
    assert!(!scratch.done("start 9 --force").contains("backup"), "there was nothing to keep");
}

#[test]
fn what_cannot_be_done_is_said() {
    let scratch = Scratch::new("refusals");
    for (arguments, words) in [
        ("check", "begin one with `cargo xtask start 1`"),
        ("check 7", "begin it with `cargo xtask start 7`"),
        ("start 8 --from mine", "begin it with `cargo xtask start 7`"),
        ("start 1 --from mine", "begin it with `cargo xtask start 1`"),
        ("start 0", "the steps go from 1 to"),
    ] {
        let refusal = scratch.refused(arguments);
        assert!(refusal.contains(words), "{arguments}: {refusal}");
    }
    scratch.done("start 2");
    std::fs::remove_dir_all(scratch.root.join("mine/step02/src")).expect("it was there");
    for arguments in ["diff 2 --mine", "check", "check 2", "start 3 --from mine"] {
        let refusal = scratch.refused(arguments);
        let words = "src/lib.rs is missing; `cargo xtask start 2 --force` brings it back";
        assert!(refusal.contains(words), "{arguments}: {refusal}");
    }
    assert!(scratch.done("list").contains("\n· 0"));
    scratch.done("start 2 --force");
    std::fs::write(scratch.root.join("mine/step02/src/lib.rs"), b"\xff").expect("there is a step");
    let refusal = scratch.refused("diff 2 --mine");
    assert!(refusal.contains("valid UTF-8") && !refusal.contains("--force"), "{refusal}");
}
