//! Web pages: bytes to text, text to a tree.
//!
//! | file | what it does |
//! |---|---|
//! | [`charset`] | the encoding of a page's bytes |
//! | [`name`] | names of elements as numbers |
//! | [`attribute`] | which attributes are kept |
//! | [`tree`] | the nodes, in one list |
//! | `stretch` | texts as places in the page |
//! | `references` | `&amp;` and the like |
//! | `doctype` | pages for old browsers |
//! | `tokens` | text to tags |
//! | `build` | tags to a tree |
//! | `parse` | both, within limits |
//!
//! The parser follows the standard's algorithm for any page (HTML, 13.2), as far as a tree without scripts needs it. It
//! copies no text but what differs from the page, and keeps only attributes that something asks for. What a page can
//! make it do is bounded: [`MAX_DEPTH`], [`MAX_NODES`], [`MAX_PER_BYTE`], [`MAX_BYTES`], [`MAX_ATTRIBUTES`].

pub mod attribute;
mod build;
pub mod charset;
mod doctype;
pub mod name;
mod parse;
mod references;
mod stretch;
mod tokens;
pub mod tree;

pub use attribute::{Attr, MAX_ATTRIBUTES};
pub use name::{Name, Space};
pub use parse::{parse, parse_fragment};
pub use tree::{Data, NodeId, Tree};

/// Maximum depth of elements; deeper tags are left out, their text stays. Browsers stop at 512.
pub const MAX_DEPTH: u32 = 512;
/// Maximum number of nodes of a page; further tags are left out, their text stays. A node takes 32 bytes.
pub const MAX_NODES: usize = 1 << 22;
/// Maximum number of nodes for each byte of a page, beside a few thousand. A tag takes three bytes and more, but
/// formatting that is never closed is opened again in every paragraph.
pub const MAX_PER_BYTE: usize = 1;
/// Maximum length of a page in bytes; what follows is not read.
pub const MAX_BYTES: usize = 1 << 28;
/// Maximum length of a page's text: no encoding has more than three bytes of UTF-8 for one of its own.
const MAX_TEXT: usize = 3 * MAX_BYTES;

/// White space of HTML, and the non-breaking space.
pub(crate) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0C' | '\u{A0}')
}
