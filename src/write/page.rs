//! What is left of a page: as text, as Markdown, as HTML. Order and kind of blocks stay.

use super::escape::{content, markup};
use crate::split::html::Metadata;
use crate::split::{Role, Unit, Units};

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

/// The kept blocks as Markdown (CommonMark, with tables). Cannot fail; as [`text`].
pub fn markdown(units: &Units, dropped: &[bool]) -> String {
    let mut out = String::new();
    let mut before: Option<Place> = None;
    let mut rows = 0;
    for unit in kept(units, dropped) {
        let place = Place::of(units, unit);
        let same = |of: fn(&Place) -> Option<u32>| {
            before.as_ref().is_some_and(|before| of(before).is_some() && of(before) == of(&place))
        };
        let (same_row, same_table) = (same(|it| it.row), same(|it| it.table));
        if place.row.is_some() {
            if !same_row {
                // A table begins with a row of heads and a line under it.
                rows = if same_table { rows + 1 } else { 1 };
                if let Some(before) = &before {
                    close_row(&mut out, before, rows == 2);
                    out.push_str(match (before.row, same_table) {
                        (None, _) => "\n\n",
                        (_, true) => "",
                        (_, false) => "\n",
                    });
                }
                out.push('|');
            }
            out.push_str(&format!(" {} |", inert(&one_line(unit.rendered())).replace('|', "\\|")));
        } else {
            if let Some(before) = &before {
                close_row(&mut out, before, rows == 1);
                let gap = separator(before, &place, "\n");
                out.push_str(if before.row.is_some() { "\n" } else { gap });
            }
            rows = 0;
            let first = !same(|it| it.item);
            push_markdown(&mut out, unit, &place, first);
        }
        before = Some(place);
    }
    if let Some(before) = &before {
        close_row(&mut out, before, rows == 1);
    }
    end(out)
}

fn close_row(out: &mut String, before: &Place, heads: bool) {
    if before.row.is_none() || out.ends_with('\n') {
        return;
    }
    out.push('\n');
    if heads {
        let line = out.trim_end().rsplit('\n').next().unwrap_or_default();
        let cells = line.replace("\\|", "").matches('|').count().saturating_sub(1).max(1);
        out.push('|');
        out.push_str(&" --- |".repeat(cells));
        out.push('\n');
    }
}

fn push_markdown(out: &mut String, unit: &Unit, place: &Place, first: bool) {
    let quote = "> ".repeat(place.quotes);
    let indent = "  ".repeat(place.lists.saturating_sub(1));
    let mark = match (place.lists, first) {
        (0, _) => String::new(),
        (_, true) => {
            if place.ordered {
                "1. ".to_owned()
            } else {
                "- ".to_owned()
            }
        }
        (_, false) => {
            if place.ordered {
                "   ".to_owned()
            } else {
                "  ".to_owned()
            }
        }
    };
    let lead = format!("{quote}{indent}{mark}");
    let rest = format!("{quote}{indent}{}", " ".repeat(mark.len()));
    let body = match unit.role {
        Role::Heading(level) => format!("{} {}", "#".repeat(level.into()), inert(&one_line(unit.rendered()))),
        Role::Pre => {
            let longest = unit.rendered().split(|c| c != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(longest.max(2) + 1);
            format!("{fence}\n{}\n{fence}", unit.rendered())
        }
        Role::Term | Role::Summary => format!("**{}**", inert(&one_line(unit.rendered()))),
        Role::Definition => format!(": {}", inert(unit.rendered())),
        Role::Caption => format!("*{}*", inert(&one_line(unit.rendered()))),
        _ => escaped(&inert(unit.rendered())),
    };
    for (number, line) in body.split('\n').enumerate() {
        if number > 0 {
            // A line break of the page is one in the text.
            out.push_str(if unit.role == Role::Pre { "\n" } else { "  \n" });
        }
        out.push_str(if number == 0 { &lead } else { &rest });
        out.push_str(line);
    }
}

/// The text with what Markdown would hand on as HTML (CommonMark, 6.6) shown as it stands on the page.
fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let opens = |next: &char| next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?');
        if c == '<' && letters.peek().is_some_and(opens) { out.push_str("&lt;") } else { out.push(c) }
    }
    out
}

/// Signs at the start of a line that would make something else of it.
fn escaped(text: &str) -> String {
    let special = text.starts_with(['#', '>', '+', '-', '*', '=', '|', '`', '~'])
        || text
            .find(|c: char| !c.is_ascii_digit())
            .is_some_and(|at| at > 0 && text[at..].starts_with(['.', ')']));
    if !special {
        return text.to_owned();
    }
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    format!("{}\\{}", &text[..at], &text[at..])
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

/// The kept blocks as a page of HTML with nothing but them. Cannot fail; as [`text`].
pub fn html(units: &Units, dropped: &[bool], metadata: &Metadata) -> String {
    let mut out = String::from("<!doctype html>\n<html");
    if let Some(language) = &metadata.language {
        out.push_str(&format!(" lang=\"{}\"", markup(language)));
    }
    out.push_str(">\n<meta charset=\"utf-8\">\n");
    if let Some(title) = &metadata.title {
        out.push_str(&format!("<title>{}</title>\n", content(title)));
    }
    let mut open: Vec<(&'static str, u32)> = Vec::new();
    for unit in kept(units, dropped) {
        let path = structure(units, unit);
        let shared = open.iter().zip(&path).take_while(|(a, b)| a == b).count();
        close(&mut out, &mut open, shared);
        for &(tag, id) in &path[shared..] {
            out.push_str(&format!("<{tag}>"));
            open.push((tag, id));
        }
        let holds_text = path.last().is_some_and(|(tag, _)| !HOLDERS.contains(tag));
        if unit.role == Role::Pre {
            out.push_str(&format!("{}\n", content(unit.rendered())));
        } else {
            let text = content(unit.rendered()).replace('\n', "<br>\n");
            out.push_str(&if holds_text { text } else { format!("<p>{text}</p>\n") });
            if holds_text && !LINES.contains(&path[path.len() - 1].0) {
                close(&mut out, &mut open, path.len() - 1);
            } else if holds_text {
                out.push('\n');
            }
        }
    }
    close(&mut out, &mut open, 0);
    out
}

/// Elements of which the structure is made.
const STRUCTURE: [&str; 23] = [
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "tr",
    "td",
    "th",
    "dl",
    "dt",
    "dd",
    "figure",
    "figcaption",
    "details",
    "summary",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "caption",
];
/// Those that hold no text themselves.
const HOLDERS: [&str; 8] = ["ul", "ol", "blockquote", "table", "tr", "dl", "figure", "details"];
/// Those that hold one block or several.
const LINES: [&str; 5] = ["li", "td", "th", "dd", "pre"];

fn structure(units: &Units, unit: &Unit) -> Vec<(&'static str, u32)> {
    let mut path: Vec<(&'static str, u32)> = units
        .around(unit.container)
        .filter_map(|(id, container)| {
            let tag = units.name(container.named.tag);
            STRUCTURE.into_iter().find(|it| *it == tag).map(|tag| (tag, id))
        })
        .collect();
    path.reverse();
    path
}

fn close(out: &mut String, open: &mut Vec<(&'static str, u32)>, down_to: usize) {
    while open.len() > down_to {
        if let Some((tag, _)) = open.pop() {
            out.push_str(&format!("</{tag}>\n"));
        }
    }
}

fn kept<'a>(units: &'a Units, dropped: &'a [bool]) -> impl Iterator<Item = &'a Unit> {
    let stays = |index: usize| !dropped.get(index).copied().unwrap_or(false);
    units.iter().enumerate().filter(move |(index, _)| stays(*index)).map(|(_, unit)| unit)
}

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
}

impl Place {
    fn of(units: &Units, unit: &Unit) -> Self {
        let mut place = Self::default();
        for (id, container) in units.around(unit.container) {
            match units.name(container.named.tag) {
                tag @ ("ul" | "ol") => {
                    place.ordered |= place.lists == 0 && tag == "ol";
                    place.lists += 1;
                    place.list = Some(id);
                }
                "li" => place.item = place.item.or(Some(id)),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::html::parse;
    use crate::split::html as split;

    const PAGE: &str = "<h1>Ferries</h1><p>They <b>run</b> again.<br>Daily.<ul><li>North<li>South<ol><li>First</ol></ul>\
        <table><tr><th>Quay<th>Hour<tr><td>A|B<td>9</table><blockquote><p>At last!</blockquote>\
        <pre>a\n  b</pre><dl><dt>Fare<dd>2 < 3</dl><p># none";

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

    #[test]
    fn as_markdown() {
        let units = split::units(&parse(PAGE));
        assert_eq!(
            markdown(&units, &[]),
            "# Ferries\n\nThey run again.  \nDaily.\n\n- North\n- South\n  1. First\n\n| Quay | Hour |\n| --- | --- |\n\
             | A\\|B | 9 |\n\n> At last!\n\n```\na\n  b\n```\n\n**Fare**\n: 2 < 3\n\n\\# none\n"
        );
    }

    #[test]
    fn markup_that_a_page_shows_is_text_in_markdown_too() {
        let shown = "<p>So: &lt;script>alert(1)&lt;/script>, 1 &lt; 2.<h2>&lt;b></h2><pre>&lt;i></pre>\
            <table><tr><td>&lt;!-- x</table>";
        assert_eq!(
            markdown(&split::units(&parse(shown)), &[]),
            "So: &lt;script>alert(1)&lt;/script>, 1 < 2.\n\n## &lt;b>\n\n```\n<i>\n```\n\n| &lt;!-- x |\n| --- |\n"
        );
    }

    #[test]
    fn as_html_it_splits_as_before() {
        let units = split::units(&parse(PAGE));
        let page = html(&units, &[], &Metadata { title: Some("A & B".into()), ..Metadata::default() });
        assert!(page.contains("<title>A &amp; B</title>"));
        let again = split::units(&parse(&page));
        let texts = |of: &Units| of.iter().map(|it| (it.rendered().to_owned(), it.role)).collect::<Vec<_>>();
        assert_eq!(texts(&again), texts(&units), "{page}");
    }
}
