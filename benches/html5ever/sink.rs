//! The interface through which the parser builds a [`Tree`].

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, QualName, local_name, ns};

use super::tree::{Data, NodeId, Tree};
use super::{MAX_ATTRIBUTES, MAX_NODES, MAX_PER_BYTE};

/// Nodes that any page may have, beside those for its bytes.
const SOME: usize = 4096;

/// A node with its name, which the parser needs at every step.
#[derive(Debug, Clone)]
pub(super) struct Handle {
    id: NodeId,
    ns: Namespace,
    name: LocalName,
}

#[derive(Debug)]
pub(super) struct Name<'a>(&'a Handle);

impl ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.name
    }
}

/// The tree under construction.
pub(super) struct Sink {
    tree: RefCell<Tree>,
    /// Depth of the innermost open element.
    depth: Cell<u32>,
    /// Templates that are shadow roots.
    shadow_roots: RefCell<BTreeSet<NodeId>>,
    /// Nodes and attributes so far, and how many there may be.
    made: Cell<usize>,
    most: usize,
}

impl Sink {
    /// A sink for a page of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        Self {
            tree: RefCell::new(Tree::new()),
            depth: Cell::new(0),
            shadow_roots: RefCell::default(),
            made: Cell::new(0),
            most: bytes.saturating_mul(MAX_PER_BYTE).saturating_add(SOME),
        }
    }

    /// Whether there are as many nodes as there may be, or more nodes and attributes than the page has bytes for.
    pub(super) fn is_full(&self) -> bool {
        self.made.get() >= self.most || self.tree.borrow().len() >= MAX_NODES
    }

    pub(super) fn into_tree(self) -> Tree {
        self.tree.into_inner()
    }

    /// Notes that something was left out because of a limit.
    pub(super) fn cut(&self) {
        self.tree.borrow_mut().cut = true;
    }

    /// Depth of the innermost open element.
    pub(super) fn depth(&self) -> u32 {
        self.depth.get()
    }

    fn other(&self) -> Handle {
        self.handle(Data::Other, ns!(), local_name!(""))
    }

    fn handle(&self, data: Data, ns: Namespace, name: LocalName) -> Handle {
        Handle { id: self.tree.borrow_mut().add(data), ns, name }
    }

    /// Adds text after `before`: to it if it is text itself, else as a node of its own, by `place`.
    fn text(&self, before: NodeId, text: &StrTendril, place: impl FnOnce(&mut Tree, NodeId)) {
        let mut tree = self.tree.borrow_mut();
        if let Some(node) = tree.nodes.get_mut(before as usize)
            && let Data::Text(there) = &mut node.data
        {
            // Fails beyond 4 GiB, which no page has (`MAX_BYTES`).
            if there.try_push_tendril(text).is_ok() {
                return;
            }
        }
        self.made.set(self.made.get() + 1);
        let node = tree.add(Data::Text(text.clone()));
        place(&mut tree, node);
    }
}

/// Appends one text to another, if that is possible.
trait TryPush {
    fn try_push_tendril(&mut self, text: &StrTendril) -> Result<(), ()>;
}

impl TryPush for StrTendril {
    fn try_push_tendril(&mut self, text: &StrTendril) -> Result<(), ()> {
        if u64::from(self.len32()) + u64::from(text.len32()) > u64::from(u32::MAX) {
            return Err(());
        }
        self.push_tendril(text);
        Ok(())
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle { id: Tree::ROOT, ns: ns!(), name: local_name!("") }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> Name<'a> {
        Name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> Handle {
        self.made.set(self.made.get() + 1 + attrs.len());
        let data = Data::Element { ns: name.ns.clone(), name: name.local.clone(), attrs };
        self.handle(data, name.ns, name.local)
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.other()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.other()
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        match child {
            NodeOrText::AppendNode(node) => {
                let mut tree = self.tree.borrow_mut();
                tree.append(parent.id, node.id);
                self.depth.set(tree.nodes[node.id as usize].depth);
            }
            NodeOrText::AppendText(text) => {
                let last = self.tree.borrow().nodes[parent.id as usize].last;
                self.text(last, &text, |tree, node| tree.append(parent.id, node));
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, before: &Handle, child: NodeOrText<Handle>) {
        if self.tree.borrow().parent(element.id).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(before, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &Handle) {
        let depth = self.tree.borrow().nodes[node.id as usize].depth;
        self.depth.set(depth.saturating_sub(1));
    }

    /// The contents of a template are not part of the tree, unless it is a shadow root: then it is part of it itself.
    fn get_template_contents(&self, target: &Handle) -> Handle {
        let is_root = self.shadow_roots.borrow().contains(&target.id);
        if is_root { target.clone() } else { self.other() }
    }

    /// A shadow root is content: what it holds is what the element shows.
    fn attach_declarative_shadow(&self, host: &Handle, template: &Handle, _: &[Attribute]) -> bool {
        let mut tree = self.tree.borrow_mut();
        tree.append(host.id, template.id);
        self.depth.set(tree.nodes[template.id as usize].depth);
        self.shadow_roots.borrow_mut().insert(template.id);
        true
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.id == y.id
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        match child {
            NodeOrText::AppendNode(node) => self.tree.borrow_mut().insert_before(sibling.id, node.id),
            NodeOrText::AppendText(text) => {
                let before = self.tree.borrow().nodes[sibling.id as usize].previous;
                self.text(before, &text, |tree, node| tree.insert_before(sibling.id, node));
            }
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, new: Vec<Attribute>) {
        if let Data::Element { attrs, .. } = &mut self.tree.borrow_mut().nodes[target.id as usize].data {
            for attr in new {
                // A page may have any number of `<body …>` tags.
                if attrs.len() >= MAX_ATTRIBUTES {
                    break;
                }
                if attrs.iter().all(|it| it.name != attr.name) {
                    attrs.push(attr);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.tree.borrow_mut().detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut tree = self.tree.borrow_mut();
        while let Some(child) = tree.first_child(node.id) {
            tree.append(new_parent.id, child);
        }
    }
}
