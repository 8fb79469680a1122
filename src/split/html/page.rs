//! A page's bytes to its blocks.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::Encoding;

use super::{Block, Blocks, Metadata, blocks, metadata};
use crate::read::html::{MAX_BYTES, Tree, charset, parse, parse_with_spans};

/// Whether blocks shall know where they stand. It takes a quarter longer to parse (median of eight turns over 150 pages).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spans {
    /// They need not.
    Unknown,
    /// They shall.
    Known,
}

/// A page that was read.
#[derive(Debug)]
pub struct Page<'a> {
    /// Its text, without a byte order mark.
    pub text: Cow<'a, str>,
    /// Its blocks.
    pub blocks: Blocks,
    /// Whether something was left out for a limit.
    pub is_cut: bool,
    tree: Tree,
    /// Bytes before the text, where it is the bytes of the file themselves.
    before: Option<usize>,
    /// Whether a byte order mark stood before it.
    is_marked: bool,
}

impl<'a> Page<'a> {
    /// Reads a page; `given` is the encoding that the user, or the transport, says. Cannot fail.
    pub fn read(bytes: &'a [u8], given: Option<&'static Encoding>, spans: Spans) -> Self {
        let (text, _) = charset::decode(bytes, given);
        let tree = match spans {
            Spans::Unknown => parse(&text),
            Spans::Known => parse_with_spans(&text),
        };
        let blocks = blocks(&tree);
        let is_cut = tree.is_cut() || blocks.cut || bytes.len() > MAX_BYTES;
        let before = match &text {
            Cow::Borrowed(text) => Some(bytes.len().min(MAX_BYTES) - text.len()),
            Cow::Owned(_) => None,
        };
        let is_marked = Encoding::for_bom(bytes).is_some();
        Self { text, blocks, is_cut, tree, before, is_marked }
    }

    /// What the page states of itself.
    pub fn metadata(&self) -> Metadata {
        metadata(&self.tree)
    }

    /// Where a block stands in the bytes that were read; `None` where it knows none, and in a page that is not
    /// UTF-8, or broken as such.
    pub fn span(&self, block: &Block) -> Option<Range<usize>> {
        let (span, before) = (block.span.as_ref()?, self.before?);
        Some(before + span.start as usize..before + span.end as usize)
    }

    /// The same for all blocks in code points of the decoded bytes, as Python counts them (a byte order mark is
    /// one); whatever the encoding is.
    pub fn points(&self) -> Vec<Option<[usize; 2]>> {
        let spans: Vec<_> = self.blocks.blocks.iter().map(|block| block.span.clone()).collect();
        // What a page moves stands before what it stands behind.
        let mut ends: Vec<u32> = spans.iter().flatten().flat_map(|span| [span.start, span.end]).collect();
        ends.sort_unstable();
        let (mut byte, mut point) = (0, usize::from(self.is_marked));
        let points: Vec<usize> = ends
            .iter()
            .map(|&end| {
                point += self.text[byte..end as usize].chars().count();
                byte = end as usize;
                point
            })
            .collect();
        let at = |end: u32| points[ends.partition_point(|&it| it < end)];
        spans.into_iter().map(|span| span.map(|span| [at(span.start), at(span.end)])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What stands in the file where blocks say that they stand.
    fn spans(page: &[u8]) -> Vec<(String, Option<String>)> {
        let page_read = Page::read(page, None, Spans::Known);
        let source = |span: Range<usize>| String::from_utf8(page[span].to_vec()).unwrap();
        page_read.blocks.blocks.iter().map(|it| (it.text.clone(), page_read.span(it).map(source))).collect()
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
        let page = Page::read(b"<p>one", None, Spans::Unknown);
        assert_eq!(page.span(&page.blocks.blocks[0]), None);
    }

    #[test]
    fn points_count_characters() {
        let text = "\u{feff}<p>é ü</p><table>🚢<tr><td>x</table>";
        for bytes in [text.as_bytes().to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()] {
            let page = Page::read(&bytes, None, Spans::Known);
            let found = page.points().into_iter().map(|it| {
                it.map(|[start, end]| text.chars().skip(start).take(end - start).collect::<String>())
            });
            assert!(found.eq(page.blocks.blocks.iter().map(|block| Some(block.text.clone()))));
        }
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
        fn spans_change_nothing_and_lie_inside(page in "(<[/!]?(p|b|table|td|a|br|pre|script|select|title|x)?( a=\"[>&]\")? ?/?>?|[a-zé;& ]|&(lt|amp);?){0,80}") {
            let [with, without] = [Spans::Known, Spans::Unknown].map(|spans| Page::read(page.as_bytes(), None, spans));
            prop_assert_eq!(with.blocks.blocks.len(), without.blocks.blocks.len());
            for (with_span, block) in with.blocks.blocks.iter().zip(&without.blocks.blocks) {
                prop_assert_eq!(&with_span.text, &block.text);
                let span = with.span(with_span).expect("every block of a visible page stands somewhere");
                let source = &page[span];
                prop_assert!(!source.is_empty() && source.trim() == source, "{source:?}");
                // Letters are never written as references here, and none is dropped.
                for letter in with_span.text.chars().filter(|it| it.is_alphabetic()) {
                    prop_assert!(source.contains(letter), "{:?} in {source:?}", with_span.text);
                }
            }
        }
    }
}
