//! Tables (HTML, 13.2.6.4.9 to 15).

use super::{Builder, Mode, Step};
use crate::read::html::attribute::Attr;
use crate::read::html::name::{Name, set};
use crate::read::html::stretch::Piece;
use crate::read::html::tokens::Tag;

impl Builder<'_> {
    /// Does something with what is not allowed in a table put before it.
    fn foster<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.fosters = true;
        let done = work(self);
        self.fosters = false;
        done
    }

    pub(super) fn text_in_table(&mut self, piece: &Piece) {
        if self.stack.last().is_some_and(|it| it.is_in(set::FOSTERED)) {
            self.pending.push(*piece);
        } else {
            self.foster(|it| it.text_in_body(piece));
        }
    }

    /// Adds the text of a table that was set aside: white space where it stands, else all of it before the table.
    pub(super) fn flush_pending(&mut self) {
        let mut pending = std::mem::take(&mut self.pending);
        let is_space = pending.iter().all(|piece| self.is_space(piece));
        for piece in pending.drain(..) {
            if is_space {
                self.put_text(&piece);
            } else {
                self.foster(|it| it.text_in_body(&piece));
            }
        }
        self.pending = pending;
    }

    pub(super) fn is_hidden_input(&self, tag: &Tag) -> bool {
        self.attribute(tag, Attr::Type).is_some_and(|it| it.eq_ignore_ascii_case("hidden"))
    }

    pub(super) fn start_in_table(&mut self, tag: &Tag) -> Step {
        let mode = match tag.name {
            Name::CAPTION => Mode::InCaption,
            Name::COLGROUP | Name::COL => Mode::InColumnGroup,
            Name::TBODY | Name::TFOOT | Name::THEAD | Name::TD | Name::TH | Name::TR => Mode::InTableBody,
            Name::TABLE => {
                if !self.stack.has_in(set::TABLE_SCOPE, Name::TABLE) {
                    return Step::Done;
                }
                self.stack.pop_until(Name::TABLE);
                self.reset_mode();
                return Step::Again;
            }
            Name::STYLE | Name::SCRIPT | Name::TEMPLATE => return self.start_in_head(tag),
            Name::INPUT if self.is_hidden_input(tag) => return self.add_tag(tag),
            Name::FORM => {
                if self.form.is_none() && !self.stack.has(Name::TEMPLATE) {
                    self.form = Some(self.add(super::Space::Html, tag.name, &tag.attributes));
                }
                return Step::Done;
            }
            _ => return self.foster(|it| it.start_in_body(tag)),
        };
        self.stack.clear_to(set::TABLE_SCOPE);
        let implied = match tag.name {
            Name::COL => Name::COLGROUP,
            Name::TD | Name::TH | Name::TR => Name::TBODY,
            _ => {
                if tag.name == Name::CAPTION {
                    self.formatting.mark();
                }
                self.open_tag(tag);
                self.mode = mode;
                return Step::Done;
            }
        };
        self.open(implied, &(0..0));
        self.again(mode)
    }

    pub(super) fn end_in_table(&mut self, name: Name) -> Step {
        match name {
            Name::TABLE => {
                if self.stack.has_in(set::TABLE_SCOPE, Name::TABLE) {
                    self.stack.pop_until(Name::TABLE);
                    self.reset_mode();
                }
                Step::Done
            }
            Name::BODY | Name::HTML => Step::Done,
            _ if name.is_in(set::TABLE_PART) => Step::Done,
            Name::TEMPLATE => self.end_in_head(name),
            _ => self.foster(|it| it.end_in_body(name)),
        }
    }

    pub(super) fn start_in_caption(&mut self, tag: &Tag) -> Step {
        match tag.name {
            name if name.is_in(set::TABLE_PART) => self.close_caption(true),
            _ => self.start_in_body(tag),
        }
    }

    fn close_caption(&mut self, again: bool) -> Step {
        if !self.stack.has_in(set::TABLE_SCOPE, Name::CAPTION) {
            return Step::Done;
        }
        self.stack.close(Name::CAPTION);
        self.formatting.clear_to_marker();
        self.mode = Mode::InTable;
        if again { Step::Again } else { Step::Done }
    }

    pub(super) fn end_in_caption(&mut self, name: Name) -> Step {
        match name {
            Name::CAPTION | Name::TABLE => self.close_caption(name == Name::TABLE),
            Name::BODY | Name::HTML => Step::Done,
            _ if name.is_in(set::TABLE_PART) => Step::Done,
            _ => self.end_in_body(name),
        }
    }

    pub(super) fn start_in_column_group(&mut self, tag: &Tag) -> Step {
        match tag.name {
            Name::HTML => self.start_in_body(tag),
            Name::COL => self.add_tag(tag),
            Name::TEMPLATE => self.start_in_head(tag),
            _ => self.leave_column_group(),
        }
    }

    fn leave_column_group(&mut self) -> Step {
        if !self.stack.last_is(Name::COLGROUP) {
            return Step::Done;
        }
        self.stack.pop();
        self.again(Mode::InTable)
    }

    pub(super) fn end_in_column_group(&mut self, name: Name) -> Step {
        match name {
            Name::COLGROUP => {
                self.leave_column_group();
                Step::Done
            }
            Name::COL => Step::Done,
            Name::TEMPLATE => self.end_in_head(name),
            _ => self.leave_column_group(),
        }
    }

    pub(super) fn start_in_table_body(&mut self, tag: &Tag) -> Step {
        match tag.name {
            Name::TR => {
                self.stack.clear_to(set::BODY_CONTEXT);
                self.open_tag(tag);
                self.mode = Mode::InRow;
                Step::Done
            }
            Name::TH | Name::TD => {
                self.stack.clear_to(set::BODY_CONTEXT);
                self.open(Name::TR, &(0..0));
                self.again(Mode::InRow)
            }
            Name::CAPTION | Name::COL | Name::COLGROUP | Name::TBODY | Name::TFOOT | Name::THEAD => {
                self.leave_table_body()
            }
            _ => self.start_in_table(tag),
        }
    }

    fn leave_table_body(&mut self) -> Step {
        let is_around = |name| self.stack.has_in(set::TABLE_SCOPE, name);
        if ![Name::TBODY, Name::TFOOT, Name::THEAD, Name::TABLE].into_iter().any(is_around) {
            return Step::Done;
        }
        self.stack.clear_to(set::BODY_CONTEXT);
        self.stack.pop();
        self.again(Mode::InTable)
    }

    pub(super) fn end_in_table_body(&mut self, name: Name) -> Step {
        match name {
            Name::TBODY | Name::TFOOT | Name::THEAD => {
                if self.stack.has_in(set::TABLE_SCOPE, name) {
                    self.stack.clear_to(set::BODY_CONTEXT);
                    self.stack.pop();
                    self.mode = Mode::InTable;
                }
                Step::Done
            }
            Name::TABLE => self.leave_table_body(),
            Name::BODY
            | Name::CAPTION
            | Name::COL
            | Name::COLGROUP
            | Name::HTML
            | Name::TD
            | Name::TH
            | Name::TR => Step::Done,
            _ => self.end_in_table(name),
        }
    }

    pub(super) fn start_in_row(&mut self, tag: &Tag) -> Step {
        match tag.name {
            Name::TH | Name::TD => {
                self.stack.clear_to(set::ROW_CONTEXT);
                self.open_tag(tag);
                self.mode = Mode::InCell;
                self.formatting.mark();
                Step::Done
            }
            Name::CAPTION
            | Name::COL
            | Name::COLGROUP
            | Name::TBODY
            | Name::TFOOT
            | Name::THEAD
            | Name::TR => self.leave_row(true),
            _ => self.start_in_table(tag),
        }
    }

    fn leave_row(&mut self, again: bool) -> Step {
        if !self.stack.has_in(set::TABLE_SCOPE, Name::TR) {
            return Step::Done;
        }
        self.stack.clear_to(set::ROW_CONTEXT);
        self.stack.pop();
        self.mode = Mode::InTableBody;
        if again { Step::Again } else { Step::Done }
    }

    pub(super) fn end_in_row(&mut self, name: Name) -> Step {
        match name {
            Name::TR => self.leave_row(false),
            Name::TABLE => self.leave_row(true),
            Name::TBODY | Name::TFOOT | Name::THEAD => {
                if self.stack.has_in(set::TABLE_SCOPE, name) {
                    self.leave_row(true)
                } else {
                    Step::Done
                }
            }
            Name::BODY | Name::CAPTION | Name::COL | Name::COLGROUP | Name::HTML | Name::TD | Name::TH => {
                Step::Done
            }
            _ => self.end_in_table(name),
        }
    }

    pub(super) fn start_in_cell(&mut self, tag: &Tag) -> Step {
        match tag.name {
            name if name.is_in(set::TABLE_PART) => {
                if !self.stack.finds_in(set::TABLE_SCOPE, |open| open.is_in(set::CELL)) {
                    return Step::Done;
                }
                self.close_cell()
            }
            _ => self.start_in_body(tag),
        }
    }

    fn close_cell(&mut self) -> Step {
        self.stack.imply(None);
        self.stack.pop_until_any(|open| open.is_in(set::CELL));
        self.formatting.clear_to_marker();
        self.again(Mode::InRow)
    }

    pub(super) fn end_in_cell(&mut self, name: Name) -> Step {
        match name {
            Name::TD | Name::TH => {
                if self.stack.has_in(set::TABLE_SCOPE, name) {
                    self.stack.close(name);
                    self.formatting.clear_to_marker();
                    self.mode = Mode::InRow;
                }
                Step::Done
            }
            Name::BODY | Name::CAPTION | Name::COL | Name::COLGROUP | Name::HTML => Step::Done,
            Name::TABLE | Name::TBODY | Name::TFOOT | Name::THEAD | Name::TR => {
                if self.stack.has_in(set::TABLE_SCOPE, name) { self.close_cell() } else { Step::Done }
            }
            _ => self.end_in_body(name),
        }
    }
}
