//! Repetition on a site: the number of documents of a host that contain a paragraph.
//!
//! | file | what it does |
//! |---|---|
//! | [`host`] | the host of an address |
//! | [`sighting`] | paragraphs of a document as keys of (host, text) |
//! | [`table`] | counts by key, in a fixed amount of memory |
//! | [`memory`] | documents, and which of them are copies |
//! | [`mod@file`] | the file format |
//! | [`evidence`] | counts to nats |
//!
//! Nothing here depends on language or model; a paragraph is a hash.

pub mod evidence;
pub mod file;
pub mod host;
pub mod memory;
pub mod sighting;
pub mod table;

pub use memory::SiteMemory;
pub use sighting::Sightings;
