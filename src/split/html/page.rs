//! Reads a page from its bytes: blocks, metadata, spans.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::Encoding;

use super::{Metadata, metadata, units};
use crate::error::ProblemKind;
use crate::read::html::{MAX_BYTES, Tree, charset, parse};
use crate::split::unit::Units;

/// A page that was read; its blocks are returned beside it.
#[derive(Debug)]
pub struct Page<'a> {
    /// Whether part of the page was left out because of a limit.
    pub is_cut: bool,
    encoding: &'static Encoding,
    tree: Tree<'a>,
    /// Position of each block in the text.
    spans: Vec<Option<Range<usize>>>,
    /// Whether a byte order mark stood before the text.
    is_marked: bool,
}

impl<'a> Page<'a> {
    /// Reads a page and its blocks. `given` is the encoding that the user or the transport states.
    pub fn read(bytes: &'a [u8], given: Option<&'static Encoding>) -> (Self, Units) {
        let (text, encoding) = charset::decode(bytes, given);
        // Bytes before the text, if the text is a slice of the input.
        let before = match &text {
            Cow::Borrowed(text) => Some(bytes.len().min(MAX_BYTES) - text.len()),
            Cow::Owned(_) => None,
        };
        let tree = parse(text);
        let mut units = units(&tree);
        let is_cut = tree.is_cut() || units.cut || bytes.len() > MAX_BYTES;
        let stand = |span: &Option<Range<usize>>| {
            let (span, before) = (span.as_ref()?, before?);
            Some(before + span.start..before + span.end)
        };
        let spans = units.iter().map(|unit| unit.span.clone()).collect();
        units.all.iter_mut().for_each(|unit| unit.span = stand(&unit.span));
        let is_marked = Encoding::for_bom(bytes).is_some();
        (Self { is_cut, encoding, tree, spans, is_marked }, units)
    }

    /// What is wrong with the page as a whole: beyond a limit, without text, or of damaged text alone. `units` are
    /// its blocks.
    pub fn problems(&self, units: &Units) -> Vec<ProblemKind> {
        let too_large = self.is_cut.then_some(ProblemKind::PageTooLarge);
        let (mut damaged, mut letters) = (0_u64, 0_u64);
        for c in units.iter().flat_map(|unit| unit.rendered().chars()) {
            damaged += u64::from(c == char::REPLACEMENT_CHARACTER);
            letters += u64::from(c.is_alphanumeric());
        }
        // Bytes of nothing are no page: an empty text, which is nobody's mistake.
        let lacks_text = match (units.is_empty(), self.text().trim().is_empty()) {
            (true, false) => Some(ProblemKind::EmptyPage),
            _ if damaged > letters => Some(ProblemKind::DamagedPage { encoding: self.encoding.name() }),
            _ => None,
        };
        too_large.into_iter().chain(lacks_text).collect()
    }

    /// Text of the page, without a byte order mark.
    pub fn text(&self) -> &str {
        self.tree.text()
    }

    /// Returns the metadata that the page states.
    pub fn metadata(&self) -> Metadata {
        metadata(&self.tree)
    }

    /// Position of each block in [`Page::text`], in bytes of UTF-8, whatever the page's encoding is; `None`
    /// for blocks found in data.
    pub fn spans(&self) -> &[Option<Range<usize>>] {
        &self.spans
    }

    /// The same positions in code points of the decoded bytes, as Python counts them. A byte order mark
    /// counts as one.
    pub fn points(&self) -> Vec<Option<[usize; 2]>> {
        // Sorted first, because text that the parser moves is out of order.
        let mut ends: Vec<usize> =
            self.spans.iter().flatten().flat_map(|span| [span.start, span.end]).collect();
        ends.sort_unstable();
        let (mut byte, mut point) = (0, usize::from(self.is_marked));
        let points: Vec<usize> = ends
            .iter()
            .map(|&end| {
                point += self.text()[byte..end].chars().count();
                byte = end;
                point
            })
            .collect();
        let at = |end: usize| points[ends.partition_point(|&it| it < end)];
        self.spans.iter().map(|span| span.as_ref().map(|span| [at(span.start), at(span.end)])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Returns each block with the text at its span.
    fn spans(page: &[u8]) -> Vec<(String, Option<String>)> {
        let (_, units) = Page::read(page, None);
        let source = |span: Range<usize>| String::from_utf8(page[span].to_vec()).unwrap();
        units.iter().map(|it| (it.rendered().to_owned(), it.span.clone().map(source))).collect()
    }

    fn check(page: &str, expected: &[(&str, &str)]) {
        let found = spans(page.as_bytes());
        let found: Vec<_> =
            found.iter().map(|(text, span)| (&**text, span.as_deref().unwrap_or("nowhere"))).collect();
        assert_eq!(found, expected, "{page}");
    }

    #[test]
    fn blocks_stand_where_their_text_does() {
        check(
            "\u{feff}<!doctype html>\n<title>T</title><p class='a > b'>\n One &amp; <b>two</b>\n<!-- > --> three\n\
             <li>Four<br><br> Five &lt 6 &amp<pre>\n x\n  y\n</pre><p>é < ü > ñ<p> ",
            &[
                ("One & two three", "One &amp; <b>two</b>\n<!-- > --> three"),
                ("Four", "Four"),
                ("Five < 6 &", "Five &lt 6 &amp"),
                (" x\n  y", "x\n  y"),
                ("é < ü > ñ", "é < ü > ñ"),
            ],
        );
    }

    #[test]
    fn what_is_moved_keeps_its_place() {
        check("<p>\u{b}<p>&nbsp;\u{2003}x\u{a0}", &[("\u{b}", "\u{b}"), ("\u{2003}x", "&nbsp;\u{2003}x")]);
        check("<p><a href='?a&b'>One</a> two", &[("One two", "One</a> two")]);
        check("</><table ><<!DOCTYPE>\n<h", &[("<", "<")]);
        check("<table>one<tr><td>two</table>", &[("one", "one"), ("two", "two")]);
    }

    #[test]
    fn data_and_other_encodings_have_no_spans() {
        let data = format!(
            "<p>Seen</p><script type=\"application/ld+json\">{{\"articleBody\": \"{}\"}}</script>",
            "A lamp for small harbours and large ones. ".repeat(4)
        );
        let found = spans(data.as_bytes());
        assert_eq!(found[0], ("Seen".to_owned(), Some("Seen".to_owned())));
        assert!(found.len() > 1 && found[1].1.is_none(), "{found:?}");
        assert_eq!(spans(b"<meta charset=latin1><p>caf\xe9"), [("café".to_owned(), None)]);
    }

    #[test]
    fn points_count_characters() {
        let text = "\u{feff}<p>é ü</p><table>🚢<tr><td>x</table>";
        for bytes in [text.as_bytes().to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()] {
            let (page, units) = Page::read(&bytes, None);
            let found = page.points().into_iter().map(|it| {
                it.map(|[start, end]| text.chars().skip(start).take(end - start).collect::<String>())
            });
            assert!(found.eq(units.iter().map(|unit| Some(unit.rendered().to_owned()))));
        }
    }

    #[test]
    fn a_page_without_text_is_a_problem() {
        let problems = |page: &[u8]| {
            let (page, units) = Page::read(page, None);
            page.problems(&units)
        };
        assert_eq!(problems(b"<p>The ferry runs again."), []);
        assert_eq!(problems("<p>“…”".as_bytes()), []);
        assert_eq!(problems(b" \n"), []);
        for empty in [
            "<html></html>",
            "<div id=app></div><script src=a.js></script>",
            "<p> <img src=a.png>",
            "<!-- x -->",
        ] {
            assert_eq!(problems(empty.as_bytes()), [ProblemKind::EmptyPage], "{empty}");
        }
        let damaged = b"<meta charset=utf-8><p>\xE4\xF6 \xFC\xDF";
        let (page, units) = Page::read(damaged, Some(encoding_rs::UTF_8));
        assert_eq!(page.problems(&units), [ProblemKind::DamagedPage { encoding: "UTF-8" }]);
    }

    #[test]
    fn long_texts_and_tags_are_in_one_piece() {
        let (text, value) = ("word é ".repeat(3000), "> v ".repeat(3000));
        check(
            &format!("<p title=\"{value}\">{text}</p><p>end"),
            &[(text.trim(), text.trim()), ("end", "end")],
        );
    }

    proptest! {
        #[test]
        fn spans_lie_inside(page in "(<[/!]?(p|b|table|td|a|br|pre|script|select|title|x)?( a=\"[>&]\")? ?/?>?|[a-zé;& ]|&(lt|amp);?){0,80}") {
            for block in Page::read(page.as_bytes(), None).1.iter() {
                let span = block.span.clone().expect("every block of a visible page stands somewhere");
                let source = &page[span];
                prop_assert!(!source.is_empty() && source.trim() == source, "{source:?}");
                // The test writes no letter as a character reference, so every letter is found in the input.
                for letter in block.rendered().chars().filter(|it| it.is_alphabetic()) {
                    prop_assert!(source.contains(letter), "{:?} in {source:?}", block.rendered());
                }
            }
        }
    }
}
