//! Something that is not as it should be.

use serde::Deserialize;
use std::fmt;

/// Something that is not as it should be.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What is asked of the steps there.
    pub rule: Rule,
    /// From the workspace: `step07/src/lib.rs`.
    pub file: String,
    /// Its number, from 1.
    pub line: usize,
    /// The item or word that it is about.
    pub name: String,
    /// What is wrong, in words.
    pub message: String,
}

/// What is asked of the steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// A correction reaches every step.
    Carried,
    /// `fast` is step 18 but for what makes it fast.
    Fast,
    /// A difference is more than comments and white space.
    Idle,
    /// No text speaks of what a later step defines.
    Later,
    /// Items stay in their order.
    Order,
    /// `tests/output.rs` is the same everywhere.
    Output,
    /// The README's table is up to date.
    Readme,
    /// Each exception is needed, and says why.
    Exception,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&format!("{self:?}").to_lowercase())
    }
}
