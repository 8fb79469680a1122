//! What is left of a page: as text, as Markdown, as HTML. Order and roles of blocks stay.
//!
//! | file | what it does |
//! |---|---|
//! | `text` | lines, with a blank one between paragraphs |
//! | `markdown` | CommonMark, with tables |
//! | `html` | a page with nothing but the blocks, in the elements that give them structure |

mod html;
mod markdown;
#[cfg(test)]
mod read_back;
mod text;

pub use html::html;
pub use markdown::markdown;
pub use text::text;

use crate::split::{Unit, Units};

/// Blocks that stay, in order.
fn kept<'a>(units: &'a Units, dropped: &'a [bool]) -> impl Iterator<Item = &'a Unit> {
    let stays = |index: usize| !dropped.get(index).copied().unwrap_or(false);
    units.iter().enumerate().filter(move |(index, _)| stays(*index)).map(|(_, unit)| unit)
}

/// Ends a text with a line feed, unless it is empty.
fn end(mut out: String) -> String {
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Where in lists, tables and quotes a block stands.
#[derive(Debug, Clone, Default)]
struct Place {
    /// Lists around it; whether the innermost is ordered; the outermost.
    lists: usize,
    ordered: bool,
    list: Option<u32>,
    item: Option<u32>,
    table: Option<u32>,
    row: Option<u32>,
    definitions: Option<u32>,
    quotes: usize,
    /// … of them inside the innermost item.
    inner: usize,
}

/// Lists and quotes inside each other that are written as such: every line of a block has a sign for each of them, so
/// that a page of nothing but nested quotes would grow by hundreds of times.
const MAX_NESTING: usize = 16;

impl Place {
    fn of(units: &Units, unit: &Unit) -> Self {
        let mut place = Self::nested(units, unit);
        place.lists = place.lists.min(MAX_NESTING);
        place.quotes = place.quotes.min(MAX_NESTING);
        place.inner = place.inner.min(place.quotes);
        place
    }

    fn nested(units: &Units, unit: &Unit) -> Self {
        let mut place = Self::default();
        for (id, container) in units.around(unit.container) {
            match units.name(container.named.tag) {
                tag @ ("ul" | "ol") => {
                    place.ordered |= place.lists == 0 && tag == "ol";
                    place.lists += 1;
                    place.list = Some(id);
                }
                "li" => {
                    place.inner = if place.item.is_none() { place.quotes } else { place.inner };
                    place.item = place.item.or(Some(id));
                }
                // Tables inside tables lay pages out: the inner one is what a reader sees as one.
                "tr" => place.row = place.row.or(Some(id)),
                "table" => place.table = place.table.or(Some(id)),
                "dl" => place.definitions = place.definitions.or(Some(id)),
                "blockquote" => place.quotes += 1,
                _ => {}
            }
        }
        place
    }
}

/// What stands between two blocks; `near` where they belong together.
fn separator(before: &Place, after: &Place, near: &'static str) -> &'static str {
    let same = |a: Option<u32>, b: Option<u32>| a.is_some() && a == b;
    if same(before.row, after.row) {
        "\t"
    } else if same(before.table, after.table)
        || same(before.list, after.list)
        || same(before.definitions, after.definitions)
    {
        near
    } else {
        "\n\n"
    }
}

/// A page with a block of every sort.
#[cfg(test)]
const PAGE: &str = "<h1>Ferries</h1><p>They <b>run</b> again.<br>Daily.<ul><li>North<li>South<ol><li>First</ol></ul>\
    <table><tr><th>Quay<th>Hour<tr><td>A|B<td>9</table><blockquote><p>At last!</blockquote>\
    <pre>a\n  b</pre><dl><dt>Fare<dd>2 < 3</dl><p># none";
