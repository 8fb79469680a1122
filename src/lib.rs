//! *gleaner* reads scraped articles and web pages, judges every paragraph or block *editorial* or *boilerplate*, and
//! gives the article back without the boilerplate, byte for byte.
//!
//! ```
//! let cleaner = gleaner::Cleaner::new()?;
//! let cleaned = cleaner.clean("The river rose again on Monday.\nSign up for our free newsletter!\n");
//! assert_eq!(cleaned.text(), "The river rose again on Monday.\n");
//! # Ok::<(), gleaner::Error>(())
//! ```
//!
//! [`Cleaner`] is the entry point: it owns its model, is cheap to clone, and can be shared between threads. Its
//! results have the kept text, and for every unit its span, verdict, calibrated probability and kind of boilerplate.
//!
//! The library prints nothing and opens no file. Everything outside [`unstable`] follows semantic versioning.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `cli` (default) | the program `gleaner`, with all other features; libraries switch it off |
//! | `html` | web pages: [`Cleaner::clean_html`] |
//! | `compression` | gzip, Zstandard and bzip2 |
//! | `parquet` | Parquet files |
//! | `train` | training, tuning and evaluation |
//! | `report` | HTML reports of evaluations, pages and runs |
//!
//! Cleaning text needs none of them: `gleaner = { version = "0.1", default-features = false }`.
//!
//! # How it works
//!
//! The stages below, in their order, are modules of [`unstable`]; `unstable::judge` runs them.
//!
//! | stage | from | to |
//! |---|---|---|
//! | `read` | bytes | documents |
//! | `split` | a document | units: paragraphs of text, blocks of pages |
//! | `site` | units of a page | how many documents of its site have each, where that is asked for |
//! | `features` | units | sparse token counts and facts |
//! | `bayes` | counts | log-odds per channel |
//! | `context` | a document's log-odds | one calibrated probability per unit |
//! | `verdict` | probabilities | verdicts, kinds and reasons |
//! | `write` | verdicts | the cleaned article |

// Doc comments of the stages link to what is private to them.
#![allow(rustdoc::private_intra_doc_links)]

#[cfg(test)]
mod about_the_tests;
mod bayes;
mod cleaner;
mod context;
mod document;
pub mod error;
#[cfg(feature = "train")]
mod evaluate;
mod explain;
mod features;
#[cfg(feature = "train")]
mod folds;
mod frame;
#[cfg(any(feature = "compression", feature = "parquet"))]
mod guard;
mod judge;
mod model;
mod read;
#[cfg(feature = "report")]
mod report;
mod site;
mod split;
#[cfg(feature = "train")]
mod train;
pub mod unstable;
mod verdict;
mod write;

#[cfg(feature = "html")]
pub use cleaner::CleanedPage;
pub use cleaner::{Builder, Cleaned, Cleaner, Explained, Factor, Kind, Unit};
pub use error::{Error, Problem, Result};
#[cfg(feature = "html")]
pub use split::html::Metadata;
pub use split::{Role, SplitMode};
pub use verdict::{Preset, Reason, Verdict};

/// The examples of the guide, as tests.
#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
mod guide {}
