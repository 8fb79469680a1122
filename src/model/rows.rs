//! The counts of a model file: one row per feature, read without keeping it.
//!
//! Scoring needs the weights only, so that loading walks the rows once and keeps none; the table by name
//! is built from the same bytes when somebody asks for it.

use super::varint::{self, Reader};
use crate::features::Channel;
use crate::features::counts::{CountTable, Sites, check_name};

/// Appends the rows of a table. Cannot fail.
pub(super) fn put(out: &mut Vec<u8>, counts: &CountTable) {
    let ids = counts.vocabulary().sorted_ids();
    for &paragraphs in counts.paragraphs() {
        varint::put(out, paragraphs);
    }
    for channel in Channel::ALL {
        let here = ids.iter().filter(|&&id| counts.vocabulary().feature(id).0 == channel);
        varint::put(out, here.clone().count() as u64);
        let mut before = "";
        for &id in here {
            let name = counts.vocabulary().feature(id).1;
            let shared = before.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
            varint::put(out, shared as u64);
            varint::put(out, (name.len() - shared) as u64);
            out.extend(&name.as_bytes()[shared..]);
            let row = counts.row(id);
            for labels in row.chunks(64) {
                let mask = labels.iter().enumerate().fold(0u64, |mask, (i, &n)| mask | u64::from(n > 0) << i);
                varint::put(out, mask);
            }
            for &count in row.iter().filter(|&&count| count > 0) {
                varint::put(out, count);
            }
            before = name;
        }
    }
}

/// Passes over the rows of a table with this many labels; how many there are of each channel.
///
/// # Errors
/// Where the bytes end early. What the rows say is not looked at.
pub(super) fn skip(reader: &mut Reader<'_>, labels: usize) -> Result<[usize; Channel::ALL.len()], String> {
    let mut rows = [0; Channel::ALL.len()];
    for _ in 0..labels {
        reader.number()?;
    }
    for rows in &mut rows {
        *rows = reader.length()?;
        for _ in 0..*rows {
            reader.number()?;
            let rest = reader.length()?;
            reader.bytes(rest)?;
            let mut counts = 0;
            for _ in 0..labels.div_ceil(64) {
                counts += reader.number()?.count_ones();
            }
            for _ in 0..counts {
                reader.number()?;
            }
        }
    }
    Ok(rows)
}

/// Paragraphs per label, which stand before the rows.
///
/// # Errors
/// Where the bytes end early.
pub(super) fn paragraphs(reader: &mut Reader<'_>, labels: usize) -> Result<Vec<u64>, String> {
    (0..labels).map(|_| reader.number()).collect()
}

/// Hands every row to `take`, in the order of the file: channel, name, count per label.
///
/// # Errors
/// What is wrong with the bytes, or what `take` says.
pub(super) fn each(
    reader: &mut Reader<'_>,
    labels: usize,
    mut take: impl FnMut(Channel, &str, &[u64]) -> Result<(), String>,
) -> Result<(), String> {
    let mut row = vec![0u64; labels];
    let mut masks = Vec::new();
    let mut name: Vec<u8> = Vec::new();
    for channel in Channel::ALL {
        name.clear();
        for index in 0..reader.length()? {
            let shared = reader.number()?;
            if shared > name.len() as u64 {
                return Err("a name in it shares more than there is".to_owned());
            }
            let rest = reader.length()?;
            let rest = reader.bytes(rest)?;
            // What they share says nothing about their order.
            let ascends = index == 0 || &name[shared as usize..] < rest;
            name.truncate(shared as usize);
            name.extend_from_slice(rest);
            let text = std::str::from_utf8(&name).map_err(|_| "a name in it is not UTF-8".to_owned())?;
            check_name(text)?;
            if !ascends {
                return Err("its names are out of order".to_owned());
            }
            masks.clear();
            for _ in 0..labels.div_ceil(64) {
                masks.push(reader.number()?);
            }
            row.fill(0);
            for (mask, row) in masks.iter_mut().zip(row.chunks_mut(64)) {
                while *mask != 0 {
                    let label = mask.trailing_zeros() as usize;
                    let count = row.get_mut(label).ok_or("a row in it has more labels than there are")?;
                    *count = reader.number()?;
                    *mask &= *mask - 1;
                }
            }
            if row.iter().all(|&count| count == 0) {
                return Err("a feature in it has no counts".to_owned());
            }
            take(channel, text, &row)?;
        }
    }
    Ok(())
}

/// The rows as a table by name.
///
/// # Errors
/// As [`each`], and where two rows are of one feature.
pub(super) fn table(bytes: &[u8], labels: &[String]) -> Result<CountTable, String> {
    let mut reader = Reader::new(bytes);
    let mut counts = CountTable::new(labels.to_vec());
    for (label, count) in paragraphs(&mut reader, labels.len())?.into_iter().enumerate() {
        counts.add_paragraphs(label, count);
    }
    each(&mut reader, labels.len(), |channel, name, row| {
        let known = counts.len();
        counts.add_row(channel, name, row, Sites::Many);
        if counts.len() > known { Ok(()) } else { Err(format!("it has the feature {name:?} twice")) }
    })?;
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> CountTable {
        let labels: Vec<String> = (0..70).map(|label| format!("label {label:02}")).collect();
        let mut table = CountTable::new(labels);
        for (n, name) in ["a", "ab", "abc", "b é", "日本"].into_iter().enumerate() {
            for (label, count) in [(n, 3), (64 + n, 300), (69, 1 << 40)] {
                table.add_named(Channel::ALL[n % 3], name, label, count, Sites::Many);
                table.add_paragraphs(label, count);
            }
        }
        table
    }

    fn text(table: &CountTable) -> String {
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_come_back() {
        let counts = example();
        let mut bytes = Vec::new();
        put(&mut bytes, &counts);
        assert_eq!(text(&table(&bytes, counts.labels()).unwrap()), text(&counts));
        bytes.push(9);
        let mut reader = Reader::new(&bytes);
        assert_eq!(skip(&mut reader, 70).unwrap(), [2, 2, 1, 0, 0, 0, 0, 0]);
        assert_eq!(reader.number().unwrap(), 9);
        for end in 0..bytes.len() - 1 {
            assert!(skip(&mut Reader::new(&bytes[..end]), 70).is_err());
            assert!(table(&bytes[..end], counts.labels()).is_err());
        }
    }

    #[test]
    fn what_no_table_writes_is_refused() {
        let labels = ["a", "b"].map(str::to_owned);
        let of = |rows: &[&[u8]]| {
            let mut bytes = vec![1, 1, rows.len() as u8];
            rows.iter().for_each(|row| bytes.extend(*row));
            bytes.extend([0; Channel::ALL.len() - 1]);
            table(&bytes, &labels).map(|table| table.len())
        };
        assert_eq!(of(&[b"\0\x01x\x01\x05", b"\x01\x01y\x03\x05\x06"]), Ok(2));
        assert!(of(&[b"\0\x01x\x01\x05", b"\x01\0\x01\x05"]).unwrap_err().contains("out of order"));
        assert!(of(&[b"\0\x01y\x01\x05", b"\0\x01x\x01\x05"]).unwrap_err().contains("out of order"));
        assert!(of(&[b"\0\x01x\0"]).unwrap_err().contains("no counts"));
        assert!(of(&[b"\0\x01x\x01\0"]).unwrap_err().contains("no counts"));
        assert!(of(&[b"\0\0\x01\x05"]).unwrap_err().contains("without a name"));
        assert!(of(&[b"\0\x01\t\x01\x05"]).unwrap_err().contains("no feature has a name"));
        assert!(of(&[b"\0\x01x\x04\x05"]).unwrap_err().contains("more labels"));
        assert!(of(&[b"\x01\x01x\x01\x05"]).unwrap_err().contains("shares more"));
        assert!(of(&[b"\0\x01\xff\x01\x05"]).unwrap_err().contains("UTF-8"));
    }
}
