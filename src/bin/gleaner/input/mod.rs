//! What is read.
//!
//! | file | what it does |
//! |---|---|
//! | `named` | what was named: what cannot be an input, and what is typed |
//! | [`list`] | files and folders to a list of files |
//! | `binary` | files in folders that hold no text |
//! | [`open`] | one input, decompressed |
//! | [`units`] | what inputs are made of: rows, records, whole files |
//! | [`reader`] | an input to its units |
//! | `structured` | the same of JSON arrays, CSV and TSV |
//! | [`tables`] | the same of Parquet |
//! | [`items`] | a unit to a document: what costs time |
//! | [`markup`] | text that is markup |
//! | `ids` | ids that come twice |
//! | `each` | all of it, one document after another |
//! | `bytes` | a file as a whole |

mod binary;
mod bytes;
mod each;
mod ids;
pub mod items;
pub mod list;
pub mod markup;
mod named;
pub mod open;
pub mod reader;
mod structured;
#[cfg(feature = "parquet")]
pub mod tables;
pub mod units;
mod unreadable;

pub use bytes::bytes;
pub use each::{each, no_document, tell};
pub use ids::Ids;
pub use list::Listed;
pub use named::{check, hint_if_typed, is_typed};
pub use unreadable::Unreadable;
