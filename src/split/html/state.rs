//! Texts that a page holds as data, for scripts to draw: JSON-LD, a framework's page state, posts in an
//! attribute.

use super::Blocks;
use crate::read::html::Tree;

/// Adds them.
pub(super) fn add(_tree: &Tree, _blocks: &mut Blocks) {}
