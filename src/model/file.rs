//! The container of a model file. A file that is damaged, of another type or of a newer format is refused.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | magic: `gleaner\n` |
//! | 4 | format version, little-endian |
//! | 4 | length of the header, little-endian |
//! | header | JSON: name, how it was made, and for each section the length and BLAKE3 of its two parts |
//! | 32 | BLAKE3 of everything before, which identifies the whole file |
//! | | the parts used for scoring (`tables`), then the parts that they were computed from (`counts`) |
//!
//! Each part is aligned to `ALIGNMENT` bytes and padded with zeros. Its BLAKE3 is checked when it is first
//! used, so that a run which needs one section reads only that one.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::bytes::{ALIGNMENT, Bytes};
use super::{Medium, check};
use crate::frame::little;

/// Format version that is written and read.
pub const FORMAT: u32 = 2;
const MAGIC: &[u8] = b"gleaner\n";
/// Magic of gleaner 0.1.0's models of pages.
const MAGIC_OF_PAGES: &[u8] = b"gleaner-pages\n";
/// Offset of the header.
const START: usize = 16;
/// Length of a checksum in bytes.
const CHECKSUM: usize = 32;
const DAMAGED: &str = "the model file is damaged, copy or train it again";

/// Header of a file.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) name: String,
    pub(super) made_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<Parts<Seal>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pages: Option<Parts<Seal>>,
}

/// Length of a part, and its BLAKE3 in hexadecimal.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    bytes: usize,
    blake3: String,
}

/// The two parts of a section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parts<T> {
    /// The part used for scoring.
    pub(super) tables: T,
    /// The part that it was computed from.
    pub(super) counts: T,
}

impl Parts<Vec<u8>> {
    /// Borrows both parts.
    pub(super) fn as_ref(&self) -> Parts<&[u8]> {
        Parts { tables: &self.tables, counts: &self.counts }
    }
}

impl Parts<Sealed> {
    /// Returns the bytes of both parts without checking them.
    pub(super) fn unopened(&self) -> Parts<&[u8]> {
        Parts { tables: &self.tables.bytes, counts: &self.counts.bytes }
    }
}

/// Bytes whose BLAKE3 is checked when they are used.
#[derive(Debug, Clone)]
pub(super) struct Sealed {
    bytes: Bytes,
    blake3: String,
}

impl Sealed {
    /// Returns the bytes.
    ///
    /// # Errors
    /// Returns the error message if the checksum does not match.
    pub(super) fn open(&self) -> Result<&Bytes, String> {
        if blake3::hash(&self.bytes).to_hex().as_str() == self.blake3 {
            return Ok(&self.bytes);
        }
        Err(damaged("the checksum of a section does not match"))
    }
}

/// Content of a file.
#[derive(Debug, Clone)]
pub(super) struct Content {
    pub(super) head: Head,
    /// BLAKE3 of the header, which covers the checksums of all parts.
    pub(super) digest: [u8; CHECKSUM],
    /// Parts of each section, indexed by [`Medium`].
    pub(super) sections: [Option<Parts<Sealed>>; 2],
}

/// Encodes a file with these sections, indexed by [`Medium`]. The same parts give the same bytes.
pub(super) fn encode(name: &str, made_by: &str, sections: &[Option<Parts<&[u8]>>; 2]) -> Vec<u8> {
    let seal = |bytes: &[u8]| Seal { bytes: bytes.len(), blake3: blake3::hash(bytes).to_hex().to_string() };
    let seals = |medium: Medium| {
        let parts = sections[medium as usize].as_ref();
        parts.map(|parts| Parts { tables: seal(parts.tables), counts: seal(parts.counts) })
    };
    let head = Head {
        name: name.to_owned(),
        made_by: made_by.to_owned(),
        text: seals(Medium::Text),
        pages: seals(Medium::Page),
    };
    let head = serde_json::to_vec(&head).expect("strings and integers are always JSON");
    let mut file = [MAGIC, &FORMAT.to_le_bytes(), &(head.len() as u32).to_le_bytes(), &head].concat();
    let checksum = blake3::hash(&file);
    file.extend_from_slice(checksum.as_bytes());
    let tables = sections.iter().flatten().map(|parts| parts.tables);
    for part in tables.chain(sections.iter().flatten().map(|parts| parts.counts)) {
        file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
        file.extend_from_slice(part);
    }
    file
}

/// Decodes the header of a file and locates its parts.
///
/// # Errors
/// Returns what is wrong with the file and what to do about it.
pub(super) fn decode(file: &Bytes) -> Result<Content, String> {
    if file.starts_with(MAGIC_OF_PAGES) {
        return Err(
            "a model of pages of gleaner 0.1.0: train it again with `gleaner train --pages DIR -o MODEL`"
                .to_owned(),
        );
    }
    if !file.starts_with(MAGIC) {
        return Err("not a gleaner model (write one with `gleaner train … -o MODEL`)".to_owned());
    }
    let cut = || damaged("the header is incomplete");
    let number = |range: Range<usize>| file.get(range).map(little).ok_or_else(cut);
    match number(8..12)? {
        version if version == u64::from(FORMAT) => {}
        1 => {
            return Err("a model of gleaner 0.1.0: train it again with `gleaner train … -o MODEL`".to_owned());
        }
        version => {
            return Err(format!(
                "format {version} is not supported (this gleaner reads format {FORMAT}); use the version that wrote it, or a newer one"
            ));
        }
    }
    let end = START.saturating_add(number(12..START)? as usize);
    let (head, checksum) = (file.get(..end).ok_or_else(cut)?, file.get(end..).unwrap_or_default());
    let (digest, _) = checksum.split_first_chunk::<CHECKSUM>().ok_or_else(cut)?;
    if blake3::hash(head).as_bytes() != digest {
        return Err(damaged("the checksum does not match"));
    }
    let head: Head = serde_json::from_slice(&head[START..])
        .map_err(|error| damaged(&format!("the header cannot be read ({error})")))?;
    check::printed(&head.name).and(check::printed(&head.made_by))?;
    if head.text.is_none() && head.pages.is_none() {
        return Err("it has no section for text or for pages; train one with `gleaner train`".to_owned());
    }
    let mut at = end + CHECKSUM;
    let mut part = |seal: &Seal| {
        let start = at.next_multiple_of(ALIGNMENT);
        let end = start.saturating_add(seal.bytes);
        let bytes = file
            .part(start..end)
            .ok_or_else(|| damaged(&format!("it has {} bytes instead of {end} or more", file.len())))?;
        if file[at..start].iter().any(|&byte| byte != 0) {
            return Err(damaged("the padding between its parts is not zero"));
        }
        at = end;
        Ok(Sealed { bytes, blake3: seal.blake3.clone() })
    };
    let seals = [&head.text, &head.pages];
    let mut parts = |which: fn(&Parts<Seal>) -> &Seal| -> Result<Vec<Option<Sealed>>, String> {
        seals.iter().map(|seals| seals.as_ref().map(|seals| part(which(seals))).transpose()).collect()
    };
    let (tables, counts) = (parts(|seals| &seals.tables)?, parts(|seals| &seals.counts)?);
    let mut both = tables
        .into_iter()
        .zip(counts)
        .map(|(tables, counts)| Some(Parts { tables: tables?, counts: counts? }));
    let sections = [both.next().flatten(), both.next().flatten()];
    if at < file.len() {
        return Err(damaged(&format!("{} extra bytes at the end", file.len() - at)));
    }
    Ok(Content { digest: *digest, sections, head })
}

/// Returns the error message for a file that is damaged in this way.
fn damaged(what: &str) -> String {
    format!("{what}; {DAMAGED}")
}
