//! The one integration binary: one file per subject.

// Here everything is a test: a failed `unwrap` is a failed test, and what is skipped is told.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

mod applies;
mod archives;
mod bad_input;
mod batch;
mod claims;
mod clean;
mod command;
mod compressed;
mod data;
mod determinism;
mod documents;
mod evaluate;
mod evasion;
mod explain;
mod extremes;
mod floors;
mod help;
mod http;
mod labelled;
#[cfg(feature = "html")]
mod languages;
mod large;
mod merge;
mod model_dump;
mod model_file;
mod model_pages;
mod model_parts;
mod names;
mod outputs;
#[cfg(feature = "html")]
mod page_input;
#[cfg(feature = "html")]
mod pages;
#[cfg(feature = "html")]
mod parser;
mod poisoned;
mod presets;
mod program;
mod properties;
mod public_api;
mod rebuild;
mod regression;
mod reports;
mod rows;
mod seed;
mod settings;
mod site_memory;
mod structure;
mod tables;
mod training_data;
mod tune;
