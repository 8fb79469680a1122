//! Start tags and text in the body (HTML, 13.2.6.4.7).

use super::{Builder, Mode, Step};
use crate::read::html::name::{Name, Space, set};
use crate::read::html::stretch::Piece;
use crate::read::html::tokens::{Content, Tag};

impl Builder<'_> {
    pub(super) fn text_in_body(&mut self, piece: &Piece) {
        self.reconstruct();
        if self.frameset_ok {
            self.frameset_ok = self.is_space(piece);
        }
        self.put_text(piece);
    }

    pub(super) fn start_in_body(&mut self, tag: &Tag) -> Step {
        match tag.name {
            name if name == Name::P || name.is_in(set::BLOCK) => {
                self.stack.close_p_in_scope();
                self.open_tag(tag);
                Step::Done
            }
            Name::LI | Name::DD | Name::DT => self.start_item(tag),
            Name::A => {
                if let Some(open) = self.formatting.last(Name::A) {
                    self.adopt(Name::A);
                    self.formatting.remove(open);
                    if let Some(at) = self.stack.position(open) {
                        self.stack.remove(at);
                    }
                }
                self.reconstruct();
                self.open_formatting(tag);
                Step::Done
            }
            Name::NOBR => {
                self.reconstruct();
                if self.stack.has_in_scope(Name::NOBR) {
                    self.adopt(Name::NOBR);
                    self.reconstruct();
                }
                self.open_formatting(tag);
                Step::Done
            }
            name if name.is_in(set::FORMATTING) => {
                self.reconstruct();
                self.open_formatting(tag);
                Step::Done
            }
            Name::AREA | Name::BR | Name::EMBED | Name::IMG | Name::KEYGEN | Name::WBR => {
                self.add_void(tag, tag.name)
            }
            Name::IMAGE => self.add_void(tag, Name::IMG),
            name if name.is_in(set::HEADING) => {
                self.stack.close_p_in_scope();
                if self.stack.last().is_some_and(|it| it.is_in(set::HEADING)) {
                    self.stack.pop();
                }
                self.open_tag(tag);
                Step::Done
            }
            name if name.is_in(set::HEAD_CONTENT) => self.start_in_head(tag),
            Name::FRAME | Name::HEAD => Step::Done,
            name if name.is_in(set::TABLE_PART) => Step::Done,
            Name::HTML | Name::BODY | Name::FRAMESET => self.start_page(tag),
            _ => self.start_rarer(tag),
        }
    }

    /// Tags of which a page should have one.
    fn start_page(&mut self, tag: &Tag) -> Step {
        let has_body = self.stack.len() > 1 && self.stack.at(1).is(Name::BODY);
        let in_template = self.stack.has(Name::TEMPLATE);
        match tag.name {
            Name::HTML if !in_template => self.add_attributes(0, tag),
            Name::BODY if has_body && !in_template => {
                self.frameset_ok = false;
                self.add_attributes(1, tag);
            }
            Name::FRAMESET if has_body && self.frameset_ok => {
                let body = self.stack.at(1).id;
                self.tree.detach(body);
                self.stack.truncate(1);
                self.open_tag(tag);
                self.mode = Mode::InFrameset;
            }
            _ => {}
        }
        Step::Done
    }

    fn add_void(&mut self, tag: &Tag, name: Name) -> Step {
        self.reconstruct();
        self.add(Space::Html, name, &tag.attributes);
        self.frameset_ok = false;
        Step::Done
    }

    /// An item of a list ends the one before.
    fn start_item(&mut self, tag: &Tag) -> Step {
        self.frameset_ok = false;
        let is_list = tag.name == Name::LI;
        let mut open = self.stack.iter().rev();
        let last = open.find_map(|open| {
            let closes = if is_list { open.is(Name::LI) } else { open.is(Name::DD) || open.is(Name::DT) };
            let is_boundary = open.is_in(set::SPECIAL) && !open.is_in(set::PASSED_BY_ITEMS);
            (closes || is_boundary).then(|| closes.then_some(open.name))
        });
        if let Some(name) = last.flatten() {
            self.stack.close(name);
        }
        self.stack.close_p_in_scope();
        self.open_tag(tag);
        Step::Done
    }

    fn start_rarer(&mut self, tag: &Tag) -> Step {
        match tag.name {
            Name::PRE | Name::LISTING => {
                self.stack.close_p_in_scope();
                self.open_tag(tag);
                self.skips_line_feed = true;
                self.frameset_ok = false;
            }
            Name::FORM => {
                let in_template = self.stack.has(Name::TEMPLATE);
                if self.form.is_none() || in_template {
                    self.stack.close_p_in_scope();
                    let form = self.open_tag(tag);
                    if !in_template {
                        self.form = Some(form);
                    }
                }
            }
            Name::PLAINTEXT => {
                self.stack.close_p_in_scope();
                let id = self.open_tag(tag);
                return Step::Content(Content::Plaintext, id);
            }
            Name::BUTTON => {
                if self.stack.has_in_scope(Name::BUTTON) {
                    self.stack.close(Name::BUTTON);
                }
                self.reconstruct();
                self.open_tag(tag);
                self.frameset_ok = false;
            }
            Name::APPLET | Name::MARQUEE | Name::OBJECT => {
                self.reconstruct();
                self.open_tag(tag);
                self.formatting.mark();
                self.frameset_ok = false;
            }
            Name::TABLE => {
                if !self.is_quirky {
                    self.stack.close_p_in_scope();
                }
                self.open_tag(tag);
                self.frameset_ok = false;
                self.mode = Mode::InTable;
            }
            Name::INPUT => {
                if self.stack.has_in_scope(Name::SELECT) {
                    self.stack.pop_until(Name::SELECT);
                }
                self.reconstruct();
                self.add_tag(tag);
                self.frameset_ok &= self.is_hidden_input(tag);
            }
            Name::PARAM | Name::SOURCE | Name::TRACK => return self.add_tag(tag),
            Name::HR => {
                self.stack.close_p_in_scope();
                if self.stack.has_in_scope(Name::SELECT) {
                    self.stack.imply(None);
                }
                self.add_tag(tag);
                self.frameset_ok = false;
            }
            Name::TEXTAREA => {
                self.skips_line_feed = true;
                self.frameset_ok = false;
                return self.add_with_text(tag);
            }
            Name::XMP => {
                self.stack.close_p_in_scope();
                self.reconstruct();
                self.frameset_ok = false;
                return self.add_with_text(tag);
            }
            Name::IFRAME => {
                self.frameset_ok = false;
                return self.add_with_text(tag);
            }
            Name::NOEMBED => return self.add_with_text(tag),
            Name::SELECT | Name::OPTION | Name::OPTGROUP => self.start_choice(tag),
            Name::RB | Name::RTC | Name::RP | Name::RT => {
                if self.stack.has_in_scope(Name::RUBY) {
                    let is_inner = matches!(tag.name, Name::RP | Name::RT);
                    self.stack.imply(is_inner.then_some(Name::RTC));
                }
                self.open_tag(tag);
            }
            Name::MATH | Name::SVG => {
                self.reconstruct();
                let space = if tag.name == Name::MATH { Space::Math } else { Space::Svg };
                self.open_foreign(tag, space);
            }
            _ => {
                self.reconstruct();
                self.open_tag(tag);
            }
        }
        Step::Done
    }

    /// Lists to choose from.
    fn start_choice(&mut self, tag: &Tag) {
        let in_select = self.stack.has_in_scope(Name::SELECT);
        if tag.name == Name::SELECT {
            if in_select {
                self.stack.pop_until(Name::SELECT);
                return;
            }
            self.frameset_ok = false;
        } else if in_select {
            self.stack.imply((tag.name == Name::OPTION).then_some(Name::OPTGROUP));
        } else if self.stack.last_is(Name::OPTION) {
            self.stack.pop();
        }
        self.reconstruct();
        self.open_tag(tag);
    }
}
