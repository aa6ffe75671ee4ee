//! What the steps are, for whoever shows, checks or compares them: the book, the workbench, the
//! maintainer's lint.
//!
//! - In goes a workspace, [`Workspace::find`]; out of it come its steps, each a [`Step`] with its
//!   title, its sources and what it prints. The reader's own steps are steps as well: [`Owner`].
//! - A source becomes an [`outline::Outline`]: named spans that cover it, and the items in them.
//! - Two steps become a difference, item by item: [`diff::of_steps`]. All steps become the timeline
//!   of their items: [`timeline::of_steps`].
//!
//! Nothing here prints, or knows of HTML. To read it, begin with [`workspace`], then [`outline`],
//! then [`diff`].

#![allow(clippy::missing_errors_doc, reason = "errors are sentences for the reader, not values")]

pub mod code;
pub mod diff;
pub mod line;
pub mod mistakes;
pub mod moves;
pub mod outline;
pub mod piece;
pub mod timeline;
mod words;
pub mod workspace;

pub use workspace::{Owner, Step, Workspace};
