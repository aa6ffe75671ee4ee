//! The timeline of the steps as they are.

use lessons::outline::{Kind, Outline};
use lessons::timeline::{self, Entry, Event};
use lessons::{Workspace, workspace};

fn entries() -> Vec<Entry> {
    let steps = Workspace::find().and_then(|workspace| workspace.steps()).expect("there are steps");
    timeline::of_steps(&steps).expect("the steps are Rust")
}

#[test]
fn each_item_appears_first_and_then_alternates() {
    let entries = entries();
    for entry in &entries {
        assert_eq!(entry.history[0].1, Event::Appears, "{}", entry.path);
        assert!(entry.history.windows(2).all(|pair| pair[0].0 < pair[1].0), "{}", entry.path);
        assert_eq!(entries.iter().filter(|other| other.path == entry.path).count(), 1);
    }
}

#[test]
fn what_is_left_at_the_end_is_the_last_step() {
    let step = Workspace::find().and_then(|w| w.step(workspace::LAST)).expect("there are steps");
    let source = step.read("src/lib.rs").expect("step 18 has a library");
    let items = Outline::of(&source).expect("step 18 is Rust").items;
    let entries = entries();
    for item in items {
        let is_listed = entries.iter().any(|e| e.path == item.path && e.is_in(workspace::LAST));
        let is_asked_for = match item.kind {
            Kind::Use => false,
            Kind::Impl => item.path.contains(" for "),
            Kind::Field => !item.path.ends_with(".0"),
            _ => true,
        };
        assert_eq!(is_listed, is_asked_for, "{}", item.path);
    }
}

#[test]
fn history_of_some_items() {
    let entries = entries();
    let history = |name: &str| {
        let [entry] = timeline::find(&entries, name)[..] else { panic!("not one {name}") };
        let marks = entry.history.iter().map(|(step, event)| match event {
            Event::Appears => format!("+{step}"),
            Event::Changes => format!("~{step}"),
            Event::Moves => format!(">{step}"),
            Event::Goes => format!("-{step}"),
        });
        marks.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(history("Variable::cleargrad"), "+14 >23");
    assert_eq!(history("numerical_diff"), "+4 >23");
    assert_eq!(history("Variable.grad"), "+6 -7");
    assert_eq!(history("operator!(Add)"), "+21 >23");
    assert_eq!(history("operator!(Sub)"), "+22 >23");
    assert_eq!(history("Variable::fmt"), "+19 >23");
    assert_eq!(history("Function::backward"), "+6 ~13 >23");
    assert_eq!(history("Variable::backward"), "+7 ~8 ~9 ~11 ~12 ~14 ~16 ~18 >23");
}

#[test]
fn an_item_moves_with_and_without_a_change() {
    let entries = entries();
    let find = |name: &str| timeline::find(&entries, name)[0];
    assert_eq!(find("exp").event(23), Some(Event::Moves));
    assert_eq!(find("exp").moved_to(23), Some("src/functions.rs"));
    assert_eq!(find("CallOf").event(23), Some(Event::Changes));
    assert_eq!(find("CallOf").moved_to(23), Some("src/call.rs"));
    assert!(entries.iter().all(|entry| entry.moves.iter().all(|(step, _)| *step == 23)));
}

#[test]
fn fast_against_step_18() {
    let entries = timeline::of_workspace(&Workspace::find().expect("there is a workspace"));
    let entries = entries.expect("the steps and `fast` are Rust");
    for (name, event, is_there) in [
        ("Variable::cleargrad", None, true),
        ("Variable::run_backward", Some(Event::Changes), true),
        ("Variable::calls_by_generation", Some(Event::Goes), false),
        ("Gradient", Some(Event::Appears), true),
        ("Variable::powi", None, false),
    ] {
        let [entry] = timeline::find(&entries, name)[..] else { panic!("not one {name}") };
        assert_eq!((entry.fast, entry.is_in_fast()), (event, is_there), "{name}");
    }
    let only_there = entries.iter().filter(|entry| entry.history.is_empty());
    assert!(only_there.clone().count() > 0);
    assert!(only_there.clone().all(|entry| entry.fast == Some(Event::Appears)));
    let steps = entries.iter().filter(|entry| !entry.history.is_empty());
    assert!(steps.map(|entry| &entry.path).eq(self::entries().iter().map(|entry| &entry.path)));
}

#[test]
fn the_crates_name_is_folded() {
    let fold = workspace::fold_crate_names;
    assert_eq!(fold("use step07::{Exp}; // my_step12::x"), "use stepNN::{Exp}; // stepNN::x");
    assert_eq!(fold("a step, my_steps, step7, stepß"), "a step, my_steps, step7, stepß");
}

#[test]
fn a_renamed_crate_is_as_rustfmt_wants_it() {
    let session = "use ndarray::arr0;\nuse std::rc::Rc;\nuse step07::Exp;\n\nfn main() {}\n";
    let mine = "use my_step07::Exp;\nuse ndarray::arr0;\nuse std::rc::Rc;\n\nfn main() {}\n";
    assert_eq!(workspace::rename_crate(session, "step07", "my_step07"), mine);
    assert_eq!(workspace::rename_crate(mine, "my_step07", "step07"), session);
    let without = "#[expect(unused_imports)]\nuse std::rc::Rc;\nuse ndarray::arr0;\n";
    assert_eq!(workspace::rename_crate(without, "step07", "my_step07"), without);
    let fast = "use fast::Exp;\nuse ndarray::arr0;\nuse std::rc::Rc;\n\n// As fast as it gets.\n";
    let renamed =
        "use ndarray::arr0;\nuse std::rc::Rc;\nuse step18::Exp;\n\n// As fast as it gets.\n";
    assert_eq!(workspace::rename_crate(fast, "fast", "step18"), renamed);
    // Ours are in that order already, and stay in it.
    for step in Workspace::find().and_then(|w| w.steps()).expect("there are steps") {
        for file in ["src/lib.rs", "src/main.rs", "tests/output.rs"] {
            let text = step.read(file).expect("a file of the step");
            assert_eq!(workspace::rename_crate(&text, "step", "step"), text, "{}", step.name);
        }
    }
}
