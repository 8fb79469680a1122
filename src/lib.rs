//! *gleaner* reads scraped articles and web pages, judges every paragraph or block *editorial* or
//! *boilerplate*, and gives the document back without the boilerplate.
//!
//! The stages, in the order in which [`judge`] runs them:
//!
//! | stage | from | to |
//! |---|---|---|
//! | [`read`] | bytes | [`document::Document`] |
//! | [`split`] | document | [`split::Unit`]s |
//! | [`site`] | paragraphs of a document | on request, how many other documents of the site contain each |
//! | [`features`] | paragraphs | sparse token counts and facts |
//! | [`bayes`] | counts | log-odds per channel |
//! | [`context`] | the document's log-odds | one calibrated probability per paragraph |
//! | [`verdict`] | probability | verdict, kind, reasons |
//! | [`mod@write`] | verdicts | cleaned article |
//! | `report` | figures, reasons, what a run did | pages of HTML for people |
//!
//! The library prints nothing and reads no file that it was not handed.

#[cfg(test)]
mod about_the_tests;
pub mod bayes;
pub mod cleaner;
pub mod context;
pub mod document;
pub mod error;
#[cfg(feature = "train")]
pub mod evaluate;
pub mod explain;
pub mod features;
#[cfg(feature = "train")]
pub mod folds;
mod frame;
pub mod judge;
pub mod model;
pub mod read;
#[cfg(feature = "report")]
pub mod report;
pub mod site;
pub mod split;
#[cfg(feature = "train")]
pub mod train;
pub mod unstable;
pub mod verdict;
pub mod write;

#[cfg(feature = "html")]
pub use cleaner::CleanedPage;
pub use cleaner::{Builder, Cleaned, Cleaner, Explained, Factor, Kind};
pub use document::Document;
pub use error::{Error, Problem, Result};
pub use judge::{Judge, Judged};
pub use split::{Unit, Units};
pub use verdict::{Preset, Reason, Verdict};
