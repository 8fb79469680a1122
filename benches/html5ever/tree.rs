//! The nodes of a page, in one list.

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace};

/// Number of a node in its tree; [`Tree::ROOT`] is the document.
pub type NodeId = u32;

/// No node.
pub(super) const NONE: NodeId = u32::MAX;

/// The kind of a node.
#[derive(Debug)]
pub enum Data {
    /// The document, the contents of a template, or a node that is ignored (comments).
    Other,
    /// An element.
    Element {
        /// HTML, SVG or MathML.
        ns: Namespace,
        /// Name in lower case.
        name: LocalName,
        /// Attributes, each name once.
        attrs: Vec<Attribute>,
    },
    /// Text.
    Text(StrTendril),
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) parent: NodeId,
    pub(super) first: NodeId,
    pub(super) last: NodeId,
    pub(super) next: NodeId,
    pub(super) previous: NodeId,
    pub(super) depth: u32,
    pub(super) data: Data,
}

/// A parsed page.
#[derive(Debug)]
pub struct Tree {
    pub(super) nodes: Vec<Node>,
    /// Whether something was left out because of a limit.
    pub(super) cut: bool,
}

impl Tree {
    /// The document.
    pub const ROOT: NodeId = 0;

    /// An empty document.
    pub(super) fn new() -> Self {
        let mut tree = Self { nodes: Vec::new(), cut: false };
        tree.add(Data::Other);
        tree
    }

    pub(super) fn add(&mut self, data: Data) -> NodeId {
        let id = self.nodes.len() as NodeId;
        self.nodes.push(Node {
            parent: NONE,
            first: NONE,
            last: NONE,
            next: NONE,
            previous: NONE,
            depth: 0,
            data,
        });
        id
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
        let (last, depth) = (self.node(parent).last, self.node(parent).depth + 1);
        let node = self.node_mut(child);
        (node.parent, node.previous, node.depth) = (parent, last, depth);
        if last == NONE {
            self.node_mut(parent).first = child;
        } else {
            self.node_mut(last).next = child;
        }
        self.node_mut(parent).last = child;
    }

    pub(super) fn insert_before(&mut self, sibling: NodeId, child: NodeId) {
        self.detach(child);
        let Node { parent, previous, depth, .. } = *self.node(sibling);
        if parent == NONE {
            return;
        }
        let node = self.node_mut(child);
        (node.parent, node.previous, node.next, node.depth) = (parent, previous, sibling, depth);
        self.node_mut(sibling).previous = child;
        if previous == NONE {
            self.node_mut(parent).first = child;
        } else {
            self.node_mut(previous).next = child;
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
    pub fn data(&self, id: NodeId) -> &Data {
        &self.node(id).data
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
    pub fn name(&self, id: NodeId) -> Option<&LocalName> {
        match self.data(id) {
            Data::Element { ns, name, .. } if *ns == html5ever::ns!(html) => Some(name),
            _ => None,
        }
    }

    /// Value of an element's attribute.
    pub fn attribute(&self, id: NodeId, name: &LocalName) -> Option<&str> {
        match self.data(id) {
            // Names are interned, so this compares numbers.
            Data::Element { attrs, .. } => {
                attrs.iter().find(|it| it.name.local == *name).map(|it| &*it.value)
            }
            _ => None,
        }
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
