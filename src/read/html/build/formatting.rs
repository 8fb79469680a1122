//! Formatting that goes on across the ends of blocks (HTML, 13.2.4.3), and the adoption agency (13.2.6.4.7).

use std::ops::Range;

use super::stack::Open;
use super::{Builder, Step};
use crate::read::html::name::{Name, Space, set};
use crate::read::html::tokens::Tag;
use crate::read::html::tree::{NONE, NodeId};

/// A formatting element, or a marker, which is none.
#[derive(Debug, Clone)]
struct Entry {
    id: NodeId,
    name: Name,
    attributes: Range<u32>,
    /// Its attributes as they are written.
    source: Range<u32>,
}

/// The list of active formatting elements.
#[derive(Debug, Default)]
pub(super) struct Formatting {
    all: Vec<Entry>,
}

impl Formatting {
    pub(super) fn mark(&mut self) {
        self.all.push(Entry { id: NONE, name: Name::A, attributes: 0..0, source: 0..0 });
    }

    pub(super) fn clear_to_marker(&mut self) {
        while self.all.pop().is_some_and(|it| it.id != NONE) {}
    }

    fn position(&self, id: NodeId) -> Option<usize> {
        self.all.iter().rposition(|it| it.id == id)
    }

    /// Entries behind the last marker, from the last one on.
    fn since_marker(&self) -> impl Iterator<Item = (usize, &Entry)> {
        self.all.iter().enumerate().rev().take_while(|(_, it)| it.id != NONE)
    }

    /// The last element of a name behind the last marker.
    pub(super) fn last(&self, name: Name) -> Option<NodeId> {
        self.since_marker().find(|(_, it)| it.name == name).map(|(_, it)| it.id)
    }

    pub(super) fn remove(&mut self, id: NodeId) {
        if let Some(at) = self.position(id) {
            self.all.remove(at);
        }
    }
}

impl Builder<'_> {
    /// Opens a formatting element. No more than three equal ones are remembered.
    pub(super) fn open_formatting(&mut self, tag: &Tag) {
        let source = |range: &Range<u32>| &self.page[range.start as usize..range.end as usize];
        let written = source(&tag.source);
        let is_equal = |it: &Entry| it.name == tag.name && source(&it.source) == written;
        let equal = self.formatting.since_marker().filter(|(_, it)| is_equal(it)).map(|(at, _)| at);
        let (count, first) = equal.fold((0, 0), |(count, _), at| (count + 1, at));
        if count >= 3 {
            self.formatting.all.remove(first);
        }
        let id = self.open_tag(tag);
        let (attributes, source) = (tag.attributes.clone(), tag.source.clone());
        self.formatting.all.push(Entry { id, name: tag.name, attributes, source });
    }

    /// Opens formatting again that was closed with a block.
    pub(super) fn reconstruct(&mut self) {
        let is_closed = |it: &Entry| it.id != NONE && self.stack.position(it.id).is_none();
        if !self.formatting.all.last().is_some_and(is_closed) {
            return;
        }
        // Looking for all of them is paid for by opening them.
        if self.is_full() || self.is_deep() {
            self.tree.cut = true;
            return;
        }
        let closed = self.formatting.all.iter().rev().take_while(|it| is_closed(it)).count();
        for at in self.formatting.all.len() - closed..self.formatting.all.len() {
            if self.is_full() || self.is_deep() {
                self.tree.cut = true;
                return;
            }
            let Entry { name, attributes, .. } = self.formatting.all[at].clone();
            self.formatting.all[at].id = self.open(name, &attributes);
        }
    }

    /// The end tag of a formatting element.
    pub(super) fn adopt(&mut self, subject: Name) -> Step {
        if let Some(open) = self.stack.last().copied()
            && open.is(subject)
            && self.formatting.position(open.id).is_none()
        {
            self.stack.pop();
            return Step::Done;
        }
        for _ in 0..8 {
            let Some(id) = self.formatting.last(subject) else { return self.end_any(subject) };
            let Some(at) = self.stack.position(id) else {
                self.formatting.remove(id);
                return Step::Done;
            };
            if !self.stack.finds_in(set::SCOPE, |open| open.id == id) {
                return Step::Done;
            }
            let block = self.stack.iter().skip(at).position(|open| open.is_in(set::SPECIAL));
            let Some(block) = block.map(|below| at + below).filter(|_| at > 0) else {
                self.stack.truncate(at);
                self.formatting.remove(id);
                return Step::Done;
            };
            if self.is_full() {
                self.tree.cut = true;
                return Step::Done;
            }
            self.give(id, at, block);
        }
        Step::Done
    }

    /// Takes the formatting element at a place of the stack apart: the block inside it, and what lies between, go to
    /// the element around it; a new formatting element goes into the block.
    fn give(&mut self, id: NodeId, at: usize, block: usize) {
        let around = self.stack.at(at - 1);
        let furthest = self.stack.at(block);
        let (mut last, mut behind, mut place) = (furthest.id, None, block);
        let mut count = 0;
        while place - 1 > at {
            place -= 1;
            count += 1;
            let node = self.stack.at(place);
            let listed = self.formatting.position(node.id);
            let Some(listed) = listed.filter(|_| count <= 3) else {
                self.formatting.remove(node.id);
                self.stack.remove(place);
                continue;
            };
            let attributes = self.formatting.all[listed].attributes.clone();
            let copy = self.tree.element(Space::Html, node.name, &attributes);
            self.stack.replace(place, copy);
            self.formatting.all[listed].id = copy;
            if last == furthest.id {
                behind = Some(copy);
            }
            self.tree.append(copy, last);
            last = copy;
        }
        self.tree.detach(last);
        let target = self.place(Some(around));
        self.put(last, target);
        let Some(listed) = self.formatting.position(id) else { return };
        let mut entry = self.formatting.all.remove(listed);
        let new = self.tree.element(Space::Html, entry.name, &entry.attributes);
        self.tree.move_children(furthest.id, new);
        self.tree.append(furthest.id, new);
        let listed = behind.and_then(|id| self.formatting.position(id)).map_or(listed, |at| at + 1);
        entry.id = new;
        let name = entry.name;
        self.formatting.all.insert(listed, entry);
        if let Some(at) = self.stack.position(id) {
            self.stack.remove(at);
        }
        let below = self.stack.position(furthest.id).map_or(self.stack.len(), |at| at + 1);
        self.stack.insert(below, Open::new(new, Space::Html, name));
    }
}
