//! The tables used for scoring: the header of a section, the flat table of weights in the form that is looked
//! up, and the trees.
//!
//! | bytes | what |
//! |---|---|
//! | 64 | sixteen numbers of 4 bytes, little-endian: bytes of the header, slots, words of the filter, rows, weights beyond the rows, trees, nodes, slope and offset of the straight line, then zeros |
//! | | header: JSON of integers and strings |
//! | | slots of the index, 4 bytes each |
//! | | words of its filter, 8 bytes each |
//! | | rows of weights, 16 bytes each |
//! | | weights that do not fit into the rows, a byte each |
//! | | number of nodes of each tree, 4 bytes each |
//! | | nodes: signal and left child (2 bytes each), threshold, value (4 bytes each) |
//!
//! Each table is aligned to [`ALIGNMENT`] bytes, so that it can be used in place.

use super::Header;
use super::bytes::{ALIGNMENT, Bytes, Number};
use super::check;
use crate::bayes::weights::{Classes, Tables, Weights};
use crate::context::Context;
use crate::context::trees::{Node, Tree};

/// Number of integers before the header.
const NUMBERS: usize = ALIGNMENT / 4;

/// Encodes header, weights and context. The same parts give the same bytes.
pub(super) fn encode(header: &Header, weights: &Weights, context: &Context) -> Vec<u8> {
    let header = serde_json::to_vec(header).expect("strings and integers are always JSON");
    let Tables { slots, filter, rows, more } = weights.tables();
    let lengths: Vec<u32> = context.trees.iter().map(|tree| tree.0.len() as u32).collect();
    let nodes: Vec<u32> = context.trees.iter().flat_map(|tree| &tree.0).flat_map(packed).collect();
    let mut numbers = [0; NUMBERS];
    let tables =
        [header.len(), slots.len(), filter.len(), rows.len(), more.len(), lengths.len(), nodes.len() / 3];
    for (number, length) in numbers.iter_mut().zip(tables) {
        *number = length as u32;
    }
    [numbers[7], numbers[8]] = [context.slope as u32, context.offset as u32];
    let mut out = Vec::new();
    put(&mut out, &numbers);
    out.extend(&header);
    put(&mut out, &slots);
    put(&mut out, &filter);
    put(&mut out, &rows);
    put(&mut out, &more);
    put(&mut out, &lengths);
    put(&mut out, &nodes);
    out
}

fn packed(node: &Node) -> [u32; 3] {
    [u32::from(node.signal) | u32::from(node.left) << 16, node.threshold as u32, node.value as u32]
}

fn unpacked(&[both, threshold, value]: &[u32; 3]) -> Node {
    Node { signal: both as u16, left: (both >> 16) as u16, threshold: threshold as i32, value: value as i32 }
}

/// Appends a table at the next aligned offset.
fn put<T: Number>(out: &mut Vec<u8>, table: &[T]) {
    out.resize(out.len().next_multiple_of(ALIGNMENT), 0);
    T::put_all(table, out);
}

/// Output of [`decode`].
pub(super) struct Judging {
    pub(super) header: Header,
    pub(super) classes: Classes,
    pub(super) weights: Weights,
    pub(super) context: Context,
}

/// Decodes the output of [`encode`]. Only the form of the trees is checked here; [`check::context`] checks
/// that they fit the signals.
///
/// # Errors
/// Returns what is wrong with the bytes.
pub(super) fn decode(bytes: &Bytes) -> Result<Judging, String> {
    let mut rest = Rest { bytes, at: 0 };
    let numbers = rest.table::<u32>(NUMBERS)?;
    let length = |number: usize| numbers[number] as usize;
    let header = rest.part(length(0))?;
    let header: Header = serde_json::from_slice(&header)
        .map_err(|error| format!("the header of a section cannot be read: {error}"))?;
    check::header(&header)?;
    let classes = Classes::new(&header.labels, &header.kept);
    let tables = Tables {
        slots: rest.table(length(1))?,
        filter: rest.table(length(2))?,
        rows: rest.table(length(3))?,
        more: rest.table(length(4))?,
    };
    let (lengths, nodes) = (rest.table::<u32>(length(5))?, rest.table::<u32>(length(6).saturating_mul(3))?);
    if rest.at != bytes.len() || numbers[9..].iter().any(|&number| number != 0) {
        return Err("extra bytes after the last table".to_owned());
    }
    if lengths.len() > check::MAX_TREES {
        return Err(format!("it has {} trees, more than {}", lengths.len(), check::MAX_TREES));
    }
    let weights = Weights::of_tables(classes.kinds(), tables)?;
    let mut nodes = nodes.as_chunks().0;
    let mut trees = Vec::with_capacity(lengths.len());
    for &length in &*lengths {
        let (tree, others) =
            nodes.split_at_checked(length as usize).ok_or("a tree refers to missing nodes")?;
        trees.push(Tree(tree.iter().map(unpacked).collect()));
        nodes = others;
    }
    if !nodes.is_empty() {
        return Err("extra nodes after the last tree".to_owned());
    }
    let context = Context { slope: numbers[7] as i32, offset: numbers[8] as i32, trees };
    Ok(Judging { header, classes, weights, context })
}

/// A reader of tables.
struct Rest<'a> {
    bytes: &'a Bytes,
    at: usize,
}

impl Rest<'_> {
    /// Returns the next `length` bytes, from the next aligned offset.
    fn part(&mut self, length: usize) -> Result<Bytes, String> {
        let start = self.at.next_multiple_of(ALIGNMENT);
        let end = start.checked_add(length);
        let part = end.and_then(|end| self.bytes.part(start..end));
        let part = part.ok_or_else(|| "a table is incomplete".to_owned())?;
        if self.bytes[self.at..start].iter().any(|&byte| byte != 0) {
            return Err("the padding between tables is not zero".to_owned());
        }
        self.at = start + length;
        Ok(part)
    }

    fn table<T: Number>(&mut self, length: usize) -> Result<std::borrow::Cow<'static, [T]>, String> {
        Ok(self.part(length.saturating_mul(size_of::<T>()))?.numbers())
    }
}
