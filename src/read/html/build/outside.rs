//! What stands outside of head and body, and framesets (HTML, 13.2.6.4.1 to 3, 6, and 19 to 23).

use super::{Builder, Mode, Step};
use crate::read::html::attribute::MAX_ATTRIBUTES;
use crate::read::html::name::{Name, set};
use crate::read::html::stretch::Piece;
use crate::read::html::tokens::Tag;
use crate::read::html::tree::NONE;

impl Builder<'_> {
    /// A doctype. Without one, or with an old one, a table may stand inside a paragraph.
    pub(in crate::read::html) fn set_quirky(&mut self, is_quirky: bool) {
        if self.mode == Mode::Initial {
            self.is_quirky = is_quirky;
            self.mode = Mode::BeforeHtml;
        }
    }

    /// Text where only white space may stand. Returns what is left to another mode.
    pub(super) fn text_outside(&mut self, piece: &Piece) -> Option<Piece> {
        let text = self.tree.stretch(piece.text).as_bytes();
        let is_space = text[0].is_ascii_whitespace();
        let length = text.iter().position(|byte| byte.is_ascii_whitespace() != is_space);
        let length = length.unwrap_or(text.len()) as u32;
        let (mut run, mut rest) = (*piece, *piece);
        run.text.length = length;
        rest.text.start += length;
        rest.text.length -= length;
        if rest.to - rest.from == piece.text.length {
            rest.from += length;
            run.to = rest.from;
        }
        if is_space {
            match self.mode {
                Mode::InHead
                | Mode::InHeadNoscript
                | Mode::AfterHead
                | Mode::InColumnGroup
                | Mode::InFrameset
                | Mode::AfterFrameset => self.put_text(&run),
                Mode::AfterBody | Mode::AfterAfterBody | Mode::AfterAfterFrameset => self.text_in_body(&run),
                _ => {}
            }
            return Some(rest);
        }
        match self.mode {
            Mode::InFrameset | Mode::AfterFrameset | Mode::AfterAfterFrameset => return Some(rest),
            Mode::InColumnGroup => {
                if !self.stack.last_is(Name::COLGROUP) {
                    return Some(rest);
                }
                self.stack.pop();
                self.mode = Mode::InTable;
            }
            Mode::AfterBody | Mode::AfterAfterBody => self.mode = Mode::InBody,
            _ => self.skip_to_body(),
        }
        Some(*piece)
    }

    /// Acts as if tags of `html`, `head` and `body` stood here, as far as they are missing.
    fn skip_to_body(&mut self) {
        if self.mode == Mode::Initial {
            self.is_quirky = true;
        }
        if matches!(self.mode, Mode::Initial | Mode::BeforeHtml) {
            self.root(&(0..0));
            self.mode = Mode::BeforeHead;
        }
        if self.mode == Mode::BeforeHead {
            self.head = Some(self.open(Name::HEAD, &(0..0)));
            self.mode = Mode::InHead;
        }
        self.leave_head();
        if self.mode == Mode::AfterHead {
            self.open(Name::BODY, &(0..0));
            self.mode = Mode::InBody;
        }
    }

    /// Closes the head, and `noscript` in it.
    pub(super) fn leave_head(&mut self) {
        if self.mode == Mode::InHeadNoscript {
            self.stack.pop();
            self.mode = Mode::InHead;
        }
        if self.mode == Mode::InHead {
            self.stack.pop();
            self.mode = Mode::AfterHead;
        }
    }

    pub(super) fn start_outside(&mut self, mode: Mode, tag: &Tag) -> Step {
        match (mode, tag.name) {
            (Mode::Initial, _) => {
                self.is_quirky = true;
                self.again(Mode::BeforeHtml)
            }
            (Mode::BeforeHtml, Name::HTML) => {
                self.root(&tag.attributes);
                self.mode = Mode::BeforeHead;
                Step::Done
            }
            (Mode::BeforeHtml, _) => {
                self.root(&(0..0));
                self.again(Mode::BeforeHead)
            }
            (_, Name::HTML) => self.start_in_body(tag),
            (Mode::BeforeHead, Name::HEAD) => {
                self.head = Some(self.open_tag(tag));
                self.mode = Mode::InHead;
                Step::Done
            }
            (Mode::BeforeHead, _) => {
                self.head = Some(self.open(Name::HEAD, &(0..0)));
                self.again(Mode::InHead)
            }
            (Mode::InHeadNoscript, name) => match name {
                Name::BASEFONT | Name::BGSOUND | Name::LINK | Name::META | Name::NOFRAMES | Name::STYLE => {
                    self.start_in_head(tag)
                }
                Name::HEAD | Name::NOSCRIPT => Step::Done,
                _ => {
                    self.stack.pop();
                    self.again(Mode::InHead)
                }
            },
            (Mode::AfterHead, _) => self.start_after_head(tag),
            (Mode::AfterBody | Mode::AfterAfterBody, _) => self.again(Mode::InBody),
            (_, Name::NOFRAMES) => self.start_in_head(tag),
            (Mode::InFrameset, Name::FRAMESET) => {
                self.open_tag(tag);
                Step::Done
            }
            (Mode::InFrameset, Name::FRAME) => self.add_tag(tag),
            _ => Step::Done,
        }
    }

    fn start_after_head(&mut self, tag: &Tag) -> Step {
        match tag.name {
            Name::BODY => {
                self.open_tag(tag);
                self.frameset_ok = false;
                self.mode = Mode::InBody;
                Step::Done
            }
            Name::FRAMESET => {
                self.open_tag(tag);
                self.mode = Mode::InFrameset;
                Step::Done
            }
            name if name.is_in(set::HEAD_CONTENT) => {
                let Some(head) = self.head.filter(|&head| head != NONE) else { return Step::Done };
                self.stack.push(super::Open::new(head, super::Space::Html, Name::HEAD));
                let step = self.start_in_head(tag);
                if let Some(at) = self.stack.position(head) {
                    self.stack.remove(at);
                }
                step
            }
            Name::HEAD => Step::Done,
            _ => {
                self.open(Name::BODY, &(0..0));
                self.again(Mode::InBody)
            }
        }
    }

    pub(super) fn end_outside(&mut self, mode: Mode, name: Name) -> Step {
        let is_end = matches!(name, Name::BODY | Name::HTML | Name::BR);
        match (mode, name) {
            (Mode::Initial, _) => {
                self.is_quirky = true;
                self.again(Mode::BeforeHtml)
            }
            (Mode::BeforeHtml, _) if is_end || name == Name::HEAD => {
                self.root(&(0..0));
                self.again(Mode::BeforeHead)
            }
            (Mode::BeforeHead, _) if is_end || name == Name::HEAD => {
                self.head = Some(self.open(Name::HEAD, &(0..0)));
                self.again(Mode::InHead)
            }
            (Mode::InHeadNoscript, Name::NOSCRIPT) => {
                self.stack.pop();
                self.mode = Mode::InHead;
                Step::Done
            }
            (Mode::InHeadNoscript, Name::BR) => {
                self.stack.pop();
                self.again(Mode::InHead)
            }
            (Mode::AfterHead, Name::TEMPLATE) => self.end_in_head(name),
            (Mode::AfterHead, _) if is_end => {
                self.open(Name::BODY, &(0..0));
                self.again(Mode::InBody)
            }
            (Mode::AfterBody, Name::HTML) => {
                // A fragment has no end of its own.
                if self.head != Some(NONE) {
                    self.mode = Mode::AfterAfterBody;
                }
                Step::Done
            }
            (Mode::AfterBody | Mode::AfterAfterBody, _) => self.again(Mode::InBody),
            (Mode::InFrameset, Name::FRAMESET) => {
                self.stack.pop();
                if self.head != Some(NONE) && !self.stack.last_is(Name::FRAMESET) {
                    self.mode = Mode::AfterFrameset;
                }
                Step::Done
            }
            (Mode::AfterFrameset, Name::HTML) => {
                self.mode = Mode::AfterAfterFrameset;
                Step::Done
            }
            _ => Step::Done,
        }
    }

    /// A further tag of `html` or `body` adds to the attributes of the first.
    pub(super) fn add_attributes(&mut self, at: usize, tag: &Tag) {
        let id = self.stack.at(at).id;
        self.tree.add_missing(id, &tag.attributes, MAX_ATTRIBUTES);
    }

    /// At the end of a page it has all of `html`, `head` and `body`.
    pub(super) fn finish_outside(&mut self) {
        // Templates that are still open may stand in the head.
        while self.stack.has(Name::TEMPLATE) {
            let before = self.stack.len();
            self.close_template();
            if self.stack.len() == before {
                break;
            }
        }
        if !matches!(self.mode, Mode::InFrameset | Mode::AfterFrameset | Mode::AfterAfterFrameset) {
            self.skip_to_body();
        }
    }
}
