//! Web pages: bytes to text, text to a tree.
//!
//! | file | what it does |
//! |---|---|
//! | [`charset`] | the encoding of a page's bytes |
//! | [`tree`] | the nodes, in one list |
//! | `attributes` | finds tags with too many attributes |
//! | `parse` | text to a tree, within limits |
//! | `sink` | the interface through which the parser builds the tree |
//!
//! The parser is html5ever, which follows the standard's algorithm for any page. What a page can
//! make it do is bounded: [`MAX_DEPTH`], [`MAX_NODES`], [`MAX_PER_BYTE`], [`MAX_BYTES`], [`MAX_ATTRIBUTES`].

mod attributes;
pub mod charset;
mod parse;
mod sink;
pub mod tree;

pub use attributes::MAX_ATTRIBUTES;
pub use parse::{parse, parse_fragment, parse_with_spans};
pub use tree::{NodeId, Tree};

/// Maximum depth of elements; deeper tags are left out, their text stays. Browsers stop at 512.
pub const MAX_DEPTH: u32 = 512;
/// Maximum number of nodes of a page; further tags are left out, their text stays. A node takes 80 bytes.
pub const MAX_NODES: usize = 1 << 22;
/// Maximum number of nodes and attributes for each byte of a page, beside a few thousand. A tag takes three bytes and
/// more, but formatting that is never closed is opened again in every paragraph, with all its attributes.
pub const MAX_PER_BYTE: usize = 1;
/// Maximum length of a page in bytes; what follows is not read.
pub const MAX_BYTES: usize = 1 << 28;

/// White space of HTML, and the non-breaking space.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0C' | '\u{A0}')
}
