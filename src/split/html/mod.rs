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

use std::ops::Range;

use crate::read::html::Tree;
pub use metadata::{Metadata, metadata};
pub use page::{Page, Spans};

/// Most blocks of a page that are read; what follows is left out, and reported. Judging a block takes about a
/// kilobyte.
pub const MAX_BLOCKS: usize = 1 << 19;

/// What a block is for the reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// A paragraph, or any text that is nothing else.
    #[default]
    Paragraph,
    /// A heading of level 1 to 6.
    Heading(u8),
    /// In an item of a list.
    Item,
    /// A cell of a table.
    Cell,
    /// Preformatted: its line breaks are its own.
    Pre,
    /// What a definition list defines.
    Term,
    /// What it says of it.
    Definition,
    /// The caption of a figure or table.
    Caption,
    /// The line that `details` shows closed.
    Summary,
}

/// Where in the file a text was found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Origin {
    /// On the page.
    #[default]
    Visible,
    /// On the page, but hidden when it is first drawn.
    Hidden,
    /// In data that a script would draw.
    State,
}

/// The unit that is judged in a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Block {
    /// Its text: white space collapsed, except in `pre`; a line feed for every `br`.
    pub text: String,
    /// What it is for the reader.
    pub kind: Kind,
    /// Where it was found.
    pub origin: Origin,
    /// The innermost container that holds it, in [`Blocks::containers`].
    pub container: u32,
    /// Characters of the text other than white space.
    pub chars: u32,
    /// How many of them stand inside links.
    pub link_chars: u32,
    /// How many of them are bold or emphasised.
    pub strong_chars: u32,
    /// Number of links.
    pub links: u32,
    /// Number of images.
    pub images: u32,
    /// Inline elements inside, in [`Blocks::inlines`]: at most [`MAX_INLINES`].
    pub inlines: Range<u32>,
    /// Where it stands in the page's text, from its first sign to its last, in bytes of UTF-8: where that was
    /// asked for, and the block is no data that a script would draw. What a page moves when it is drawn (text
    /// between the rows of a table) may lie inside another block's.
    pub span: Option<Range<u32>>,
}

/// Inline elements that a block remembers, at the most.
pub const MAX_INLINES: u32 = 8;

/// No container.
pub const NO_CONTAINER: u32 = u32::MAX;

/// A stretch of the names of the blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

/// An element and what it is called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Named {
    /// Name of the element.
    pub tag: Span,
    /// Its classes.
    pub class: Span,
    /// Its id.
    pub id: Span,
    /// Its role, and what schema.org property or type it says it is.
    pub role: Span,
}

/// An element that holds blocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Container {
    /// The container around it, or [`NO_CONTAINER`].
    pub parent: u32,
    /// Containers above it.
    pub depth: u32,
    /// What it is called.
    pub named: Named,
    /// Blocks below it: they stand in one row.
    pub first: u32,
    /// One past the last of them.
    pub end: u32,
}

/// A page's blocks in their order, and the elements around them.
#[derive(Debug, Clone, Default)]
pub struct Blocks {
    /// The blocks.
    pub blocks: Vec<Block>,
    /// Elements around them, each behind the one that holds it.
    pub containers: Vec<Container>,
    /// Inline elements inside blocks.
    pub inlines: Vec<Named>,
    /// Names of elements, classes, ids, roles.
    names: String,
    /// Whether blocks were left out for [`MAX_BLOCKS`].
    pub cut: bool,
}

impl Blocks {
    /// The text of a span.
    pub fn name(&self, span: Span) -> &str {
        &self.names[span.start as usize..span.end as usize]
    }

    /// A container and all around it, from the inside out.
    pub fn around(&self, container: u32) -> impl Iterator<Item = (u32, &Container)> {
        let at = move |id: u32| self.containers.get(id as usize).map(|it| (id, it));
        std::iter::successors(at(container), move |(_, it)| at(it.parent))
    }

    /// Names of the innermost four elements around what stands in a container, as in `body/main/ul/li`.
    pub fn path(&self, container: u32) -> String {
        let mut path: Vec<&str> =
            self.around(container).take(4).map(|(_, it)| self.name(it.named.tag)).collect();
        path.reverse();
        path.join("/")
    }

    /// Words in all blocks, as white space separates them.
    pub fn words(&self) -> usize {
        self.blocks.iter().map(|block| block.text.split_whitespace().count()).sum()
    }

    fn intern(&mut self, name: &str) -> Span {
        let start = self.names.len() as u32;
        // Longer ones are data, not names.
        let mut end = name.len().min(MAX_NAME);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        self.names.push_str(&name[..end]);
        Span { start, end: self.names.len() as u32 }
    }
}

/// Bytes of a class, id or role attribute that are read.
const MAX_NAME: usize = 512;

/// The blocks of a page: those of the visible page first, then those that it holds as data, where the visible
/// page carries little text beside them. Cannot fail.
pub fn blocks(tree: &Tree) -> Blocks {
    let mut blocks = Blocks::default();
    walk::visible(tree, &mut blocks);
    state::add(tree, &mut blocks);
    blocks
}
