//! The head, and templates (HTML, 13.2.6.4.4 and 18).

use super::stack::Open;
use super::{Builder, Mode, Step};
use crate::read::html::attribute::Attr;
use crate::read::html::name::{Name, Space, set};
use crate::read::html::tokens::Tag;

impl Builder<'_> {
    pub(super) fn start_in_head(&mut self, tag: &Tag) -> Step {
        match tag.name {
            Name::HTML => self.start_in_body(tag),
            Name::BASE | Name::BASEFONT | Name::BGSOUND | Name::LINK | Name::META => self.add_tag(tag),
            Name::NOFRAMES | Name::SCRIPT | Name::STYLE | Name::TITLE => self.add_with_text(tag),
            Name::NOSCRIPT => {
                self.open_tag(tag);
                self.mode = Mode::InHeadNoscript;
                Step::Done
            }
            Name::TEMPLATE => {
                self.open_template(tag);
                Step::Done
            }
            Name::HEAD => Step::Done,
            _ => {
                self.stack.pop();
                self.again(Mode::AfterHead)
            }
        }
    }

    pub(super) fn end_in_head(&mut self, name: Name) -> Step {
        match name {
            Name::HEAD => {
                self.stack.pop();
                self.mode = Mode::AfterHead;
                Step::Done
            }
            Name::BODY | Name::HTML | Name::BR => {
                self.stack.pop();
                self.again(Mode::AfterHead)
            }
            Name::TEMPLATE => {
                if self.stack.has(Name::TEMPLATE) {
                    self.stack.imply_all();
                    self.close_template();
                }
                Step::Done
            }
            _ => Step::Done,
        }
    }

    /// The contents of a template are no part of the tree, unless it is a shadow root: then they are what the element
    /// around it shows.
    fn open_template(&mut self, tag: &Tag) {
        self.formatting.mark();
        self.frameset_ok = false;
        self.mode = Mode::InTemplate;
        self.template_modes.push(Mode::InTemplate);
        let mode = self.attribute(tag, Attr::ShadowRootMode);
        let is_root = mode.is_some_and(|it| ["open", "closed"].iter().any(|m| m.eq_ignore_ascii_case(it)));
        let contents = match self.stack.last().copied().filter(|_| is_root && self.stack.len() > 1) {
            Some(host) => {
                let root = self.tree.element(Space::Html, tag.name, &tag.attributes);
                self.tree.append(host.id, root);
                root
            }
            None => {
                self.add(Space::Html, tag.name, &tag.attributes);
                self.tree.other()
            }
        };
        self.stack.push(Open::new(contents, Space::Html, tag.name));
    }

    pub(super) fn close_template(&mut self) {
        self.stack.pop_until(Name::TEMPLATE);
        self.formatting.clear_to_marker();
        self.template_modes.pop();
        self.reset_mode();
    }

    pub(super) fn start_in_template(&mut self, tag: &Tag) -> Step {
        let mode = match tag.name {
            name if name.is_in(set::HEAD_CONTENT) => return self.start_in_head(tag),
            Name::CAPTION | Name::COLGROUP | Name::TBODY | Name::TFOOT | Name::THEAD => Mode::InTable,
            Name::COL => Mode::InColumnGroup,
            Name::TR => Mode::InTableBody,
            Name::TD | Name::TH => Mode::InRow,
            _ => Mode::InBody,
        };
        self.template_modes.pop();
        self.template_modes.push(mode);
        self.again(mode)
    }

    pub(super) fn end_in_template(&mut self, name: Name) -> Step {
        if name == Name::TEMPLATE { self.end_in_head(name) } else { Step::Done }
    }
}
