//! Splits a page into its blocks: the paragraphs of HTML, with their markup.
//!
//! | file | what it does |
//! |---|---|
//! | `walk` | blocks and containers of the visible page |
//! | `names` | which elements separate blocks, and which are skipped |
//! | [`state`] | texts in data for scripts |
//! | `lenient` | JSON with the usual mistakes |
//! | `page` | a page from its bytes, in one call |
//! | [`metadata`] | title, author, date and so on, as stated by the page |

mod lenient;
mod metadata;
mod names;
mod page;
pub mod state;
mod walk;

use super::unit::Units;
use crate::read::html::Tree;
pub use metadata::{Metadata, metadata};
pub use page::Page;

/// Maximum number of blocks read of a page. Those beyond are left out, and reported. Judging a block takes
/// about a kilobyte.
pub const MAX_BLOCKS: usize = 1 << 19;

/// Returns the blocks of a page: first those of the visible page, then, if it shows little text, those found
/// in data. Spans refer to the page's text.
pub fn units(tree: &Tree<'_>) -> Units {
    let mut units = Units::default();
    walk::visible(tree, &mut units);
    state::add(tree, &mut units);
    units
}
