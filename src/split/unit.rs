//! The unit that is judged, of a text as of a page: a line of text is a block without markup.

use std::borrow::Cow;
use std::ops::{Deref, Range};

use crate::document::Document;

/// What a unit is for the reader.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
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

/// Where in a page a text was found.
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

/// A paragraph of a text, or a block of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unit {
    /// Its bytes in the document, without the separator that follows. Of a text every unit has some: spans
    /// ascend, never overlap, are never empty, and begin and end at character boundaries. Of a page they run
    /// from the first sign to the last and are known where that was asked for ([`Spans`](super::html::Spans)),
    /// the page is UTF-8, and the block is no data that a script would draw; text that a page moves when it is
    /// drawn may lie inside another block's span.
    pub span: Option<Range<usize>>,
    /// The text that is judged, where it is not the bytes themselves: white space collapsed except in `pre`, a
    /// line feed for every `br`.
    pub(crate) rendered: Option<String>,
    /// Whether its bytes were valid in the document's encoding and free of NUL.
    pub intact: bool,
    /// What it is for the reader.
    pub role: Role,
    /// Where it was found.
    pub origin: Origin,
    /// The innermost element that holds it, in [`Units::containers`]; [`NO_CONTAINER`] for text.
    pub container: u32,
    /// Characters of a block's text other than white space; 0 for text without markup, as all that follows.
    pub chars: u32,
    /// How many of them stand inside links.
    pub link_chars: u32,
    /// How many of them are bold or emphasised.
    pub strong_chars: u32,
    /// Number of links.
    pub links: u32,
    /// Number of images.
    pub images: u32,
    /// Inline elements inside, in [`Units::inlines`]: at most [`MAX_INLINES`].
    pub inlines: Range<u32>,
}

impl Unit {
    /// A paragraph of a text.
    pub fn of_text(span: Range<usize>, intact: bool) -> Self {
        Self { span: Some(span), intact, container: NO_CONTAINER, ..Self::default() }
    }

    /// Its text; bytes that are not valid become U+FFFD. `document` is the one that it was split from.
    pub fn text<'a>(&'a self, document: &'a Document) -> Cow<'a, str> {
        match &self.rendered {
            Some(text) => Cow::Borrowed(text),
            None => document.decoded(self.range()),
        }
    }

    /// The text of a block; nothing of a paragraph of text, whose text is its bytes.
    pub fn rendered(&self) -> &str {
        self.rendered.as_deref().unwrap_or_default()
    }

    /// Bytes of its text.
    pub fn bytes(&self) -> usize {
        self.rendered.as_ref().map_or_else(|| self.range().len(), String::len)
    }

    /// Its bytes in the document; none where they are not known.
    pub fn range(&self) -> Range<usize> {
        self.span.clone().unwrap_or_default()
    }
}

/// Inline elements that a block remembers, at the most.
pub const MAX_INLINES: u32 = 8;

/// No container.
pub const NO_CONTAINER: u32 = u32::MAX;

/// A stretch of [`Units::name`]s.
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

/// An element that holds units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Container {
    /// The container around it, or [`NO_CONTAINER`].
    pub parent: u32,
    /// Containers above it.
    pub depth: u32,
    /// What it is called.
    pub named: Named,
    /// Units below it: they stand in one row.
    pub first: u32,
    /// One past the last of them.
    pub end: u32,
}

/// The units of a document in their order, and the elements around them.
#[derive(Debug, Clone, Default)]
pub struct Units {
    /// The units.
    pub all: Vec<Unit>,
    /// Elements around them, each behind the one that holds it; none around text.
    pub containers: Vec<Container>,
    /// Inline elements inside units.
    pub inlines: Vec<Named>,
    /// Names of elements, classes, ids, roles.
    names: String,
    /// Whether units were left out for a limit.
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
    /// The text of a span.
    pub fn name(&self, span: Span) -> &str {
        &self.names[span.start as usize..span.end as usize]
    }

    /// Inline elements inside a unit.
    pub fn inlines_of(&self, unit: &Unit) -> &[Named] {
        &self.inlines[unit.inlines.start as usize..unit.inlines.end as usize]
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

    /// Keeps a name, cut to what is read of one, and says where it stands.
    #[cfg(feature = "html")]
    pub(super) fn intern(&mut self, name: &str) -> Span {
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
#[cfg(feature = "html")]
const MAX_NAME: usize = 512;
