//! Web pages: bytes to text, text to a tree.
//!
//! | file | what it does |
//! |---|---|
//! | [`charset`] | which encoding a page's bytes are in |
//! | [`tree`] | the nodes, in one list |
//! | `attributes` | where a tag's attributes become too many |
//! | `parse` | text to a tree, within limits |
//! | `sink` | what the parser builds the tree through |
//!
//! The parser is html5ever, which follows the standard's algorithm, broken pages included. What a page can
//! ask for is bounded: [`MAX_DEPTH`], [`MAX_NODES`], [`MAX_BYTES`], [`MAX_ATTRIBUTES`].

mod attributes;
pub mod charset;
mod parse;
mod sink;
pub mod tree;

pub use attributes::MAX_ATTRIBUTES;
pub use parse::{parse, parse_fragment, parse_with_spans};
pub use tree::{NodeId, Tree};

/// Elements inside each other at the most; tags beyond are left out, their text stays. Browsers stop at 512.
pub const MAX_DEPTH: u32 = 512;
/// Nodes of a page at the most; what follows is not read. A node takes 80 bytes.
pub const MAX_NODES: usize = 1 << 22;
/// Bytes of a page that are read; what follows is not.
pub const MAX_BYTES: usize = 1 << 28;

/// White space of HTML, and the space that does not break.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0C' | '\u{A0}')
}
