//! Attributes: which are kept of a page, and how they are read.

use super::name::Name;
use super::stretch::Stretch;

/// Maximum number of attributes of a tag; further ones are left out.
pub const MAX_ATTRIBUTES: usize = 1024;

/// Length in bytes from which any attribute is kept: it may hold data of the page.
pub const MIN_DATA: usize = 256;

/// The attributes that something here asks for, the only ones that are kept beside those of [`MIN_DATA`] bytes and
/// more. Most tags have none, or only a class, so leaving out the rest saves most of the work.
#[allow(missing_docs, reason = "each is the name of an attribute")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attr {
    Class,
    Id,
    Role,
    Itemprop,
    Itemtype,
    Hidden,
    Style,
    Content,
    Encoding,
    Href,
    HttpEquiv,
    Lang,
    Name,
    Property,
    Rel,
    ShadowRootMode,
    Type,
    /// What makes `font` one of HTML inside of a drawing: `color`, `face` or `size`.
    Font,
}

/// An attribute in its tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attribute {
    /// Which it is, if it is one of those.
    pub(super) known: Option<Attr>,
    pub(super) name: Stretch,
    pub(super) value: Stretch,
}

impl Attr {
    /// The attribute of a tag that is kept whatever its length.
    pub(super) fn of(tag: Name, letters: &[u8]) -> Option<Self> {
        let is = |name: &str| letters.eq_ignore_ascii_case(name.as_bytes());
        let (name, attr) = match (letters.len(), letters.first()? | 0x20) {
            (2, b'i') => ("id", Self::Id),
            (3, b'r') if tag == Name::LINK => ("rel", Self::Rel),
            (4, b'r') => ("role", Self::Role),
            (4, b'n') if tag == Name::META => ("name", Self::Name),
            (4, b'l') if tag == Name::HTML => ("lang", Self::Lang),
            (4, b'h') if tag == Name::LINK => ("href", Self::Href),
            (4, b't') if tag == Name::SCRIPT || tag == Name::INPUT => ("type", Self::Type),
            (4, b'f') if tag == Name::FONT => ("face", Self::Font),
            (4, b's') if tag == Name::FONT => ("size", Self::Font),
            (5, b'c') if is("class") => ("class", Self::Class),
            (5, b'c') if tag == Name::FONT => ("color", Self::Font),
            (5, b's') => ("style", Self::Style),
            (6, b'h') => ("hidden", Self::Hidden),
            (7, b'c') if tag == Name::META => ("content", Self::Content),
            (8, b'i') if is("itemprop") => ("itemprop", Self::Itemprop),
            (8, b'i') => ("itemtype", Self::Itemtype),
            (8, b'p') if tag == Name::META => ("property", Self::Property),
            (8, b'e') if tag == Name::ANNOTATION_XML => ("encoding", Self::Encoding),
            (10, b'h') if tag == Name::META => ("http-equiv", Self::HttpEquiv),
            // An earlier draft called it so.
            (10, b's') if tag == Name::TEMPLATE => ("shadowroot", Self::ShadowRootMode),
            (14, b's') if tag == Name::TEMPLATE => ("shadowrootmode", Self::ShadowRootMode),
            _ => return None,
        };
        is(name).then_some(attr)
    }
}
