//! Copies the examples of step 18 for the tests of this crate, under its own name.

use std::path::Path;
use std::{env, fs};

const EXAMPLES: &str = "../step18/tests/does_not_compile.md";

fn main() {
    println!("cargo::rerun-if-changed={EXAMPLES}");
    let text = fs::read_to_string(EXAMPLES).expect("step 18 has examples");
    let folder = env::var_os("OUT_DIR").expect("Cargo names a folder");
    let ours = Path::new(&folder).join("does_not_compile.md");
    // What step 18 keeps private is not there at all, which is another error.
    let text = text.replace("step18", "fast").replace(",E0624", "");
    fs::write(ours, text).expect("the folder can be written to");
}
