//! The tests of step 18, from its own files: to them this crate is `step18`.

extern crate fast as step18;

#[path = "../../step18/tests/buffers.rs"]
mod buffers;
#[path = "../../step18/tests/deep.rs"]
mod deep;
#[path = "../../step18/tests/gradients.rs"]
mod gradients;
#[path = "../../step18/tests/graphs.rs"]
mod graphs;
#[path = "../../step18/tests/memory.rs"]
mod memory;
#[path = "../../step18/tests/traps.rs"]
mod traps;

#[test]
fn the_session_is_that_of_step_18() {
    // In which order the crates are named depends on their names.
    let lines = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(String::from).collect();
        lines.sort();
        lines
    };
    let session = include_str!("../../step18/src/main.rs").replace("step18", "fast");
    assert_eq!(lines(include_str!("../src/main.rs")), lines(&session));
}
