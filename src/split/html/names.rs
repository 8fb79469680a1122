//! Which elements separate blocks, and which are skipped (HTML standard, 15.3: the default style sheet).

use crate::read::html::{Name, Tree};

/// Effect of an element on the text around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Display {
    /// The element separates blocks.
    Block,
    /// Its text belongs to the surrounding block.
    Inline,
    /// A line break.
    Break,
    /// An image.
    Image,
    /// The element is skipped: it contains no text to read.
    Unread,
    /// A shadow root: its children are those of the element around it. Other templates have none in the tree.
    Root,
}

pub(super) fn display(tree: &Tree<'_>, name: Name) -> Display {
    match name {
        Name::BR => Display::Break,
        Name::IMG => Display::Image,
        Name::TEMPLATE => Display::Root,
        Name::SCRIPT
        | Name::STYLE
        | Name::HEAD
        | Name::TITLE
        | Name::META
        | Name::LINK
        | Name::IFRAME
        | Name::OBJECT
        | Name::EMBED
        | Name::VIDEO
        | Name::AUDIO
        | Name::CANVAS
        | Name::SELECT
        | Name::DATALIST
        | Name::INPUT
        | Name::TEXTAREA
        | Name::PROGRESS
        | Name::METER
        | Name::NOFRAMES
        | Name::NOEMBED => Display::Unread,
        Name::HTML
        | Name::BODY
        | Name::ADDRESS
        | Name::ARTICLE
        | Name::ASIDE
        | Name::BLOCKQUOTE
        | Name::BUTTON
        | Name::CAPTION
        | Name::CENTER
        | Name::DD
        | Name::DETAILS
        | Name::DIALOG
        | Name::DIR
        | Name::DIV
        | Name::DL
        | Name::DT
        | Name::FIELDSET
        | Name::FIGCAPTION
        | Name::FIGURE
        | Name::FOOTER
        | Name::FORM
        | Name::H1
        | Name::H2
        | Name::H3
        | Name::H4
        | Name::H5
        | Name::H6
        | Name::HEADER
        | Name::HGROUP
        | Name::HR
        | Name::LEGEND
        | Name::LI
        | Name::LISTING
        | Name::MAIN
        | Name::MENU
        | Name::NAV
        | Name::NOSCRIPT
        | Name::OL
        | Name::P
        | Name::PLAINTEXT
        | Name::PRE
        | Name::SEARCH
        | Name::SECTION
        | Name::SUMMARY
        | Name::TABLE
        | Name::TBODY
        | Name::TD
        | Name::TFOOT
        | Name::TH
        | Name::THEAD
        | Name::TR
        | Name::UL
        | Name::XMP => Display::Block,
        // Custom elements hold parts of the page.
        _ if tree.spelled(name).contains('-') => Display::Block,
        _ => Display::Inline,
    }
}
