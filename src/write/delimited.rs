//! CSV and TSV output: records with another text in one field.

use std::borrow::Cow;
use std::ops::Range;

use crate::read::delimited::field;

/// The record with the value of a field replaced, everything else byte for byte. `at` is where the field stands, quotes
/// included; a field that was quoted stays so.
pub fn splice<'a>(record: &'a [u8], at: Range<usize>, text: &[u8], delimiter: u8) -> Cow<'a, [u8]> {
    let old = &record[at.clone()];
    let new = field(text, delimiter, old.starts_with(b"\""));
    if *new == *old {
        return Cow::Borrowed(record);
    }
    Cow::Owned([&record[..at.start], &new, &record[at.end..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_field_changes() {
        assert_eq!(&*splice(b"a, \"x\",c", 2..6, b"y", b','), b"a,y,c");
        assert_eq!(&*splice(b"a,\"x\",c", 2..5, b"y\nz", b','), b"a,\"y\nz\",c");
        assert_eq!(&*splice(b"a;x;c", 2..3, b"1;2", b';'), b"a;\"1;2\";c");
        assert!(matches!(splice(b"a,x", 2..3, b"x", b','), Cow::Borrowed(b"a,x")));
    }
}
