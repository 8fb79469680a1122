//! The kept blocks as Markdown.

use super::{Place, end, kept};
use crate::split::{Role, Unit, Units};

/// The kept blocks as Markdown (CommonMark, with tables): read back, every block is there with its text, and
/// what was a heading, an item, a cell or preformatted is so again. As [`text`](fn@super::text).
///
/// Where a block holds a blank line, it reads back as two paragraphs; all that stands in a row of a table is a
/// cell of it.
pub fn markdown(units: &Units, dropped: &[bool]) -> String {
    let all: Vec<(&Unit, Place)> = kept(units, dropped).map(|unit| (unit, Place::of(units, unit))).collect();
    let mut out = String::new();
    let mut before: Option<&Place> = None;
    // Of the item that was written last: columns before its mark, and before its text.
    let mut item = (0, 0);
    let mut rest = &all[..];
    while let Some((unit, place)) = rest.first() {
        let same = |of: fn(&Place) -> Option<u32>| {
            // A table ends every list.
            let before = before.filter(|before| before.row.is_none());
            before.is_some_and(|before| of(before).is_some() && of(before) == of(place))
        };
        let count = if place.row.is_some() {
            let is_here = |it: &(&Unit, Place)| it.1.row.is_some() && it.1.table == place.table;
            rest.iter().position(|it| !is_here(it)).unwrap_or(rest.len())
        } else {
            1
        };
        let (first, same_list) = (!same(|it| it.item), same(|it| it.list));
        if before.is_some() {
            out.push('\n');
            let next_item = same_list && first && place.row.is_none();
            if !next_item {
                // An item goes on inside the quote that it stands in.
                let quote = if first { String::new() } else { outer(place) };
                out.push_str(quote.trim_end());
                out.push('\n');
            }
        }
        if place.row.is_some() {
            table(&mut out, &rest[..count]);
        } else {
            // An item stands at most as far in as the one before it has its text, or it would be code.
            let deepest = if same_list { item.1 } else { 0 };
            let from = if first { (2 * place.lists.saturating_sub(1)).min(deepest) } else { item.0 };
            // Between the two it can be four columns in from whatever holds the list, and be code as well.
            let from = if (4..item.1).contains(&from) { from.min(item.0) } else { from };
            let mark = match (place.lists, place.ordered) {
                (0, _) => "",
                (_, true) => "1. ",
                (_, false) => "- ",
            };
            item = (from, from + mark.len());
            push(&mut out, unit, place, if first { mark } else { "" }, item);
        }
        before = rest.get(count - 1).map(|it| &it.1);
        rest = &rest[count..];
    }
    end(out)
}

/// Rows of cells, one for each block. A table begins with a row of heads and a line under it, which say how many
/// columns it has: the others' cells beyond them would be lost.
fn table(out: &mut String, cells: &[(&Unit, Place)]) {
    let rows: Vec<&[(&Unit, Place)]> = cells.chunk_by(|a, b| a.1.row == b.1.row).collect();
    let columns = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    for (number, row) in rows.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        out.push('|');
        for (unit, _) in *row {
            out.push_str(&format!(" {} |", inline(&one_line(unit.rendered())).replace('|', "\\|")));
        }
        if number == 0 {
            out.push_str(&"  |".repeat(columns - row.len()));
            out.push_str("\n|");
            out.push_str(&" --- |".repeat(columns));
        }
    }
}

/// A block that is no cell; `mark` is what makes it an item, `item` the columns before that and after it.
fn push(out: &mut String, unit: &Unit, place: &Place, mark: &str, item: (usize, usize)) {
    let (outer, inner) = (outer(place), "> ".repeat(place.inner));
    let lead = format!(
        "{outer}{}{mark}{}{inner}",
        " ".repeat(item.0),
        if mark.is_empty() { " ".repeat(item.1 - item.0) } else { String::new() }
    );
    let rest = format!("{outer}{}{inner}", " ".repeat(item.1));
    let body = match unit.role {
        Role::Heading(level) => {
            let text = inline(&one_line(unit.rendered()));
            // Signs at the end would be taken for a frame.
            let text = text.strip_suffix('#').map_or(text.clone(), |text| format!("{text}\\#"));
            format!("{} {text}", "#".repeat(level.into()))
        }
        Role::Pre => {
            let longest = unit.rendered().split(|c| c != '`').map(str::len).max().unwrap_or(0);
            let fence = "`".repeat(longest.max(2) + 1);
            // A carriage return ends a line in Markdown too, and what follows it would be outside of a quote.
            let text = unit.rendered().replace("\r\n", "\n").replace('\r', "\n");
            format!("{fence}\n{text}\n{fence}")
        }
        Role::Term | Role::Summary => format!("**{}**", between(&one_line(unit.rendered()), '*')),
        Role::Caption => format!("*{}*", between(&one_line(unit.rendered()), '*')),
        _ => unit.rendered().split('\n').map(|line| begun(&inline(line))).collect::<Vec<_>>().join("\n"),
    };
    let mut before: Option<&str> = None;
    for line in body.split('\n') {
        if let Some(before) = before {
            // A line break of the page is one in the text; a blank line ends a paragraph as it is.
            let soft = unit.role == Role::Pre || before.is_empty() || line.is_empty();
            out.push_str(if soft { "\n" } else { "  \n" });
        }
        let lead = if before.is_none() { &lead } else { &rest };
        out.push_str(if line.is_empty() { lead.trim_end() } else { lead });
        out.push_str(line);
        before = Some(line);
    }
}

/// Quotes around the item that a block stands in, or around the block.
fn outer(place: &Place) -> String {
    "> ".repeat(place.quotes - place.inner)
}

/// A line of text with a backslash before every sign that would make something else of it (CommonMark, 6), and
/// with what Markdown would hand on as HTML shown as it stands on the page.
fn inline(text: &str) -> String {
    between(text, ' ')
}

/// The same of a text that stands between two such signs.
fn between(text: &str, edge: char) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    let mut before = edge;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        let next = rest.chars().next().unwrap_or(edge);
        match c {
            '<' if opens(next, rest) => {
                out.push_str("&lt;");
                before = c;
                continue;
            }
            '&' if is_entity(rest) => {
                out.push_str("&amp;");
                before = c;
                continue;
            }
            '`' => out.push('\\'),
            // Struck through, or a formula, where a reader knows these.
            '~' | '$' if before == c || next == c => out.push('\\'),
            '\\' if next.is_ascii_punctuation() || rest.is_empty() => out.push('\\'),
            '*' if !(before.is_whitespace() && next.is_whitespace()) => out.push('\\'),
            '_' => {
                let apart = before.is_whitespace() && next.is_whitespace();
                let inside = before.is_alphanumeric() && next.is_alphanumeric();
                if !(apart || inside) {
                    out.push('\\');
                }
            }
            // Neither a link nor what links refer to.
            ']' if matches!(next, '(' | ':') => out.push('\\'),
            _ => {}
        }
        out.push(c);
        before = c;
    }
    out
}

/// Whether `<` begins markup or an address (CommonMark, 6.5 and 6.6).
fn opens(next: char, rest: &str) -> bool {
    let word = || rest.split([' ', '<']).next().unwrap_or_default();
    next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?') || word().contains('@')
}

/// Whether what follows `&` makes it the name of a character.
fn is_entity(rest: &str) -> bool {
    let Some((name, _)) = rest.split_once(';') else { return false };
    let name = name.strip_prefix('#').unwrap_or(name);
    !name.is_empty() && name.len() <= 32 && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Signs at the start of a line that would make something else of it.
fn begun(line: &str) -> String {
    let special = line.starts_with(['#', '>', '+', '-', '*', '=', '|', '~'])
        || [": ", ":-", "_ "].iter().any(|it| line.starts_with(it))
        || line
            .find(|c: char| !c.is_ascii_digit())
            .is_some_and(|at| at > 0 && line[at..].starts_with(['.', ')']));
    if !special {
        return line.to_owned();
    }
    let at = line.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
    format!("{}\\{}", &line[..at], &line[at..])
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::super::PAGE;
    use super::*;
    use crate::read::html::parse;
    use crate::split::html as split;

    #[test]
    fn as_markdown() {
        let units = split::units(&parse(PAGE));
        assert_eq!(
            markdown(&units, &[]),
            "# Ferries\n\nThey run again.  \nDaily.\n\n- North\n- South\n  1. First\n\n| Quay | Hour |\n| --- | --- |\n\
             | A\\|B | 9 |\n\n> At last!\n\n```\na\n  b\n```\n\n**Fare**\n\n2 < 3\n\n\\# none\n"
        );
    }

    #[test]
    fn nothing_that_a_page_says_is_live() {
        let shown = "<blockquote><pre>a&#13;[b](javascript:c)&#13;# d</pre></blockquote><table><tr><td><pre>e&#13;f</pre></table>\
            <p>$$\\href{x}$$ ~~g~~ ~5 $6</p>";
        assert_eq!(
            markdown(&split::units(&parse(shown)), &[]),
            "> ```\n> a\n> [b](javascript:c)\n> # d\n> ```\n\n| e f |\n| --- |\n\n\\$\\$\\href{x}\\$\\$ \\~\\~g\\~\\~ ~5 $6\n"
        );
    }

    #[test]
    fn it_is_a_small_multiple_of_the_page() {
        for start in ["<blockquote>", "<ul><li>", "<ol><li><blockquote>"] {
            for each in ["<p>x", "<li>x", "<pre>\n\n\n\nx</pre>", "<p>x<br>y"] {
                let page = format!("{}{}", start.repeat(400), each.repeat(5000));
                let written = markdown(&split::units(&parse(&page)), &[]);
                assert!(
                    written.len() < 32 * page.len(),
                    "{start} {each}: {} of {}",
                    written.len(),
                    page.len()
                );
            }
        }
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
}
