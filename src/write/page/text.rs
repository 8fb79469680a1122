//! The kept blocks as text.

use super::{Place, end, kept, separator};
use crate::split::Units;

/// The kept blocks as text: a blank line between them, but one line feed between items of a list, lines of a
/// definition list and rows of a table, and a tab between cells. Empty when nothing is kept. Cannot fail.
///
/// `dropped` has one entry per block; a block without one is kept.
pub fn text(units: &Units, dropped: &[bool]) -> String {
    let mut out = String::new();
    let mut before = None;
    for unit in kept(units, dropped) {
        let place = Place::of(units, unit);
        if let Some(before) = before.replace(place.clone()) {
            out.push_str(separator(&before, &place, "\n"));
        }
        out.push_str(unit.rendered());
    }
    end(out)
}

#[cfg(test)]
mod tests {
    use super::super::PAGE;
    use super::*;
    use crate::read::html::parse;
    use crate::split::html as split;

    #[test]
    fn as_text() {
        let units = split::units(&parse(PAGE));
        assert_eq!(
            text(&units, &[]),
            "Ferries\n\nThey run again.\nDaily.\n\nNorth\nSouth\nFirst\n\nQuay\tHour\nA|B\t9\n\nAt last!\n\na\n  b\n\n\
             Fare\n2 < 3\n\n# none\n"
        );
        assert_eq!(text(&units, &[true; 20]), "");
    }
}
