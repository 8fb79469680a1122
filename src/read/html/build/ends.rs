//! End tags in the body (HTML, 13.2.6.4.7).

use super::{Builder, Mode, Step};
use crate::read::html::name::{Name, Space, set};

impl Builder<'_> {
    pub(super) fn end_in_body(&mut self, name: Name) -> Step {
        match name {
            _ if name.is_in(set::BLOCK) => self.end_block(name),
            Name::BUTTON | Name::LISTING | Name::PRE | Name::SELECT => self.end_block(name),
            Name::P => {
                if !self.stack.has_in(set::BUTTON_SCOPE, Name::P) {
                    self.open(Name::P, &(0..0));
                }
                self.stack.close(Name::P);
                Step::Done
            }
            Name::LI | Name::DD | Name::DT => {
                let boundary = if name == Name::LI { set::LIST_SCOPE } else { set::SCOPE };
                if self.stack.has_in(boundary, name) {
                    self.stack.close(name);
                }
                Step::Done
            }
            _ if name.is_in(set::HEADING) => {
                if self.stack.finds_in(set::SCOPE, |open| open.is_in(set::HEADING)) {
                    self.stack.imply(None);
                    self.stack.pop_until_any(|open| open.is_in(set::HEADING));
                }
                Step::Done
            }
            _ if name.is_in(set::FORMATTING) => self.adopt(name),
            Name::FORM => {
                self.end_form();
                Step::Done
            }
            Name::APPLET | Name::MARQUEE | Name::OBJECT => {
                if self.stack.has_in_scope(name) {
                    self.stack.close(name);
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

    fn end_block(&mut self, name: Name) -> Step {
        if self.stack.last_is(name) {
            self.stack.pop();
        } else if self.stack.has_in_scope(name) {
            self.stack.close(name);
        }
        Step::Done
    }

    fn end_form(&mut self) {
        if self.stack.has(Name::TEMPLATE) {
            if self.stack.has_in_scope(Name::FORM) {
                self.stack.close(Name::FORM);
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
