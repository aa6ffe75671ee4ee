//! What `xtask` and the book share: the steps, the items in their sources, the difference between
//! two steps, and what they print.

#![allow(clippy::missing_errors_doc, reason = "errors are sentences for the reader, not values")]

pub mod diff;
pub mod source;
pub mod timeline;
mod words;
pub mod workspace;

pub use workspace::{Step, Workspace};
