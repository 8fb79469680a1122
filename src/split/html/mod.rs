//! A page to its blocks: the paragraphs of HTML, with what the markup says of each.
//!
//! | file | what it does |
//! |---|---|
//! | `walk` | the visible page to blocks and containers |
//! | `names` | which elements separate blocks, and which are never read |
//! | [`state`] | texts that a page holds as data, for scripts to draw |
//! | `page` | bytes to all of this, in one call |
//! | [`metadata`] | title, author, date and so on, where the page states them |

mod metadata;
mod names;
mod page;
pub mod state;
mod walk;

use super::unit::Units;
use crate::read::html::Tree;
pub use metadata::{Metadata, metadata};
pub use page::{Page, Spans};

/// Most blocks of a page that are read; what follows is left out, and reported. Judging a block takes about a
/// kilobyte.
pub const MAX_BLOCKS: usize = 1 << 19;

/// The blocks of a page: those of the visible page first, then those that it holds as data, where the visible
/// page carries little text beside them. Their spans, where the tree has some, are in the page's text.
pub fn units(tree: &Tree) -> Units {
    let mut units = Units::default();
    walk::visible(tree, &mut units);
    state::add(tree, &mut units);
    units
}

/// Words in all blocks, as white space separates them.
fn words(units: &Units) -> usize {
    units.iter().map(|unit| unit.rendered().split_whitespace().count()).sum()
}
