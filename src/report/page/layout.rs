//! Which blocks make a table: cells that follow each other in one table of the page.

use crate::split::{Role, Units};

/// A stretch of the page.
pub enum Piece<B> {
    /// A block that stands by itself.
    Block(B),
    /// Rows of cells, each with its blocks.
    Table(Vec<Vec<Vec<B>>>),
}

/// Where a cell stands: containers of its table, its row and itself.
#[derive(Clone, Copy, PartialEq)]
struct Place {
    table: u32,
    row: u32,
    cell: u32,
}

/// The blocks of a page, one each of `all`, in stretches. A single cell is no table: such tables lay pages out.
pub fn pieces<B>(units: &Units, all: Vec<B>) -> Vec<Piece<B>> {
    let places: Vec<Option<Place>> = (0..all.len()).map(|index| place(units, index)).collect();
    let table = |index: usize| places.get(index).copied().flatten().map(|it| it.table);
    let mut pieces: Vec<Piece<B>> = Vec::new();
    for (index, block) in all.into_iter().enumerate() {
        let Some(here) = places[index] else {
            pieces.push(Piece::Block(block));
            continue;
        };
        let before = index.checked_sub(1).and_then(|before| places[before]);
        match pieces.last_mut() {
            Some(Piece::Table(rows)) if before.is_some_and(|it| it.table == here.table) => {
                if before.is_none_or(|it| it.row != here.row) {
                    rows.push(Vec::new());
                }
                let Some(row) = rows.last_mut() else { continue };
                match row.last_mut() {
                    Some(cell) if before.is_some_and(|it| it == here) => cell.push(block),
                    _ => row.push(vec![block]),
                }
            }
            _ if table(index + 1) == Some(here.table) => pieces.push(Piece::Table(vec![vec![vec![block]]])),
            _ => pieces.push(Piece::Block(block)),
        }
    }
    pieces
}

fn place(units: &Units, index: usize) -> Option<Place> {
    let unit = units.get(index).filter(|unit| unit.role == Role::Cell)?;
    let of = |tags: &[&str]| {
        let mut around = units.around(unit.container);
        around.find(|(_, it)| tags.contains(&units.name(it.named.tag))).map(|(id, _)| id)
    };
    Some(Place { table: of(&["table"])?, row: of(&["tr"])?, cell: of(&["td", "th"])? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::html::parse;
    use crate::split::html as split;

    /// Tables in brackets, rows apart by `/`, cells by `|`.
    fn drawn(page: &str) -> String {
        let units = split::units(&parse(page));
        let texts = units.iter().map(|unit| unit.rendered().to_owned()).collect();
        let cells =
            |row: Vec<Vec<String>>| row.iter().map(|cell| cell.join("+")).collect::<Vec<_>>().join("|");
        let piece = |piece| match piece {
            Piece::Block(text) => text,
            Piece::Table(rows) => format!("[{}]", rows.into_iter().map(cells).collect::<Vec<_>>().join("/")),
        };
        pieces(&units, texts).into_iter().map(piece).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn cells_of_one_table_stand_together() {
        let table = "<table><tr><th>Quay<th>Hour<tr><td>North<td>9<div>or 10</div><td>daily</table>";
        assert_eq!(
            drawn(&format!("<p>From{table}{table}<p>to")),
            "From [Quay|Hour/North|9|daily] [Quay|Hour/North|9|daily] to".replace("9|", "9+or 10|")
        );
        assert_eq!(drawn("<table><tr><td>alone</table><p>a"), "alone a");
        assert_eq!(drawn(""), "");
    }
}
