//! Whether what came as text is markup, by how it begins.

use std::borrow::Cow;

use encoding_rs::Encoding;

use super::text::order_of_units;

/// Elements with which pieces of pages begin.
const PIECES: [&str; 26] = [
    "a",
    "article",
    "aside",
    "blockquote",
    "center",
    "div",
    "dl",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "header",
    "link",
    "main",
    "nav",
    "ol",
    "p",
    "script",
    "section",
    "span",
    "style",
    "table",
    "ul",
];
/// Bytes in which an element that a text begins with is closed, if it is markup.
const SOON: usize = 4096;

/// The beginning of an input as text, if its units have sixteen bits; else as it is.
pub fn narrow(start: &[u8]) -> Cow<'_, [u8]> {
    let marked = Encoding::for_bom(start).map(|(marked, _)| marked);
    match marked.filter(|it| super::damage::is_utf_16(it)).or_else(|| order_of_units(start)) {
        Some(wide) => Cow::Owned(wide.decode_with_bom_removal(start).0.into_owned().into_bytes()),
        None => Cow::Borrowed(start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start)),
    }
}

/// Whether a doctype or an `html` tag comes first, after an XML declaration and comments.
pub fn is_html(start: &[u8]) -> bool {
    let Some(start) = content(start) else { return false };
    const DOCTYPE: &[u8] = b"<!doctype html";
    let is_doctype = start.get(..DOCTYPE.len()).is_some_and(|it| it.eq_ignore_ascii_case(DOCTYPE))
        && start.get(DOCTYPE.len()).is_some_and(|byte| *byte == b'>' || byte.is_ascii_whitespace());
    is_doctype || tag(start).is_some_and(|it| it == "html")
}

/// Whether a page begins here: with a doctype or an element that only pages have.
pub fn is_page(start: &[u8]) -> bool {
    let named = || tag(content(start)?);
    is_html(start) || named().is_some_and(|it| ["head", "body", "title", "meta"].contains(&&*it))
}

/// Whether a piece of a page begins here: an element that is closed soon after, or a page.
pub fn is_markup(start: &[u8]) -> bool {
    let Some(start) = content(start) else { return false };
    let closed = || memchr::memmem::find(&start[..start.len().min(SOON)], b"</").is_some();
    is_page(start) || tag(start).is_some_and(|it| PIECES.contains(&&*it)) && closed()
}

/// Whether a text that begins like a piece of a page is one: most of its lines hold a tag. A text with some markup at
/// its top, as Markdown has it, is not.
pub fn is_mostly_markup(start: &[u8]) -> bool {
    let (mut lines, mut tagged, mut inside) = (0_usize, 0_usize, false);
    for line in start.split(|byte| matches!(byte, b'\n' | b'\r')).filter(|line| !line.trim_ascii().is_empty())
    {
        lines += 1;
        let tags = tags(line);
        // A line of a tag that began above counts as markup.
        tagged += usize::from(tags > 0 || inside);
        let last = line.iter().rposition(|byte| matches!(byte, b'<' | b'>'));
        inside = last.map_or(inside, |at| line[at] == b'<');
    }
    is_markup(start) && tagged * 2 > lines
}

/// Number of tags in a line.
fn tags(line: &[u8]) -> usize {
    memchr::memchr_iter(b'<', line)
        .filter(|at| tag(&line[*at..]).is_some() || line[at + 1..].starts_with(b"/"))
        .count()
}

/// What follows white space, XML declarations and comments; none if one of them never ends.
fn content(mut start: &[u8]) -> Option<&[u8]> {
    loop {
        start = start.trim_ascii_start();
        let end: &[u8] = if start.starts_with(b"<!--") {
            b"-->"
        } else if start.starts_with(b"<?xml") {
            b"?>"
        } else {
            return Some(start);
        };
        let at = memchr::memmem::find(start, end)?;
        start = &start[at + end.len()..];
    }
}

/// The name of the element that begins here, in lower case.
fn tag(start: &[u8]) -> Option<String> {
    let inside = start.strip_prefix(b"<")?;
    let length = inside.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let (name, rest) = inside.split_at(length);
    let ends = match rest {
        [b'>', ..] => true,
        [b'/', b'>', ..] => true,
        // Attributes have a sign of equality, or the tag ends before the next one begins.
        [byte, ..] if byte.is_ascii_whitespace() => {
            matches!(memchr::memchr2(b'<', b'>', rest), Some(at) if rest[at] == b'>') || rest.contains(&b'=')
        }
        _ => false,
    };
    (ends && name.first().is_some_and(u8::is_ascii_alphabetic))
        .then(|| String::from_utf8_lossy(name).to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn pages_and_pieces_are_told_from_text() {
        for page in [
            "<!doctype html><title>x",
            "\n<HTML lang=en>",
            "<?xml version=\"1.0\"?>\n<!-- by hand --><!DOCTYPE HTML >",
            "<head><title>x</title>",
            "<body class=a>x",
        ] {
            assert!(is_page(page.as_bytes()) && is_markup(page.as_bytes()), "{page}");
        }
        for piece in [
            " <p>The boats</p> wait",
            "<DIV class=a>The boats</DIV>",
            "<!-- x --><article\n id=1>x</article>",
        ] {
            assert!(is_markup(piece.as_bytes()) && !is_page(piece.as_bytes()), "{piece}");
        }
        for text in [
            "",
            "<3 is a heart",
            "a <p>b</p>",
            "<p is a less-than",
            "<quay> holds </quay>",
            "<htmlish> x",
            "<!-- never closed",
            "<p>never closed",
        ] {
            assert!(!is_markup(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn some_markup_at_the_top_makes_no_page() {
        let page = "<div class=a>\n<p>The boats\nwait.</p>\n<p>The tide</p>\n</div>\n";
        assert!(is_mostly_markup(page.as_bytes()));
        assert!(is_mostly_markup(b"<p>The boats wait.</p><p>The tide rose.</p>"));
        let readme = "<p align=\"center\">\n<img src=a.png>\n</p>\n\n# Boats\n\nThey wait.\n\n- one\n- two\n";
        assert!(is_markup(readme.as_bytes()) && !is_mostly_markup(readme.as_bytes()));
    }

    #[test]
    fn sixteen_bits_are_made_narrow() {
        let page = "<!doctype html><p>The boats wait.";
        let wide: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [[b"\xFF\xFE", &*wide].concat(), wide, [b"\xEF\xBB\xBF", page.as_bytes()].concat()] {
            assert_eq!(&*narrow(&bytes), page.as_bytes());
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at(start: Vec<u8>, text in "[<>/a-p! =\n]{0,40}") {
            for bytes in [&start[..], text.as_bytes()] {
                is_mostly_markup(&narrow(bytes));
            }
        }
    }
}
