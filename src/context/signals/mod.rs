//! One row of integers per unit: its own log-odds, its neighbours', its place, shape and repetition.
//!
//! | file | what it does |
//! |---|---|
//! | [`text`] | the signals of a paragraph of text |
//! | `page` | the signals of a block of a page |
//! | `repeats` | the same line, opening or ending elsewhere in the document |

#[cfg(feature = "html")]
pub mod page;
mod repeats;
pub mod text;

/// Produces the signals of one document.
pub trait Signals {
    /// Writes the row of a unit: the same names in the same order for every unit, its own log-odds first.
    fn put(&self, unit: usize, row: &mut impl Row);
}

/// Receives the signals of a row.
pub trait Row {
    /// Adds one signal, clamped to 32 bits.
    fn put(&mut self, name: &str, value: impl Into<i64>);

    /// Adds one of several signals that have the same name and differ by a number.
    fn nth(&mut self, name: &str, number: usize, value: impl Into<i64>);
}

/// Collects the values only.
impl Row for Vec<i32> {
    #[inline]
    fn put(&mut self, _: &str, value: impl Into<i64>) {
        self.push(value.into().clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32);
    }

    #[inline]
    fn nth(&mut self, name: &str, _: usize, value: impl Into<i64>) {
        self.put(name, value);
    }
}

/// Collects the names only.
impl Row for Vec<String> {
    fn put(&mut self, name: &str, _: impl Into<i64>) {
        self.push(name.to_owned());
    }

    fn nth(&mut self, name: &str, number: usize, _: impl Into<i64>) {
        self.push(format!("{name} {number}"));
    }
}

/// Number of rows made at once, a multiple of the block size of the forest. All rows of a large page would
/// take more memory than everything else about it.
const PART: usize = 1024;

/// Makes the rows of `units` units in parts, using `room` as the buffer, and passes each part to `each` with
/// the number of values per row.
pub fn in_parts(
    signals: &impl Signals,
    units: usize,
    room: &mut Vec<i32>,
    mut each: impl FnMut(&[i32], usize),
) {
    for from in (0..units).step_by(PART) {
        room.clear();
        let to = units.min(from + PART);
        (from..to).for_each(|unit| signals.put(unit, room));
        each(room, room.len() / (to - from));
    }
}

/// Returns all rows of a document, one after another.
pub fn rows(signals: &impl Signals, units: usize) -> Vec<i32> {
    let mut rows = Vec::new();
    (0..units).for_each(|unit| signals.put(unit, &mut rows));
    rows
}

/// Returns the row of one unit.
pub fn row(signals: &impl Signals, unit: usize) -> Vec<i32> {
    let mut row = Vec::new();
    signals.put(unit, &mut row);
    row
}

/// Replaces the values of a vector and keeps its allocation.
pub(crate) fn refill<T>(column: &mut Vec<T>, values: impl Iterator<Item = T>) {
    column.clear();
    column.extend(values);
}
