//! The file format of a site memory, with version and checksum, so that a damaged or newer file is refused.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `glnsite\n` |
//! | 4 | format version, little-endian |
//! | 8 | length of the body |
//! | body | buckets, documents, copies, keys forgotten, keys held: 8 bytes each, little-endian; then for each bucket the number of its keys (a byte), and each key: 6 bytes, its count: 1 |
//! | 32 | BLAKE3 of everything before |
//!
//! Keys of a bucket are ascending, so that memories of the same documents have the same bytes.

use std::io::{self, Write};
use std::path::Path;

use super::memory::SiteMemory;
use super::table::{SLOTS, Table};
use crate::error::{Error, Result};
use crate::frame::{Frame, little};

/// First bytes of the file.
pub const MAGIC: &[u8; 8] = b"glnsite\n";
/// Format version that is written and read.
pub const FORMAT: u32 = 1;
const FRAME: Frame = Frame {
    magic: MAGIC,
    format: FORMAT,
    foreign: "not a site memory (write one with `gleaner site-memory build … -o FILE`)",
    damaged: "the site memory is damaged, copy or build it again",
};
/// Length of the numbers before the buckets, in bytes.
const HEAD: usize = 5 * 8;
/// Length of a key and its count, in bytes.
const ENTRY: u64 = 7;

/// A writer that hashes what it writes.
struct Hashing<'a> {
    out: &'a mut dyn Write,
    hasher: blake3::Hasher,
}

impl Hashing<'_> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.out.write_all(bytes)
    }
}

impl SiteMemory {
    /// Writes the memory without allocating. The same content gives the same bytes.
    ///
    /// # Errors
    /// Any error of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let table = self.table();
        let held = table.len();
        let head = [table.buckets(), self.documents(), self.copies(), table.forgotten(), held];
        let length = HEAD as u64 + table.buckets() + held * ENTRY;
        let mut out = Hashing { out, hasher: blake3::Hasher::new() };
        out.put(&FRAME.head(length))?;
        for number in head {
            out.put(&number.to_le_bytes())?;
        }
        let mut bytes = Vec::with_capacity(1 + SLOTS * ENTRY as usize);
        for bucket in 0..table.buckets() {
            bytes.clear();
            bytes.push(0);
            for (tag, count) in table.bucket(bucket) {
                bytes[0] += 1;
                bytes.extend_from_slice(&tag.to_le_bytes()[..6]);
                bytes.push(count);
            }
            out.put(&bytes)?;
        }
        let checksum = out.hasher.finalize();
        out.out.write_all(checksum.as_bytes())
    }

    /// Returns the bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.write(&mut bytes).expect("writing to memory never fails");
        bytes
    }

    /// Reads a file. `path` is for messages. The memory takes at most 64 times as many bytes as the file.
    ///
    /// # Errors
    /// [`Error::SiteMemory`] with what is wrong with the file and what to do about it.
    pub fn from_bytes(file: &[u8], path: &Path) -> Result<Self> {
        decode(file).map_err(|reason| Error::SiteMemory { path: path.to_path_buf(), reason })
    }
}

/// Whether a file that begins with these bytes is a site memory. It may still be damaged.
pub fn is_memory(start: &[u8]) -> bool {
    start.starts_with(FRAME.magic)
}

fn decode(file: &[u8]) -> Result<SiteMemory, String> {
    read(FRAME.open(file)?).map_err(|what| FRAME.damaged(what))
}

/// Takes `many` bytes off the start.
fn take<'a>(rest: &mut &'a [u8], many: usize) -> Result<&'a [u8], String> {
    let (taken, left) = rest.split_at_checked(many).ok_or("a table is incomplete")?;
    *rest = left;
    Ok(taken)
}

fn read(mut body: &[u8]) -> Result<SiteMemory, String> {
    let rest = &mut body;
    let mut number = || Ok::<_, String>(little(take(rest, 8)?));
    let [buckets, documents, copies, forgotten, held] =
        [number()?, number()?, number()?, number()?, number()?];
    // Each bucket takes at least one byte of the file, which bounds the memory that a file can request.
    if buckets == 0 || buckets > rest.len() as u64 {
        return Err(format!("invalid number of buckets: {buckets}"));
    }
    let mut table = Table::of_buckets(buckets).map_err(|error| error.to_string())?;
    for bucket in 0..buckets {
        let many = usize::from(take(rest, 1)?[0]);
        if many > SLOTS {
            return Err(format!("a bucket has {many} keys"));
        }
        let mut entries = Vec::with_capacity(many);
        for entry in take(rest, many * ENTRY as usize)?.chunks_exact(ENTRY as usize) {
            let tag = little(&entry[..6]);
            let ascends = entries.last().is_none_or(|&(before, _)| before < tag);
            if entry[6] == 0 || !ascends {
                return Err("the keys of a bucket are out of order".to_owned());
            }
            entries.push((tag, entry[6]));
        }
        if many > 0 {
            table.set_bucket(bucket, entries);
        }
    }
    if !rest.is_empty() {
        return Err("extra bytes after the last table".to_owned());
    }
    if table.len() != held {
        return Err(format!("it has {} keys instead of {held}", table.len()));
    }
    table.set_forgotten(forgotten);
    Ok(SiteMemory::of(table, documents, copies))
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh3::xxh3_64;

    fn small() -> SiteMemory {
        let mut table = Table::new(1 << 12).unwrap();
        (0..100u64).for_each(|n| (0..=n % 4).for_each(|_| table.add(xxh3_64(&n.to_le_bytes()))));
        SiteMemory::of(table, 30, 2)
    }

    fn refused(bytes: &[u8]) -> String {
        let error = SiteMemory::from_bytes(bytes, Path::new("a/site.memory")).unwrap_err().to_string();
        assert!(error.starts_with("a/site.memory: "), "{error}");
        error
    }

    #[test]
    fn it_comes_back_the_same() {
        let memory = small();
        let bytes = memory.to_bytes();
        let read = SiteMemory::from_bytes(&bytes, Path::new("m")).unwrap();
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!((read.documents(), read.copies(), read.table().len()), (30, 2, memory.table().len()));
        let key = xxh3_64(&7u64.to_le_bytes());
        assert_eq!((read.table().count(key), memory.table().count(key)), (4, 4));
    }

    #[test]
    fn whatever_was_done_to_it_is_told() {
        let bytes = small().to_bytes();
        for at in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << (at % 8);
            refused(&flipped);
            refused(&bytes[..at]);
        }
        assert!(refused(b"").contains("not a site memory"));
        assert!(refused(&[bytes.as_slice(), b"x"].concat()).contains("1 extra bytes"));
        assert!(refused(&bytes[..bytes.len() - 1]).contains("bytes instead of"));
    }

    /// Returns a file with this version and body, and a valid checksum.
    fn framed(version: u32, body: &[u8]) -> Vec<u8> {
        Frame { format: version, ..FRAME }.close(body)
    }

    #[test]
    fn a_sound_frame_around_nonsense_is_refused() {
        let head = |buckets: u64, held: u64| [buckets, 1, 0, 0, held].map(u64::to_le_bytes).concat();
        let with =
            |buckets, held, rest: &[u8]| framed(FORMAT, &[head(buckets, held), rest.to_vec()].concat());
        assert!(refused(&with(u64::MAX, 0, &[0])).contains("buckets"));
        assert!(refused(&with(0, 0, &[])).contains("buckets"));
        assert!(refused(&with(1, 0, &[9])).contains("9 keys"));
        assert!(refused(&with(1, 1, &[1, 0, 0, 0, 0, 0, 0, 0])).contains("out of order"));
        assert!(
            refused(&with(1, 2, &[2, 5, 0, 0, 0, 0, 0, 1, 5, 0, 0, 0, 0, 0, 1])).contains("out of order")
        );
        assert!(refused(&with(1, 3, &[0])).contains("0 keys instead of 3"));
        assert!(refused(&with(1, 0, &[0, 0])).contains("extra bytes"));
        assert!(refused(&framed(2, b"x")).contains("format 2"));
        assert!(SiteMemory::from_bytes(&with(1, 1, &[1, 5, 0, 0, 0, 0, 0, 3]), Path::new("m")).is_ok());
    }
}
