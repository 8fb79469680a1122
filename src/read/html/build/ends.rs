//! End tags in the body (HTML, 13.2.6.4.7).

use super::{Builder, Mode, Step};
use crate::read::html::name::{Name, Space, set};

impl Builder<'_> {
    pub(super) fn end_in_body(&mut self, name: Name) -> Step {
        match name {
            Name::ADDRESS
            | Name::ARTICLE
            | Name::ASIDE
            | Name::BLOCKQUOTE
            | Name::BUTTON
            | Name::CENTER
            | Name::DETAILS
            | Name::DIALOG
            | Name::DIR
            | Name::DIV
            | Name::DL
            | Name::FIELDSET
            | Name::FIGCAPTION
            | Name::FIGURE
            | Name::FOOTER
            | Name::HEADER
            | Name::HGROUP
            | Name::LISTING
            | Name::MAIN
            | Name::MENU
            | Name::NAV
            | Name::OL
            | Name::PRE
            | Name::SEARCH
            | Name::SECTION
            | Name::SELECT
            | Name::SUMMARY
            | Name::UL => {
                if self.stack.last_is(name) {
                    self.stack.pop();
                } else if self.stack.has_in_scope(name) {
                    self.stack.imply(None);
                    self.stack.pop_until(name);
                }
                Step::Done
            }
            Name::P => {
                if !self.stack.has_in(set::BUTTON_SCOPE, Name::P) {
                    self.open(Name::P, &(0..0));
                }
                self.stack.close_p();
                Step::Done
            }
            Name::LI | Name::DD | Name::DT => {
                let boundary = if name == Name::LI { set::LIST_SCOPE } else { set::SCOPE };
                if self.stack.has_in(boundary, name) {
                    self.stack.imply(Some(name));
                    self.stack.pop_until(name);
                }
                Step::Done
            }
            Name::H1 | Name::H2 | Name::H3 | Name::H4 | Name::H5 | Name::H6 => {
                if self.stack.finds_in(set::SCOPE, |open| open.is_in(set::HEADING)) {
                    self.stack.imply(None);
                    self.stack.pop_until_any(|open| open.is_in(set::HEADING));
                }
                Step::Done
            }
            Name::A
            | Name::B
            | Name::BIG
            | Name::CODE
            | Name::EM
            | Name::FONT
            | Name::I
            | Name::NOBR
            | Name::S
            | Name::SMALL
            | Name::STRIKE
            | Name::STRONG
            | Name::TT
            | Name::U => self.adopt(name),
            Name::FORM => {
                self.end_form();
                Step::Done
            }
            Name::APPLET | Name::MARQUEE | Name::OBJECT => {
                if self.stack.has_in_scope(name) {
                    self.stack.imply(None);
                    self.stack.pop_until(name);
                    self.formatting.clear_to_marker();
                }
                Step::Done
            }
            Name::BR => {
                self.reconstruct();
                self.add(Space::Html, Name::BR, &(0..0));
                self.frameset_ok = false;
                Step::Done
            }
            Name::BODY | Name::HTML => {
                if !self.stack.has_in_scope(Name::BODY) {
                    return Step::Done;
                }
                self.mode = Mode::AfterBody;
                if name == Name::HTML { Step::Again } else { Step::Done }
            }
            Name::TEMPLATE => self.end_in_head(name),
            _ => self.end_any(name),
        }
    }

    fn end_form(&mut self) {
        if self.stack.has(Name::TEMPLATE) {
            if self.stack.has_in_scope(Name::FORM) {
                self.stack.imply(None);
                self.stack.pop_until(Name::FORM);
            }
            return;
        }
        let Some(form) = self.form.take() else { return };
        if !self.stack.finds_in(set::SCOPE, |open| open.id == form) {
            return;
        }
        self.stack.imply(None);
        if let Some(at) = self.stack.position(form) {
            self.stack.remove(at);
        }
    }

    /// Any other end tag.
    pub(super) fn end_any(&mut self, name: Name) -> Step {
        let found = self.stack.iter().enumerate().rev().find_map(|(at, open)| {
            let found = open.is(name);
            (found || open.is_in(set::SPECIAL)).then_some((at, found))
        });
        if let Some((at, true)) = found {
            self.stack.truncate(at);
        }
        Step::Done
    }
}
