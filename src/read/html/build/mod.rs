//! Tags and text to a tree (HTML, 13.2.6): which elements are open, and where what comes next is put.
//!
//! | file | what it does |
//! |---|---|
//! | `stack` | the open elements |
//! | `formatting` | formatting that is opened again, and the adoption agency |
//! | `outside` | before, between and behind head and body; framesets |
//! | `head` | the head, and templates |
//! | `body` | start tags in the body |
//! | `ends` | end tags in the body |
//! | `table` | tables |
//! | `foreign` | drawings and formulas |
//!
//! Scripts are off. What only errors, forms and the document object need is left out.

mod body;
mod ends;
mod foreign;
mod formatting;
mod head;
mod outside;
mod stack;
mod table;

use std::ops::Range;

use super::attribute::Attr;
use super::name::{Name, Space, set};
use super::stretch::{COPIED, Piece, Stretch};
use super::tokens::{Content, Nul, Raw, Tag, Tokens};
use super::tree::{NONE, NodeId, Tree};
use super::{MAX_DEPTH, MAX_NODES, MAX_PER_BYTE};
use formatting::Formatting;
use stack::{Open, Stack};

/// Nodes that any page may have, beside those for its bytes.
const SOME: usize = 4096;

/// The insertion modes (13.2.4.1). Elements that hold only text and text in tables need none here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Initial,
    BeforeHtml,
    BeforeHead,
    InHead,
    InHeadNoscript,
    AfterHead,
    InBody,
    InTable,
    InCaption,
    InColumnGroup,
    InTableBody,
    InRow,
    InCell,
    InTemplate,
    AfterBody,
    InFrameset,
    AfterFrameset,
    AfterAfterBody,
    AfterAfterFrameset,
}

/// What becomes of a tag.
enum Step {
    Done,
    /// It is processed once more, by the mode that is set now.
    Again,
    /// An element that holds only text was added.
    Content(Content, NodeId),
}

/// Where a node is put: as the last child of a node, or before one of its children.
#[derive(Debug, Clone, Copy)]
struct Place {
    parent: NodeId,
    before: NodeId,
}

/// A tree under construction.
pub(super) struct Builder<'t> {
    pub(super) tree: Tree<'t>,
    /// The page, to compare the attributes of tags.
    page: &'t str,
    stack: Stack,
    formatting: Formatting,
    mode: Mode,
    template_modes: Vec<Mode>,
    head: Option<NodeId>,
    form: Option<NodeId>,
    is_quirky: bool,
    frameset_ok: bool,
    /// Whether what is not allowed in a table is put before it.
    fosters: bool,
    /// Whether a line feed that comes next is left out.
    skips_line_feed: bool,
    /// Text in a table, until it is known whether all of it is white space.
    pending: Vec<Piece>,
    /// Number of nodes that there may be.
    most: usize,
}

impl<'t> Builder<'t> {
    /// A builder for a page.
    pub(super) fn new(page: &'t str) -> Self {
        let mut tree = Tree::new(page.len());
        tree.text = page.into();
        Self {
            tree,
            page,
            stack: Stack::default(),
            formatting: Formatting::default(),
            mode: Mode::Initial,
            template_modes: Vec::new(),
            head: None,
            form: None,
            is_quirky: false,
            frameset_ok: true,
            fosters: false,
            skips_line_feed: false,
            pending: Vec::new(),
            most: page.len().saturating_mul(MAX_PER_BYTE).saturating_add(SOME).min(MAX_NODES),
        }
    }

    /// A builder for what stands in a `div`.
    pub(super) fn of_fragment(page: &'t str) -> Self {
        let mut builder = Self::new(page);
        builder.root(&(0..0));
        // So that the root counts as the element around it.
        builder.head = Some(NONE);
        builder.mode = Mode::InBody;
        builder
    }

    /// Whether there are as many nodes as there may be.
    pub(super) fn is_full(&self) -> bool {
        self.tree.len() >= self.most
    }

    /// Whether no further element may be opened inside those that are.
    pub(super) fn is_deep(&self) -> bool {
        self.stack.len() >= MAX_DEPTH as usize
    }

    /// Whether what follows stands in an element that is none of HTML.
    pub(super) fn is_foreign(&self) -> bool {
        self.stack.last().is_some_and(|it| it.space != Space::Html)
    }

    /// The page.
    pub(super) fn page(&self) -> &'t str {
        self.page
    }

    /// Adds a space that does not stand in the page.
    pub(super) fn space(&mut self, at: usize) {
        let text = self.copy(" ");
        self.piece(Piece { text, from: at as u32, to: at as u32 });
    }

    fn copy(&mut self, text: &str) -> Stretch {
        let start = self.tree.copied.len() as u32 | COPIED;
        self.tree.copied.push_str(text);
        Stretch { start, length: text.len() as u32 }
    }

    /// Adds text.
    pub(super) fn text(&mut self, raw: Raw, tokens: &Tokens<'_>) {
        let is_foreign = self.is_foreign() && !self.is_integration_point();
        let nul = if is_foreign { Nul::Replaced } else { Nul::LeftOut };
        let mut piece = tokens.piece(raw, nul, &mut self.tree);
        // Copies that follow each other are one node.
        if self.is_full() && piece.text.start & COPIED == 0 {
            let page = self.page;
            piece.text = self.copy(&page[raw.from..raw.to]);
        }
        self.piece(piece);
    }

    /// Adds the text of an element that holds nothing else; it may be empty.
    pub(super) fn content(&mut self, raw: Raw, of: NodeId, tokens: &Tokens<'_>) {
        let mut piece = tokens.piece(raw, Nul::Replaced, &mut self.tree);
        if std::mem::take(&mut self.skips_line_feed) {
            self.skip_line_feed(&mut piece);
        }
        if piece.text.length > 0 {
            self.tree.add_text(&piece, of, NONE);
        }
    }

    fn skip_line_feed(&self, piece: &mut Piece) {
        if self.tree.stretch(piece.text).starts_with('\n') {
            piece.text.start += 1;
            piece.text.length -= 1;
        }
    }

    fn piece(&mut self, mut piece: Piece) {
        if std::mem::take(&mut self.skips_line_feed) {
            self.skip_line_feed(&mut piece);
        }
        while piece.text.length > 0 {
            if self.is_foreign() && !self.is_integration_point() {
                self.frameset_ok &= self.is_space(&piece);
                return self.put_text(&piece);
            }
            piece = match self.mode {
                Mode::InBody | Mode::InTemplate | Mode::InCaption | Mode::InCell => {
                    return self.text_in_body(&piece);
                }
                Mode::InTable | Mode::InTableBody | Mode::InRow => {
                    return self.text_in_table(&piece);
                }
                _ => match self.text_outside(&piece) {
                    Some(rest) => rest,
                    None => return,
                },
            };
        }
    }

    fn is_space(&self, piece: &Piece) -> bool {
        self.tree.stretch(piece.text).bytes().all(|byte| byte.is_ascii_whitespace())
    }

    /// Processes a start tag, and returns how what follows is read if it is not markup, and for which element.
    pub(super) fn start(&mut self, tag: &Tag) -> Option<(Content, NodeId)> {
        self.skips_line_feed = false;
        if !self.pending.is_empty() {
            self.flush_pending();
        }
        loop {
            let step = if self.is_foreign() && self.is_foreign_start(tag) {
                self.start_foreign(tag)
            } else {
                self.start_in(self.mode, tag)
            };
            match step {
                Step::Done => return None,
                Step::Again => {}
                Step::Content(content, of) => return Some((content, of)),
            }
        }
    }

    fn start_in(&mut self, mode: Mode, tag: &Tag) -> Step {
        match mode {
            Mode::InBody => self.start_in_body(tag),
            Mode::InHead => self.start_in_head(tag),
            Mode::InTable => self.start_in_table(tag),
            Mode::InCaption => self.start_in_caption(tag),
            Mode::InColumnGroup => self.start_in_column_group(tag),
            Mode::InTableBody => self.start_in_table_body(tag),
            Mode::InRow => self.start_in_row(tag),
            Mode::InCell => self.start_in_cell(tag),
            Mode::InTemplate => self.start_in_template(tag),
            _ => self.start_outside(mode, tag),
        }
    }

    /// Processes an end tag.
    pub(super) fn end(&mut self, tag: &Tag) {
        self.skips_line_feed = false;
        if !self.pending.is_empty() {
            self.flush_pending();
        }
        loop {
            let step =
                if self.is_foreign() { self.end_foreign(tag.name) } else { self.end_in(self.mode, tag.name) };
            if !matches!(step, Step::Again) {
                return;
            }
        }
    }

    fn end_in(&mut self, mode: Mode, name: Name) -> Step {
        match mode {
            Mode::InBody => self.end_in_body(name),
            Mode::InHead => self.end_in_head(name),
            Mode::InTable => self.end_in_table(name),
            Mode::InCaption => self.end_in_caption(name),
            Mode::InColumnGroup => self.end_in_column_group(name),
            Mode::InTableBody => self.end_in_table_body(name),
            Mode::InRow => self.end_in_row(name),
            Mode::InCell => self.end_in_cell(name),
            Mode::InTemplate => self.end_in_template(name),
            _ => self.end_outside(mode, name),
        }
    }

    /// Sets the mode, by which the tag is processed once more.
    fn again(&mut self, mode: Mode) -> Step {
        self.mode = mode;
        Step::Again
    }

    fn root(&mut self, attributes: &Range<u32>) {
        let html = self.tree.element(Space::Html, Name::HTML, attributes);
        self.tree.append(Tree::ROOT, html);
        self.stack.push(Open::new(html, Space::Html, Name::HTML));
    }

    /// The appropriate place for inserting a node (13.2.6.1), into the innermost element or what is given instead.
    fn place(&self, instead: Option<Open>) -> Place {
        let inside = |parent| Place { parent, before: NONE };
        let Some(target) = instead.or_else(|| self.stack.last().copied()) else {
            return inside(Tree::ROOT);
        };
        if !(self.fosters && target.is_in(set::FOSTERED)) {
            return inside(target.id);
        }
        for (at, open) in self.stack.iter().enumerate().rev() {
            if open.is(Name::TEMPLATE) {
                return inside(open.id);
            }
            if open.is(Name::TABLE) {
                return match self.tree.parent(open.id) {
                    Some(parent) => Place { parent, before: open.id },
                    None => inside(self.stack.at(at.saturating_sub(1)).id),
                };
            }
        }
        inside(self.stack.at(0).id)
    }

    fn put(&mut self, id: NodeId, place: Place) {
        if place.before == NONE {
            self.tree.append(place.parent, id);
        } else {
            self.tree.insert_before(place.before, id);
        }
    }

    fn put_text(&mut self, piece: &Piece) {
        let place = self.place(None);
        self.tree.add_text(piece, place.parent, place.before);
    }

    /// Adds an element, without opening it.
    fn add(&mut self, space: Space, name: Name, attributes: &Range<u32>) -> NodeId {
        let place = self.place(None);
        let id = self.tree.element(space, name, attributes);
        self.put(id, place);
        id
    }

    /// Adds an element of HTML and opens it.
    fn open(&mut self, name: Name, attributes: &Range<u32>) -> NodeId {
        let id = self.add(Space::Html, name, attributes);
        self.stack.push(Open::new(id, Space::Html, name));
        id
    }

    fn open_tag(&mut self, tag: &Tag) -> NodeId {
        self.open(tag.name, &tag.attributes)
    }

    fn add_tag(&mut self, tag: &Tag) -> Step {
        self.add(Space::Html, tag.name, &tag.attributes);
        Step::Done
    }

    /// Adds an element whose content is only text.
    fn add_with_text(&mut self, tag: &Tag) -> Step {
        let id = self.add(Space::Html, tag.name, &tag.attributes);
        Content::of(tag.name).map_or(Step::Done, |content| Step::Content(content, id))
    }

    /// The value of a tag's attribute, if it has one.
    fn attribute(&self, tag: &Tag, attr: Attr) -> Option<&str> {
        let all = &self.tree.attributes[tag.attributes.start as usize..tag.attributes.end as usize];
        all.iter().find(|it| it.known == Some(attr)).map(|it| self.tree.stretch(it.value))
    }

    /// The end of the page.
    pub(super) fn finish(&mut self) {
        if !self.pending.is_empty() {
            self.flush_pending();
        }
        self.finish_outside();
    }

    /// Resets the insertion mode appropriately (13.2.4.1).
    fn reset_mode(&mut self) {
        self.mode = self.mode_of_stack();
    }

    fn mode_of_stack(&self) -> Mode {
        for (at, open) in self.stack.iter().enumerate().rev() {
            if open.space != Space::Html {
                continue;
            }
            match open.name {
                Name::TD | Name::TH if at > 0 => return Mode::InCell,
                Name::TR => return Mode::InRow,
                Name::TBODY | Name::THEAD | Name::TFOOT => return Mode::InTableBody,
                Name::CAPTION => return Mode::InCaption,
                Name::COLGROUP => return Mode::InColumnGroup,
                Name::TABLE => return Mode::InTable,
                Name::TEMPLATE => return self.template_modes.last().copied().unwrap_or(Mode::InBody),
                Name::HEAD if at > 0 => return Mode::InHead,
                Name::BODY => return Mode::InBody,
                Name::FRAMESET => return Mode::InFrameset,
                // The root of a fragment stands for a `div`.
                Name::HTML if self.head == Some(NONE) => return Mode::InBody,
                Name::HTML if self.head.is_none() => return Mode::BeforeHead,
                Name::HTML => return Mode::AfterHead,
                _ => {}
            }
        }
        Mode::InBody
    }
}
