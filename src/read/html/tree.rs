//! The nodes of a page, in one list.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::attribute::{Attr, Attribute};
use super::name::{Name, Space};
use super::stretch::{COPIED, Piece, Stretch};

/// Number of a node in its tree; [`Tree::ROOT`] is the document.
pub type NodeId = u32;

/// No node.
pub(super) const NONE: NodeId = u32::MAX;

/// The kind of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Data<'t> {
    /// The document, or the contents of a template.
    Other,
    /// An element.
    Element(Space, Name),
    /// Text.
    Text(&'t str),
}

/// Maximum number of names that are not known. Further ones are taken for the last.
const MAX_NAMES: usize = 1 << 16;

/// What a node is: an element's name and vocabulary in one number, or one of these.
const OTHER: u32 = u32::MAX;
const TEXT: u32 = u32::MAX - 1;
const COPIED_TEXT: u32 = u32::MAX - 2;
const SPACE: u32 = 29;

pub(super) fn kind(space: Space, name: Name) -> u32 {
    name.number() | (space as u32) << SPACE
}

/// 32 bytes, so that two stand in a cache line.
#[derive(Debug, Clone, Copy)]
struct Node {
    parent: NodeId,
    first: NodeId,
    last: NodeId,
    next: NodeId,
    previous: NodeId,
    kind: u32,
    /// Of an element: its first attribute and their number. Of a text: the start and the end in the page, or the
    /// number of the copied piece.
    start: u32,
    end: u32,
}

/// A parsed page.
#[derive(Debug, Default)]
pub struct Tree<'a> {
    pub(super) text: Cow<'a, str>,
    nodes: Vec<Node>,
    pub(super) attributes: Vec<Attribute>,
    /// Texts that differ from the page, one after the other, and where pieces of them come from.
    pub(super) copied: String,
    pieces: Vec<Piece>,
    /// Names of elements that are not known.
    own: Vec<Box<str>>,
    numbers: HashMap<Box<str>, u32>,
    /// Whether something was left out because of a limit.
    pub(super) cut: bool,
}

impl<'a> Tree<'a> {
    /// The document.
    pub const ROOT: NodeId = 0;

    /// An empty document, with room for the nodes of a page of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        let mut tree = Self { nodes: Vec::with_capacity(bytes / 24 + 16), ..Self::default() };
        tree.attributes.reserve(bytes / 64);
        tree.other();
        tree
    }

    /// The same tree without its text, which may then be given to it once more by its owner.
    pub(super) fn detached(self) -> Tree<'static> {
        let Self { text: _, nodes, attributes, copied, pieces, own, numbers, cut } = self;
        Tree { text: Cow::Borrowed(""), nodes, attributes, copied, pieces, own, numbers, cut }
    }

    fn add(&mut self, kind: u32, start: u32, end: u32) -> NodeId {
        let id = self.nodes.len() as NodeId;
        let none = NONE;
        self.nodes.push(Node {
            parent: none,
            first: none,
            last: none,
            next: none,
            previous: none,
            kind,
            start,
            end,
        });
        id
    }

    /// A node that is neither element nor text.
    pub(super) fn other(&mut self) -> NodeId {
        self.add(OTHER, 0, 0)
    }

    /// An element with these of the attributes.
    pub(super) fn element(&mut self, space: Space, name: Name, attributes: &Range<u32>) -> NodeId {
        self.add(kind(space, name), attributes.start, attributes.end - attributes.start)
    }

    /// Adds text as the last child of a node, or before a sibling.
    pub(super) fn add_text(&mut self, piece: &Piece, parent: NodeId, before: NodeId) {
        let last = if before == NONE { self.node(parent).last } else { self.node(before).previous };
        if self.continues(last, piece) {
            return;
        }
        let id = if piece.text.start & COPIED == 0 {
            self.add(TEXT, piece.text.start, piece.text.start + piece.text.length)
        } else {
            self.pieces.push(*piece);
            self.add(COPIED_TEXT, self.pieces.len() as u32 - 1, 0)
        };
        if before == NONE {
            self.append(parent, id);
        } else {
            self.insert_before(before, id);
        }
    }

    /// Adds text to the node before it if both are one stretch.
    fn continues(&mut self, last: NodeId, piece: &Piece) -> bool {
        let Some(node) = self.nodes.get_mut(last as usize) else { return false };
        match node.kind {
            TEXT if node.end == piece.text.start => {
                node.end += piece.text.length;
                true
            }
            COPIED_TEXT => {
                let known = &mut self.pieces[node.start as usize];
                let is_next = known.text.start + known.text.length == piece.text.start;
                if is_next {
                    known.text.length += piece.text.length;
                    (known.from, known.to) = (known.from.min(piece.from), known.to.max(piece.to));
                }
                is_next
            }
            _ => false,
        }
    }

    /// The name of these letters.
    pub(super) fn name_of(&mut self, letters: &[u8]) -> Name {
        if let Some(name) = Name::find(letters) {
            return name;
        }
        let letters = String::from_utf8_lossy(letters).to_ascii_lowercase().replace('\0', "\u{fffd}");
        let letters = letters.into_boxed_str();
        if let Some(&number) = self.numbers.get(&letters) {
            return Name::of_page(number as usize);
        }
        let number = self.own.len();
        if number == MAX_NAMES {
            return Name::of_page(number - 1);
        }
        self.own.push(letters.clone());
        self.numbers.insert(letters, number as u32);
        Name::of_page(number)
    }

    /// The piece of the page's text that begins and ends here.
    pub(super) fn stretch(&self, stretch: Stretch) -> &str {
        let start = (stretch.start & !COPIED) as usize;
        let from: &str = if stretch.start & COPIED == 0 { &self.text } else { &self.copied };
        &from[start..start + stretch.length as usize]
    }

    /// The page's text.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    pub(super) fn detach(&mut self, id: NodeId) {
        let Node { parent, next, previous, .. } = *self.node(id);
        if parent == NONE {
            return;
        }
        if previous == NONE {
            self.node_mut(parent).first = next;
        } else {
            self.node_mut(previous).next = next;
        }
        if next == NONE {
            self.node_mut(parent).last = previous;
        } else {
            self.node_mut(next).previous = previous;
        }
        let node = self.node_mut(id);
        (node.parent, node.next, node.previous) = (NONE, NONE, NONE);
    }

    pub(super) fn append(&mut self, parent: NodeId, child: NodeId) {
        self.detach(child);
        let last = std::mem::replace(&mut self.node_mut(parent).last, child);
        let node = self.node_mut(child);
        (node.parent, node.previous) = (parent, last);
        if last == NONE {
            self.node_mut(parent).first = child;
        } else {
            self.node_mut(last).next = child;
        }
    }

    pub(super) fn insert_before(&mut self, sibling: NodeId, child: NodeId) {
        self.detach(child);
        let Node { parent, previous, .. } = *self.node(sibling);
        if parent == NONE {
            return;
        }
        let node = self.node_mut(child);
        (node.parent, node.previous, node.next) = (parent, previous, sibling);
        self.node_mut(sibling).previous = child;
        if previous == NONE {
            self.node_mut(parent).first = child;
        } else {
            self.node_mut(previous).next = child;
        }
    }

    /// Gives a node all children of another.
    pub(super) fn move_children(&mut self, from: NodeId, to: NodeId) {
        while let Some(child) = self.first_child(from) {
            self.append(to, child);
        }
    }

    /// Gives an element those of further attributes that it lacks, as long as it has no more than `most`.
    pub(super) fn add_missing(&mut self, id: NodeId, further: &Range<u32>, most: usize) {
        let Node { start, end: count, .. } = *self.node(id);
        let own = start as usize..(start + count) as usize;
        let is_missing =
            |it: &&Attribute| self.attributes[own.clone()].iter().all(|known| !self.is_same(known, it));
        let further = self.attributes[further.start as usize..further.end as usize].iter();
        let missing: Vec<Attribute> =
            further.filter(is_missing).take(most.saturating_sub(own.len())).copied().collect();
        if missing.is_empty() {
            return;
        }
        let (start, count) = (self.attributes.len() as u32, count + missing.len() as u32);
        self.attributes.extend_from_within(own);
        self.attributes.extend(missing);
        let node = self.node_mut(id);
        (node.start, node.end) = (start, count);
    }

    fn is_same(&self, a: &Attribute, b: &Attribute) -> bool {
        match (a.known, b.known) {
            (None, None) => self.stretch(a.name).eq_ignore_ascii_case(self.stretch(b.name)),
            (a, b) => a == b,
        }
    }

    /// Number of nodes, including those that are not in the tree.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is only the document itself.
    pub fn is_empty(&self) -> bool {
        self.nodes.len() == 1
    }

    /// Whether a part of the page was left out because of a limit.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// A node's content. Panics for a node of another tree.
    pub fn data(&self, id: NodeId) -> Data<'_> {
        let node = self.node(id);
        match node.kind {
            OTHER => Data::Other,
            TEXT => Data::Text(&self.text[node.start as usize..node.end as usize]),
            COPIED_TEXT => Data::Text(self.stretch(self.pieces[node.start as usize].text)),
            kind => {
                let space = match kind >> SPACE {
                    0 => Space::Html,
                    1 => Space::Svg,
                    _ => Space::Math,
                };
                Data::Element(space, Name::of_number(kind & ((1 << SPACE) - 1)))
            }
        }
    }

    /// Where a text stands in the page, in bytes.
    pub fn span(&self, id: NodeId) -> Option<Range<u32>> {
        let node = self.node(id);
        match node.kind {
            TEXT => Some(node.start..node.end),
            COPIED_TEXT => {
                let piece = self.pieces[node.start as usize];
                Some(piece.from..piece.to)
            }
            _ => None,
        }
    }

    /// The node's parent.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).parent)
    }

    /// The node's first child.
    pub fn first_child(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).first)
    }

    /// The sibling that follows.
    pub fn next_sibling(&self, id: NodeId) -> Option<NodeId> {
        some(self.node(id).next)
    }

    /// Name of an HTML element; `None` for anything else.
    pub fn name(&self, id: NodeId) -> Option<Name> {
        let kind = self.node(id).kind;
        (kind < 1 << SPACE).then(|| Name::of_number(kind))
    }

    /// The letters of an element's name.
    pub fn spelled(&self, name: Name) -> &str {
        match name.letters() {
            Some(letters) => letters,
            None => name.own().and_then(|number| self.own.get(number)).map_or("", |own| own),
        }
    }

    fn attributes_of(&self, id: NodeId) -> &[Attribute] {
        let node = self.node(id);
        if node.kind >= COPIED_TEXT {
            return &[];
        }
        &self.attributes[node.start as usize..(node.start + node.end) as usize]
    }

    /// Value of an element's attribute.
    pub fn attribute(&self, id: NodeId, attr: Attr) -> Option<&str> {
        let found = self.attributes_of(id).iter().find(|it| it.known == Some(attr))?;
        Some(self.stretch(found.value))
    }

    /// Names and values of an element's attributes, of those that are kept ([`Attr`]).
    pub fn attributes(&self, id: NodeId) -> impl Iterator<Item = (&str, &str)> {
        self.attributes_of(id).iter().map(|it| (self.stretch(it.name), self.stretch(it.value)))
    }

    /// The next node in document order; with `inside` false the one after the node and all below it.
    pub fn following(&self, id: NodeId, inside: bool) -> Option<NodeId> {
        if inside && let Some(child) = self.first_child(id) {
            return Some(child);
        }
        let mut at = id;
        loop {
            if let Some(next) = self.next_sibling(at) {
                return Some(next);
            }
            at = self.parent(at)?;
        }
    }

    /// All text below a node, unchanged.
    pub fn text_below(&self, id: NodeId) -> String {
        let mut text = String::new();
        let end = self.following(id, false);
        let mut at = self.following(id, true);
        while at != end {
            let Some(node) = at else { break };
            if let Data::Text(part) = self.data(node) {
                text.push_str(part);
            }
            at = self.following(node, true);
        }
        text
    }
}

fn some(id: NodeId) -> Option<NodeId> {
    (id != NONE).then_some(id)
}
