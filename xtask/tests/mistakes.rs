//! Every mistake that a chapter names shows what its file says, and `check` recognises it.
//!
//! Takes some five minutes of the processor's time. `cargo xtask mistake 16 --prove` is the same for
//! one step.

use std::process::Command;

#[test]
fn every_mistake_shows_what_its_file_says() {
    let run = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["mistake", "--prove"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("xtask starts");
    let stdout = String::from_utf8_lossy(&run.stdout);
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{stdout}{stderr}");
}
