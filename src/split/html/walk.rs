//! Splits the visible page into blocks and containers.

use std::ops::Range;

use super::MAX_BLOCKS;
use super::names::{Display, display};
use crate::read::html::{Attr, Data, Name, NodeId, Space, Tree, is_space};
use crate::split::unit::{Container, MAX_INLINES, NO_CONTAINER, Named, Origin, Role, Span, Unit, Units};

/// Adds the blocks of a page.
pub(super) fn visible(tree: &Tree<'_>, blocks: &mut Units) {
    Walk::new(blocks, NO_CONTAINER, Origin::Visible).run(tree);
}

/// Adds the blocks of HTML found in data, below a container.
pub(super) fn of_state(tree: &Tree<'_>, blocks: &mut Units, container: u32) {
    Walk::new(blocks, container, Origin::State).run(tree);
}

struct Walk<'a> {
    out: &'a mut Units,
    /// The innermost container.
    container: u32,
    /// Role of blocks in each open container.
    roles: Vec<Role>,
    origin: Origin,
    /// Numbers of open elements of each sort.
    links: u32,
    strong: u32,
    pre: u32,
    hidden: u32,
    block: Unit,
    text: String,
    /// Position of the block in the page's text, if known.
    span: Range<u32>,
    /// White space was read, to be written when text follows.
    space: bool,
    /// Number of line breaks since the last text.
    breaks: u32,
}

impl<'a> Walk<'a> {
    fn new(out: &'a mut Units, container: u32, origin: Origin) -> Self {
        Self {
            out,
            container,
            roles: Vec::new(),
            text: String::new(),
            origin,
            links: 0,
            strong: 0,
            pre: 0,
            hidden: 0,
            block: Unit::default(),
            span: 0..0,
            space: false,
            breaks: 0,
        }
    }

    fn run(mut self, tree: &Tree<'_>) {
        let mut at = Tree::ROOT;
        loop {
            if self.enter(tree, at)
                && let Some(child) = tree.first_child(at)
            {
                at = child;
                continue;
            }
            loop {
                self.leave(tree, at);
                if at == Tree::ROOT {
                    return;
                }
                if let Some(next) = tree.next_sibling(at) {
                    at = next;
                    break;
                }
                let Some(parent) = tree.parent(at) else { return };
                at = parent;
            }
        }
    }

    /// Enters a node, and returns whether to read its children.
    fn enter(&mut self, tree: &Tree<'_>, id: NodeId) -> bool {
        match tree.data(id) {
            Data::Other => true,
            Data::Text(text) => {
                let chars = self.block.chars;
                self.text(text);
                if self.block.chars > chars {
                    self.stand(tree, id);
                }
                true
            }
            // Drawings have titles and labels, but no text of the page.
            Data::Element(Space::Svg, _) => false,
            Data::Element(Space::Math, _) => true,
            Data::Element(Space::Html, name) => match display(tree, name) {
                Display::Unread => false,
                Display::Root => true,
                Display::Break => {
                    self.line_break();
                    false
                }
                Display::Image => {
                    self.block.images += 1;
                    false
                }
                Display::Inline => {
                    self.inline(tree, id, name);
                    true
                }
                Display::Block => {
                    self.open(tree, id, name);
                    true
                }
            },
        }
    }

    /// Notes where the text of a node stands, without white space at its ends.
    fn stand(&mut self, tree: &Tree<'_>, id: NodeId) {
        let Some(here) = tree.span(id) else { return };
        let text = &tree.text()[here.start as usize..here.end as usize];
        let cut = text.trim_start_matches(is_space);
        let start = here.end - cut.len() as u32;
        let end = start + cut.trim_end_matches(is_space).len() as u32;
        if start < end {
            let known = self.span.clone();
            self.span =
                if known.is_empty() { start..end } else { known.start.min(start)..known.end.max(end) };
        }
    }

    fn leave(&mut self, tree: &Tree<'_>, id: NodeId) {
        let Some(name) = tree.name(id) else { return };
        match display(tree, name) {
            Display::Block => {
                self.flush();
                let (parent, end) = (self.container, self.out.all.len() as u32);
                if let Some(container) = self.out.containers.get_mut(parent as usize) {
                    container.end = end;
                    self.container = container.parent;
                }
                self.roles.pop();
                self.pre -= u32::from(is_pre(name));
                self.hidden -= u32::from(is_hidden(tree, id));
            }
            Display::Inline => {
                self.links -= u32::from(name == Name::A);
                self.strong -= u32::from(is_strong(name));
                self.hidden -= u32::from(is_hidden(tree, id));
            }
            Display::Break | Display::Image | Display::Unread | Display::Root => {}
        }
    }

    fn open(&mut self, tree: &Tree<'_>, id: NodeId, name: Name) {
        self.flush();
        self.pre += u32::from(is_pre(name));
        self.hidden += u32::from(is_hidden(tree, id));
        let around = self.roles.last().copied().unwrap_or_default();
        self.roles.push(role(name).unwrap_or(around));
        let named = self.named(tree, id, name);
        let depth = self.out.containers.get(self.container as usize).map_or(0, |it| it.depth + 1);
        let first = self.out.all.len() as u32;
        let container = Container { parent: self.container, depth, named, first, end: first };
        self.container = self.out.containers.len() as u32;
        self.out.containers.push(container);
    }

    fn inline(&mut self, tree: &Tree<'_>, id: NodeId, name: Name) {
        self.hidden += u32::from(is_hidden(tree, id));
        self.strong += u32::from(is_strong(name));
        if name == Name::A {
            self.links += 1;
            self.block.links += 1;
        }
        let known = self.out.inlines.len() as u32;
        if self.block.inlines.is_empty() {
            self.block.inlines = known..known;
        }
        if self.block.inlines.len() < MAX_INLINES as usize {
            let named = self.named(tree, id, name);
            self.out.inlines.push(named);
            self.block.inlines.end = known + 1;
        }
    }

    fn named(&mut self, tree: &Tree<'_>, id: NodeId, name: Name) -> Named {
        let mut of = |attribute: Attr| {
            tree.attribute(id, attribute).map_or_else(Default::default, |value| self.out.intern(value))
        };
        let (class, element_id) = (of(Attr::Class), of(Attr::Id));
        let mut role = Span::default();
        for attribute in [Attr::Role, Attr::Itemprop, Attr::Itemtype] {
            if role == Span::default() {
                role = of(attribute);
            }
        }
        Named { tag: self.out.intern(tree.spelled(name)), class, id: element_id, role }
    }

    fn text(&mut self, text: &str) {
        if self.pre > 0 {
            self.verbatim(text);
            return;
        }
        let mut rest = text;
        while !rest.is_empty() {
            let (length, spaces) = words(rest.as_bytes());
            if length > 0 {
                self.words(&rest[..length], spaces);
            }
            let cut = rest[length..].trim_start_matches(is_space);
            self.space |= cut.len() + length < rest.len();
            rest = cut;
        }
    }

    /// Adds words with this many spaces between them.
    fn words(&mut self, words: &str, spaces: u32) {
        let text = &mut self.text;
        if !text.is_empty() {
            if self.breaks > 0 {
                text.push('\n');
            } else if self.space {
                text.push(' ');
            }
        }
        (self.space, self.breaks) = (false, 0);
        text.push_str(words);
        self.count(words.chars().count() as u32 - spaces);
    }

    fn count(&mut self, chars: u32) {
        let block = &mut self.block;
        block.chars += chars;
        block.link_chars += if self.links > 0 { chars } else { 0 };
        block.strong_chars += if self.strong > 0 { chars } else { 0 };
        if self.hidden > 0 && self.origin == Origin::Visible {
            block.origin = Origin::Hidden;
        }
    }

    fn verbatim(&mut self, text: &str) {
        self.text.push_str(text);
        self.count(text.chars().filter(|it| !it.is_whitespace()).count() as u32);
    }

    /// A single line break stays inside the block; two in a row separate blocks.
    fn line_break(&mut self) {
        if self.pre > 0 {
            self.text.push('\n');
            return;
        }
        self.breaks += 1;
        if self.breaks == 2 {
            self.flush();
        }
    }

    /// Ends the block. A block of white space only is discarded.
    fn flush(&mut self) {
        let mut block = std::mem::take(&mut self.block);
        let mut text = std::mem::take(&mut self.text);
        let span = std::mem::replace(&mut self.span, 0..0);
        (self.space, self.breaks) = (false, 0);
        if block.chars == 0 {
            return;
        }
        if self.out.all.len() >= MAX_BLOCKS {
            self.out.cut = true;
            return;
        }
        if self.pre > 0 {
            let end = text.trim_end().len();
            text.truncate(end);
            let start = text.len() - text.trim_start_matches(['\n', '\r']).len();
            text.drain(..start);
        }
        block.span = (!span.is_empty()).then_some(span.start as usize..span.end as usize);
        block.rendered = Some(text);
        (block.intact, block.removable) = (true, true);
        block.container = self.container;
        block.role = self.roles.last().copied().unwrap_or_default();
        if self.origin == Origin::State {
            block.origin = Origin::State;
        }
        self.out.all.push(block);
    }
}

/// Length of the words at the start that have single spaces between them, and the number of these.
fn words(text: &[u8]) -> (usize, u32) {
    // The non-breaking space is C2 A0.
    let is_solid = |at: usize| match text.get(at) {
        None | Some(b' ' | b'\t' | b'\n' | b'\r' | b'\x0C') => false,
        Some(0xC2) => text.get(at + 1) != Some(&0xA0),
        Some(_) => true,
    };
    let (mut at, mut spaces) = (0, 0);
    loop {
        while is_solid(at) {
            at += 1;
        }
        if at == 0 || text.get(at) != Some(&b' ') || !is_solid(at + 1) {
            return (at, spaces);
        }
        (at, spaces) = (at + 1, spaces + 1);
    }
}

fn is_pre(name: Name) -> bool {
    matches!(name, Name::PRE | Name::LISTING | Name::XMP | Name::PLAINTEXT)
}

fn is_strong(name: Name) -> bool {
    matches!(name, Name::B | Name::STRONG | Name::EM | Name::I)
}

/// Returns the role that an element gives to its blocks, if any.
fn role(name: Name) -> Option<Role> {
    Some(match name {
        Name::H1 => Role::Heading(1),
        Name::H2 => Role::Heading(2),
        Name::H3 => Role::Heading(3),
        Name::H4 => Role::Heading(4),
        Name::H5 => Role::Heading(5),
        Name::H6 => Role::Heading(6),
        Name::LI => Role::Item,
        Name::TD | Name::TH => Role::Cell,
        Name::DT => Role::Term,
        Name::DD => Role::Definition,
        Name::FIGCAPTION | Name::CAPTION => Role::Caption,
        Name::SUMMARY => Role::Summary,
        _ if is_pre(name) => Role::Pre,
        Name::ARTICLE
        | Name::SECTION
        | Name::BLOCKQUOTE
        | Name::UL
        | Name::OL
        | Name::TABLE
        | Name::FIGURE => Role::Paragraph,
        _ => return None,
    })
}

/// Whether an element is hidden by its own attributes.
fn is_hidden(tree: &Tree<'_>, id: NodeId) -> bool {
    if tree.attribute(id, Attr::Hidden).is_some_and(|value| !value.eq_ignore_ascii_case("until-found")) {
        return true;
    }
    tree.attribute(id, Attr::Style).is_some_and(|style| {
        style.split(';').any(|rule| {
            let (property, value) = rule.split_once(':').unwrap_or((rule, ""));
            let value = value.trim().trim_end_matches("!important").trim_end();
            let is =
                |p: &str, v: &str| property.trim().eq_ignore_ascii_case(p) && value.eq_ignore_ascii_case(v);
            is("display", "none") || is("visibility", "hidden")
        })
    })
}
