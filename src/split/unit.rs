//! The unit of judgement, for text and pages. A line of text is a block without markup.

use std::borrow::Cow;
use std::ops::{Deref, Range};

use crate::document::Document;

/// The role of a unit for the reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// A paragraph, or any text without another role.
    #[default]
    Paragraph,
    /// A heading of level 1 to 6.
    Heading(u8),
    /// An item of a list.
    Item,
    /// A cell of a table.
    Cell,
    /// Preformatted text, which keeps its line breaks.
    Pre,
    /// The term of a definition list.
    Term,
    /// The definition of a term.
    Definition,
    /// The caption of a figure or table.
    Caption,
    /// The summary of a `details` element.
    Summary,
}

/// The origin of a text on its page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Origin {
    /// Visible on the page.
    #[default]
    Visible,
    /// On the page, but hidden at first.
    Hidden,
    /// In data for scripts.
    State,
}

/// A paragraph of a text, or a block of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// Byte range in the document, without the separator that follows. In a text every unit has one: spans
    /// ascend, never overlap, are never empty, and begin and end at character boundaries. In a page a span
    /// runs from the first visible character to the last. It is known if the page is UTF-8 and the block was not
    /// found in data; text that the parser moves can lie inside another block's span.
    pub span: Option<Range<usize>>,
    /// The judged text, if it differs from the bytes: white space collapsed except in `pre`, a line feed for
    /// every `br`.
    pub(crate) rendered: Option<String>,
    /// Whether the bytes are valid in the document's encoding and free of NUL.
    pub intact: bool,
    /// Whether the unit may be taken out. In an encoding with shift states a cut can change what follows.
    pub removable: bool,
    /// Role of the unit.
    pub role: Role,
    /// Origin of the unit.
    pub origin: Origin,
    /// Index of the innermost element around it, in [`Units::containers`]; [`NO_CONTAINER`] for text.
    pub container: u32,
    /// Number of characters in a block other than white space. This and all counts below are 0 for text.
    pub chars: u32,
    /// Number of characters inside links.
    pub link_chars: u32,
    /// Number of bold or emphasised characters.
    pub strong_chars: u32,
    /// Number of links.
    pub links: u32,
    /// Number of images.
    pub images: u32,
    /// Range of its inline elements in [`Units::inlines`], at most [`MAX_INLINES`].
    pub inlines: Range<u32>,
}

impl Unit {
    /// Creates a paragraph of a text.
    pub fn of_text(span: Range<usize>, intact: bool, removable: bool) -> Self {
        Self { span: Some(span), intact, removable, container: NO_CONTAINER, ..Self::default() }
    }

    /// Returns the unit's text; invalid bytes become U+FFFD. `document` must be the one it was split from.
    pub fn text<'a>(&'a self, document: &'a Document) -> Cow<'a, str> {
        match &self.rendered {
            Some(text) => Cow::Borrowed(text),
            None => document.decoded(self.range()),
        }
    }

    /// Returns the text of a block; empty for a paragraph of text.
    pub fn rendered(&self) -> &str {
        self.rendered.as_deref().unwrap_or_default()
    }

    /// Length of the text in bytes.
    pub fn bytes(&self) -> usize {
        self.rendered.as_ref().map_or_else(|| self.range().len(), String::len)
    }

    /// Returns the byte range in the document; empty if it is unknown.
    pub fn range(&self) -> Range<usize> {
        self.span.clone().unwrap_or_default()
    }
}

/// Maximum number of inline elements stored per block.
pub const MAX_INLINES: u32 = 8;

/// Index that stands for no container.
pub const NO_CONTAINER: u32 = u32::MAX;

/// A range of stored names, read by [`Units::name`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    start: u32,
    end: u32,
}

/// The names of an element.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Named {
    /// Tag.
    pub tag: Span,
    /// Classes.
    pub class: Span,
    /// Id.
    pub id: Span,
    /// Role, or else its schema.org property or type.
    pub role: Span,
}

/// An element that holds units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Container {
    /// Index of the container around it, or [`NO_CONTAINER`].
    pub parent: u32,
    /// Number of containers above it.
    pub depth: u32,
    /// Names of the element.
    pub named: Named,
    /// First unit below it. The units below it are adjacent.
    pub first: u32,
    /// One past the last unit below it.
    pub end: u32,
}

/// The units of a document, in order, and the elements around them.
#[derive(Debug, Clone, Default)]
pub struct Units {
    /// The units.
    pub all: Vec<Unit>,
    /// Elements around units, each after its parent; empty for text.
    pub containers: Vec<Container>,
    /// Inline elements inside units.
    pub inlines: Vec<Named>,
    /// Tags, classes, ids and roles, concatenated.
    names: String,
    /// Whether units were left out because of a limit.
    pub cut: bool,
}

impl Deref for Units {
    type Target = [Unit];

    fn deref(&self) -> &[Unit] {
        &self.all
    }
}

impl From<Vec<Unit>> for Units {
    fn from(all: Vec<Unit>) -> Self {
        Self { all, ..Self::default() }
    }
}

impl Units {
    /// Returns the text of a range of names.
    pub fn name(&self, span: Span) -> &str {
        &self.names[span.start as usize..span.end as usize]
    }

    /// Inline elements of a unit.
    pub fn inlines_of(&self, unit: &Unit) -> &[Named] {
        &self.inlines[unit.inlines.start as usize..unit.inlines.end as usize]
    }

    /// Returns a container and all containers around it, from the inside out.
    pub fn around(&self, container: u32) -> impl Iterator<Item = (u32, &Container)> {
        let at = move |id: u32| self.containers.get(id as usize).map(|it| (id, it));
        std::iter::successors(at(container), move |(_, it)| at(it.parent))
    }

    /// Returns the tags of the innermost four elements from a container on, as in `body/main/ul/li`.
    pub fn path(&self, container: u32) -> String {
        let mut path: Vec<&str> =
            self.around(container).take(4).map(|(_, it)| self.name(it.named.tag)).collect();
        path.reverse();
        path.join("/")
    }

    /// Stores a name, cut to its maximum length, and returns its range.
    #[cfg(feature = "html")]
    pub(super) fn intern(&mut self, name: &str) -> Span {
        let start = self.names.len() as u32;
        // Longer names are data.
        let mut end = name.len().min(MAX_NAME);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        self.names.push_str(&name[..end]);
        Span { start, end: self.names.len() as u32 }
    }
}

/// Maximum length of a class, id or role attribute, in bytes.
#[cfg(feature = "html")]
const MAX_NAME: usize = 512;
