//! What the session prints, pinned.

use std::process::Command;

#[test]
fn session() {
    let binary = env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME")));
    let run = Command::new(binary).output().expect("the session starts");
    assert!(run.status.success(), "the session failed: {run:?}");
    insta::assert_snapshot!(String::from_utf8_lossy(&run.stdout));
}
