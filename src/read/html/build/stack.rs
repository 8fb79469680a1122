//! The stack of open elements (HTML, 13.2.4.2).

use crate::read::html::name::{KNOWN, Name, Space, set};
use crate::read::html::tree::NodeId;

/// An open element. Of a template the node is that of its contents.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) id: NodeId,
    pub(super) space: Space,
    pub(super) name: Name,
    /// The [sets](set) that it is in.
    sets: u32,
    /// Whether HTML may stand in it, of another vocabulary.
    pub(super) integrates: bool,
}

impl Open {
    pub(super) fn new(id: NodeId, space: Space, name: Name) -> Self {
        // Where text or HTML stands in a drawing or formula, scopes end.
        let is_point = match space {
            Space::Html => false,
            Space::Svg => matches!(name, Name::FOREIGNOBJECT | Name::DESC | Name::TITLE),
            Space::Math => matches!(name, Name::MI | Name::MO | Name::MN | Name::MS | Name::MTEXT),
        };
        let sets = match space {
            Space::Html => name.sets(),
            _ if is_point => set::SCOPE | set::LIST_SCOPE | set::BUTTON_SCOPE,
            _ => 0,
        };
        Self { id, space, name, sets, integrates: is_point }
    }

    /// Whether it is the HTML element of this name.
    pub(super) fn is(&self, name: Name) -> bool {
        self.name == name && self.space == Space::Html
    }

    pub(super) fn is_in(&self, sets: u32) -> bool {
        self.sets & sets != 0
    }
}

#[derive(Debug)]
pub(super) struct Stack {
    open: Vec<Open>,
    /// How many of each known HTML name are open, so that most questions need no search.
    counts: [u32; KNOWN],
}

impl Default for Stack {
    fn default() -> Self {
        Self { open: Vec::with_capacity(64), counts: [0; KNOWN] }
    }
}

impl Stack {
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Open> {
        self.open.iter()
    }

    pub(super) fn last(&self) -> Option<&Open> {
        self.open.last()
    }

    pub(super) fn at(&self, at: usize) -> Open {
        self.open[at]
    }

    fn count(&mut self, open: &Open) -> Option<&mut u32> {
        if open.space == Space::Html { self.counts.get_mut(open.name.number() as usize) } else { None }
    }

    pub(super) fn push(&mut self, open: Open) {
        if let Some(count) = self.count(&open) {
            *count += 1;
        }
        self.open.push(open);
    }

    /// Closes the innermost element. The root stays open.
    pub(super) fn pop(&mut self) -> Option<Open> {
        if self.open.len() <= 1 {
            return None;
        }
        let open = self.open.pop()?;
        if let Some(count) = self.count(&open) {
            *count -= 1;
        }
        Some(open)
    }

    pub(super) fn truncate(&mut self, length: usize) {
        while self.open.len() > length.max(1) {
            self.pop();
        }
    }

    pub(super) fn remove(&mut self, at: usize) {
        let open = self.open.remove(at);
        if let Some(count) = self.count(&open) {
            *count -= 1;
        }
    }

    pub(super) fn insert(&mut self, at: usize, open: Open) {
        if let Some(count) = self.count(&open) {
            *count += 1;
        }
        self.open.insert(at, open);
    }

    /// Puts another node in the place of one of the same name.
    pub(super) fn replace(&mut self, at: usize, id: NodeId) {
        self.open[at].id = id;
    }

    /// Place of a node, looked for from the inside.
    pub(super) fn position(&self, id: NodeId) -> Option<usize> {
        self.open.iter().rposition(|it| it.id == id)
    }

    pub(super) fn last_is(&self, name: Name) -> bool {
        self.last().is_some_and(|it| it.is(name))
    }

    /// Whether an element of this name is open anywhere.
    pub(super) fn has(&self, name: Name) -> bool {
        self.counts.get(name.number() as usize).is_none_or(|&count| count > 0)
    }

    /// Whether an element of this name is open within a boundary.
    pub(super) fn has_in(&self, boundary: u32, name: Name) -> bool {
        self.has(name) && self.finds_in(boundary, |open| open.is(name))
    }

    /// Whether an element that is looked for is open within a boundary.
    pub(super) fn finds_in(&self, boundary: u32, is: impl Fn(&Open) -> bool) -> bool {
        for open in self.open.iter().rev() {
            if is(open) {
                return true;
            }
            if open.is_in(boundary) {
                return false;
            }
        }
        false
    }

    pub(super) fn has_in_scope(&self, name: Name) -> bool {
        self.has_in(set::SCOPE, name)
    }

    /// Closes elements up to the innermost of this name.
    pub(super) fn pop_until(&mut self, name: Name) {
        self.pop_until_any(|open| open.is(name));
    }

    pub(super) fn pop_until_any(&mut self, is: impl Fn(&Open) -> bool) {
        while let Some(open) = self.pop() {
            if is(&open) {
                return;
            }
        }
    }

    /// Clears the stack back to a context.
    pub(super) fn clear_to(&mut self, context: u32) {
        while self.last().is_some_and(|it| !it.is_in(context)) && self.pop().is_some() {}
    }

    /// Generates implied end tags, except for one name.
    pub(super) fn imply(&mut self, except: Option<Name>) {
        while self.last().is_some_and(|it| it.is_in(set::IMPLIED) && Some(it.name) != except) {
            self.pop();
        }
    }

    /// Generates all implied end tags thoroughly.
    pub(super) fn imply_all(&mut self) {
        while self.last().is_some_and(|it| it.is_in(set::IMPLIED | set::IMPLIED_IN_TABLES)) {
            self.pop();
        }
    }

    /// Closes the innermost element of a name, and all inside it.
    pub(super) fn close(&mut self, name: Name) {
        self.imply(Some(name));
        self.pop_until(name);
    }

    /// Closes a paragraph if there is one in button scope.
    pub(super) fn close_p_in_scope(&mut self) {
        if self.has_in(set::BUTTON_SCOPE, Name::P) {
            self.close(Name::P);
        }
    }
}
