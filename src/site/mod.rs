//! Repetition on a site: how many documents of a host contain a paragraph.
//!
//! | file | what it does |
//! |---|---|
//! | [`host`] | the host of an address |
//! | [`sighting`] | a document's paragraphs as keys of (host, text) |
//! | [`table`] | keys to counts in a fixed amount of memory |
//! | [`memory`] | what counts as a document, and which of them are copies |
//! | [`mod@file`] | a memory as a file |
//! | [`evidence`] | what a count is worth, in nats |
//!
//! Nothing here depends on language or model: a paragraph is a hash.

pub mod evidence;
pub mod file;
pub mod host;
pub mod memory;
pub mod sighting;
pub mod table;

pub use memory::SiteMemory;
pub use sighting::Sightings;
