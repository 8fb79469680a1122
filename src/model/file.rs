//! The model file: its own container, so that nothing damaged, foreign or newer is ever used.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `gleaner\n` |
//! | 4 | format version, little-endian |
//! | 8 | length of the body |
//! | body | header (JSON of integers and strings), counts, curves, context |
//! | 32 | BLAKE3 of everything before |
//!
//! Counts: per channel the number of features, then each: bytes shared with the name before, bytes that
//! follow, their text, a mask of the labels that have counts, the counts. Everything is a [`varint`].

use super::varint::{self, Reader};
use super::{Header, Parts, rows};
use crate::bayes::smoothing::Curve;
use crate::context::Context;
use crate::context::trees::{Node, Tree};
use crate::features::Channel;
use crate::frame::Frame;

/// The format that this version writes, and the newest that it reads.
pub const FORMAT: u32 = 2;
const FRAME: Frame = Frame {
    magic: b"gleaner\n",
    format: FORMAT,
    foreign: "not a gleaner model (write one with `gleaner train … -o MODEL`)",
    damaged: "the model file is damaged, copy or train it again",
};

/// The file's bytes: the same for the same parts. Cannot fail.
pub fn encode(parts: &Parts) -> Vec<u8> {
    let mut body = Vec::new();
    let header = serde_json::to_vec(&parts.header).expect("a header of strings and integers is always JSON");
    varint::put(&mut body, header.len() as u64);
    body.extend(header);
    rows::put(&mut body, &parts.counts);
    for curves in &parts.curves {
        varint::put(&mut body, curves.len() as u64);
        for curve in curves {
            put_curve(&mut body, curve);
        }
    }
    put_context(&mut body, &parts.context);
    FRAME.close(&body)
}

/// What stands in a file, its counts as they stand there.
pub(super) struct Content<'a> {
    pub(super) header: Header,
    /// What [`rows`] reads.
    pub(super) counts: &'a [u8],
    /// How many rows they have, per channel.
    pub(super) features: [usize; Channel::ALL.len()],
    pub(super) curves: Vec<Vec<Curve>>,
    pub(super) context: Context,
}

/// Reads a file's bytes.
///
/// # Errors
/// What is wrong with them, and what to do about it.
pub(super) fn decode(file: &[u8]) -> Result<Content<'_>, String> {
    let mut reader = Reader::new(FRAME.open(file)?);
    let content = read(&mut reader)?;
    if !reader.is_done() {
        return Err(FRAME.damaged("bytes follow its last table"));
    }
    Ok(content)
}

fn read<'a>(reader: &mut Reader<'a>) -> Result<Content<'a>, String> {
    let length = reader.length()?;
    let header: Header = serde_json::from_slice(reader.bytes(length)?)
        .map_err(|error| format!("its header cannot be read: {error}"))?;
    // Before a row is read: a row has a number for every label.
    super::check::labels(&header)?;
    let from = reader.rest();
    let features = rows::skip(reader, header.labels.len())?;
    let counts = &from[..from.len() - reader.rest().len()];
    let mut curves = Vec::new();
    for _ in Channel::ALL {
        let classes = reader.length()?;
        curves.push((0..classes).map(|_| read_curve(reader)).collect::<Result<_, _>>()?);
    }
    let context = read_context(reader)?;
    Ok(Content { header, counts, features, curves, context })
}

fn put_curve(out: &mut Vec<u8>, curve: &Curve) {
    varint::put(out, curve.points().len() as u64);
    let (mut count, mut value) = (0u64, 0i64);
    for &(c, v) in curve.points() {
        varint::put(out, c - count);
        varint::put_signed(out, i64::from(v) - value);
        (count, value) = (c, i64::from(v));
    }
}

fn read_curve(reader: &mut Reader<'_>) -> Result<Curve, String> {
    let (mut count, mut value) = (0u64, 0i64);
    let points = (0..reader.length()?)
        .map(|_| {
            count = count.saturating_add(reader.number()?);
            value = value.saturating_add(reader.signed()?);
            Ok((count, i32::try_from(value).map_err(|_| "a weight in it is out of range".to_owned())?))
        })
        .collect::<Result<Vec<_>, String>>()?;
    Ok(Curve::new(points))
}

fn put_context(out: &mut Vec<u8>, context: &Context) {
    varint::put_signed(out, i64::from(context.slope));
    varint::put_signed(out, i64::from(context.offset));
    varint::put(out, context.trees.len() as u64);
    for Tree(nodes) in &context.trees {
        varint::put(out, nodes.len() as u64);
        for node in nodes {
            varint::put(out, u64::from(node.left));
            varint::put_signed(out, i64::from(node.value));
            if node.left != 0 {
                varint::put(out, u64::from(node.signal));
                varint::put_signed(out, i64::from(node.threshold));
            }
        }
    }
}

fn read_context(reader: &mut Reader<'_>) -> Result<Context, String> {
    let range = |_| "a number in its trees is out of range".to_owned();
    let slope = i32::try_from(reader.signed()?).map_err(range)?;
    let offset = i32::try_from(reader.signed()?).map_err(range)?;
    let mut trees = Vec::new();
    for _ in 0..reader.length()? {
        let mut nodes = Vec::new();
        for _ in 0..reader.length()? {
            let left = u16::try_from(reader.number()?).map_err(range)?;
            let value = i32::try_from(reader.signed()?).map_err(range)?;
            let mut node = Node { left, value, ..Node::default() };
            if left != 0 {
                node.signal = u16::try_from(reader.number()?).map_err(range)?;
                node.threshold = i32::try_from(reader.signed()?).map_err(range)?;
            }
            nodes.push(node);
        }
        trees.push(Tree(nodes));
    }
    Ok(Context { slope, offset, trees })
}
