//! Drawings and formulas (HTML, 13.2.6.5).

use super::stack::Open;
use super::{Builder, Step};
use crate::read::html::attribute::Attr;
use crate::read::html::name::{Name, Space};
use crate::read::html::tokens::Tag;

impl Builder<'_> {
    /// Whether HTML may stand in the innermost element, which is none of HTML.
    pub(super) fn is_integration_point(&self) -> bool {
        self.stack.last().is_some_and(|it| it.integrates)
    }

    /// Whether a start tag inside an element that is none of HTML is none of HTML either.
    pub(super) fn is_foreign_start(&self, tag: &Tag) -> bool {
        let Some(open) = self.stack.last() else { return false };
        if open.integrates {
            return open.space == Space::Math
                && open.name != Name::ANNOTATION_XML
                && matches!(tag.name, Name::MGLYPH | Name::MALIGNMARK);
        }
        !(open.space == Space::Math && open.name == Name::ANNOTATION_XML && tag.name == Name::SVG)
    }

    pub(super) fn open_foreign(&mut self, tag: &Tag, space: Space) {
        let id = self.add(space, tag.name, &tag.attributes);
        if tag.self_closing {
            return;
        }
        let mut open = Open::new(id, space, tag.name);
        if space == Space::Math && tag.name == Name::ANNOTATION_XML {
            let encoding = self.tree.attribute(id, Attr::Encoding).unwrap_or_default();
            let html = ["text/html", "application/xhtml+xml"];
            open.integrates = html.iter().any(|it| it.eq_ignore_ascii_case(encoding));
        }
        self.stack.push(open);
    }

    pub(super) fn start_foreign(&mut self, tag: &Tag) -> Step {
        let is_of_html = match tag.name {
            Name::FONT => self.attribute(tag, Attr::Font).is_some(),
            name => breaks_out(name),
        };
        if is_of_html {
            return self.break_out(|it| it.start_in(it.mode, tag));
        }
        let space = self.stack.last().map_or(Space::Html, |it| it.space);
        self.open_foreign(tag, space);
        Step::Done
    }

    /// Closes what is open of a drawing or formula.
    fn break_out(&mut self, then: impl FnOnce(&mut Self) -> Step) -> Step {
        while self.stack.last().is_some_and(|it| it.space != Space::Html && !it.integrates)
            && self.stack.pop().is_some()
        {}
        then(self)
    }

    pub(super) fn end_foreign(&mut self, name: Name) -> Step {
        if matches!(name, Name::BR | Name::P) {
            return self.break_out(|it| it.end_in(it.mode, name));
        }
        for at in (1..self.stack.len()).rev() {
            let open = self.stack.at(at);
            if open.space == Space::Html {
                return self.end_in(self.mode, name);
            }
            if open.name == name {
                self.stack.truncate(at);
                return Step::Done;
            }
        }
        Step::Done
    }
}

/// Whether a tag is one of HTML wherever it stands.
fn breaks_out(name: Name) -> bool {
    matches!(
        name,
        Name::B
            | Name::BIG
            | Name::BLOCKQUOTE
            | Name::BODY
            | Name::BR
            | Name::CENTER
            | Name::CODE
            | Name::DD
            | Name::DIV
            | Name::DL
            | Name::DT
            | Name::EM
            | Name::EMBED
            | Name::H1
            | Name::H2
            | Name::H3
            | Name::H4
            | Name::H5
            | Name::H6
            | Name::HEAD
            | Name::HR
            | Name::I
            | Name::IMG
            | Name::LI
            | Name::LISTING
            | Name::MENU
            | Name::META
            | Name::NOBR
            | Name::OL
            | Name::P
            | Name::PRE
            | Name::RUBY
            | Name::S
            | Name::SMALL
            | Name::SPAN
            | Name::STRONG
            | Name::STRIKE
            | Name::SUB
            | Name::SUP
            | Name::TABLE
            | Name::TT
            | Name::U
            | Name::UL
            | Name::VAR
    )
}
