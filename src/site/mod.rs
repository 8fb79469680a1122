//! What stands on several pages of one site: how many documents of a host have shown a paragraph before.
//!
//! | file | what it does |
//! |---|---|
//! | [`host`] | the host of an address |
//! | [`sighting`] | a document's paragraphs as keys of (host, text) |
//! | [`table`] | keys to counts in a fixed amount of memory |
//! | [`memory`] | what counts as a document, and which of them are copies |
//! | [`mod@file`] | a memory as a file |
//! | [`evidence`] | what a count says, in nats |
//!
//! Nothing here knows a language or a model: a paragraph is a hash.

pub mod evidence;
pub mod file;
pub mod host;
pub mod memory;
pub mod sighting;
pub mod table;

pub use memory::SiteMemory;
pub use sighting::Sightings;
