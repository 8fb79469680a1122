//! The counts per feature and label from which weights are computed, and the curves that weigh them. Scoring
//! needs neither, so they come last in a file and are read on demand.
//!
//! For each label, its paragraphs. For each channel, the number of features, then each feature: number of
//! bytes shared with the name before, number of bytes that follow, those bytes, a mask of the labels with
//! counts, the counts. For each channel, the number of curves, then each curve: its points, as differences of
//! counts and values. Everything is a [`varint`].

use super::MOST_COUNTS;
use super::varint::{self, Reader};
use crate::bayes::smoothing::Curve;
use crate::features::Channel;
use crate::features::counts::{CountTable, Sites, check_name};

/// What is held in memory at most, whatever a file says.
struct Bounds {
    /// Counts: features times labels.
    counts: usize,
    /// Bytes of all names. A name may repeat the one before it, so that few bytes of a file make many.
    names: usize,
}

/// Names of 32 bytes in the mean, of as many features as there may be.
const BOUNDS: Bounds = Bounds { counts: MOST_COUNTS, names: 1 << 28 };

/// Encodes counts and their curves, per channel and class.
pub(super) fn encode(counts: &CountTable, curves: &[Vec<Curve>]) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, counts);
    for curves in curves {
        varint::put(&mut out, curves.len() as u64);
        curves.iter().for_each(|curve| put_curve(&mut out, curve));
    }
    out
}

/// Decodes the output of [`encode`].
///
/// # Errors
/// Returns what is wrong with the bytes, for example two rows for one feature.
pub(super) fn decode(bytes: &[u8], labels: &[String]) -> Result<(CountTable, Vec<Vec<Curve>>), String> {
    let mut reader = Reader::new(bytes);
    let counts = table(&mut reader, labels, &BOUNDS)?;
    let mut curves = Vec::new();
    for _ in Channel::ALL {
        let classes = reader.length()?;
        curves.push((0..classes).map(|_| read_curve(&mut reader)).collect::<Result<_, _>>()?);
    }
    if !reader.is_done() {
        return Err("extra bytes after the last curve".to_owned());
    }
    Ok((counts, curves))
}

/// Appends the rows of a table.
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

/// Reads the rows of a table.
fn table(reader: &mut Reader<'_>, labels: &[String], bounds: &Bounds) -> Result<CountTable, String> {
    let mut counts = CountTable::new(labels.to_vec());
    for label in 0..labels.len() {
        counts.add_paragraphs(label, reader.number()?);
    }
    let mut row = vec![0u64; labels.len()];
    let mut masks = Vec::new();
    let mut name: Vec<u8> = Vec::new();
    let (mut features, mut names) = (0, 0);
    for channel in Channel::ALL {
        name.clear();
        let here = reader.length()?;
        features += here;
        if features.saturating_mul(labels.len()) > bounds.counts {
            return Err(format!("it has {features} features of {} labels, more than fit", labels.len()));
        }
        for index in 0..here {
            let shared = reader.number()?;
            if shared > name.len() as u64 {
                return Err("a name shares more bytes than the name before has".to_owned());
            }
            let rest = reader.length()?;
            let rest = reader.bytes(rest)?;
            // The shared bytes do not affect the order.
            let ascends = index == 0 || &name[shared as usize..] < rest;
            name.truncate(shared as usize);
            name.extend_from_slice(rest);
            names += name.len();
            if names > bounds.names {
                return Err(format!("its names have more than {} bytes", bounds.names));
            }
            let text = std::str::from_utf8(&name).map_err(|_| "a name is not UTF-8".to_owned())?;
            check_name(text)?;
            if !ascends {
                return Err("names are out of order".to_owned());
            }
            masks.clear();
            for _ in 0..labels.len().div_ceil(64) {
                masks.push(reader.number()?);
            }
            row.fill(0);
            for (mask, row) in masks.iter_mut().zip(row.chunks_mut(64)) {
                while *mask != 0 {
                    let label = mask.trailing_zeros() as usize;
                    let count = row.get_mut(label).ok_or("a row of counts has too many labels")?;
                    *count = reader.number()?;
                    *mask &= *mask - 1;
                }
            }
            if row.iter().all(|&count| count == 0) {
                return Err("a feature has no counts".to_owned());
            }
            let known = counts.len();
            counts.add_row(channel, text, &row, Sites::Many);
            if counts.len() == known {
                return Err(format!("the feature {text:?} occurs twice"));
            }
        }
    }
    Ok(counts)
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
            Ok((count, i32::try_from(value).map_err(|_| "a weight is out of range".to_owned())?))
        })
        .collect::<Result<Vec<_>, String>>()?;
    Ok(Curve::new(points))
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
        assert_eq!(text(&table(&mut Reader::new(&bytes), counts.labels(), &BOUNDS).unwrap()), text(&counts));
        for end in 0..bytes.len() {
            assert!(table(&mut Reader::new(&bytes[..end]), counts.labels(), &BOUNDS).is_err());
        }
    }

    #[test]
    fn curves_come_back() {
        let counts = example();
        let curve = |n: u64| Curve::new((0..n).map(|c| (c * c, c as i32 * -7)).collect());
        let mut curves: Vec<Vec<Curve>> = Channel::ALL.map(|_| Vec::new()).to_vec();
        curves[1] = vec![curve(1), curve(20)];
        let bytes = encode(&counts, &curves);
        let (again, read) = decode(&bytes, counts.labels()).unwrap();
        assert_eq!((text(&again), read), (text(&counts), curves));
        assert!(decode(&[&bytes[..], &[0]].concat(), counts.labels()).unwrap_err().contains("extra bytes"));
    }

    #[test]
    fn what_no_table_writes_is_refused() {
        let labels = ["a", "b"].map(str::to_owned);
        let of = |rows: &[&[u8]]| {
            let mut bytes = vec![1, 1, rows.len() as u8];
            rows.iter().for_each(|row| bytes.extend(*row));
            bytes.extend([0; Channel::ALL.len() - 1]);
            table(&mut Reader::new(&bytes), &labels, &BOUNDS).map(|table| table.len())
        };
        assert_eq!(of(&[b"\0\x01x\x01\x05", b"\x01\x01y\x03\x05\x06"]), Ok(2));
        assert!(of(&[b"\0\x01x\x01\x05", b"\x01\0\x01\x05"]).unwrap_err().contains("out of order"));
        assert!(of(&[b"\0\x01y\x01\x05", b"\0\x01x\x01\x05"]).unwrap_err().contains("out of order"));
        assert!(of(&[b"\0\x01x\0"]).unwrap_err().contains("no counts"));
        assert!(of(&[b"\0\x01x\x01\0"]).unwrap_err().contains("no counts"));
        assert!(of(&[b"\0\0\x01\x05"]).unwrap_err().contains("no name"));
        assert!(of(&[b"\0\x01\t\x01\x05"]).unwrap_err().contains("invalid feature name"));
        assert!(of(&[b"\0\x01x\x04\x05"]).unwrap_err().contains("too many labels"));
        assert!(of(&[b"\x01\x01x\x01\x05"]).unwrap_err().contains("shares more"));
        assert!(of(&[b"\0\x01\xff\x01\x05"]).unwrap_err().contains("UTF-8"));
    }

    #[test]
    fn what_would_not_fit_is_refused_before_it_is_read() {
        let labels: Vec<String> = (0..256).map(|label| format!("label {label:03}")).collect();
        let mut bytes = vec![0; labels.len()];
        varint::put(&mut bytes, 1 << 20);
        bytes.resize(bytes.len() + (1 << 20), 0);
        let said = table(&mut Reader::new(&bytes), &labels, &BOUNDS).unwrap_err();
        assert!(said.contains("1048576 features of 256 labels"), "{said}");

        let labels = ["a", "b"].map(str::to_owned);
        let names = |names| {
            let bytes = [[1, 1, 2].as_slice(), b"\0\x04same\x01\x05\x04\x01r\x01\x05", &[0; 16]].concat();
            table(&mut Reader::new(&bytes), &labels, &Bounds { names, ..BOUNDS }).map(|it| it.len())
        };
        assert_eq!(names(9), Ok(2));
        assert!(names(8).unwrap_err().contains("more than 8 bytes"));
    }
}
