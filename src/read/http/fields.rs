//! Fields of a head, as HTTP, MIME and WARC write them.

use std::borrow::Cow;

use httparse::{EMPTY_HEADER, ParserConfig, Response};

/// The fields of a head, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    all: Vec<(String, String)>,
}

impl Fields {
    /// The fields below the first line of a head. What is no field is passed over; bytes that are not UTF-8 are
    /// replaced.
    ///
    /// The fields are httparse's to read: folded lines, blanks before the colon, lines that are no field. By hand is
    /// what it refuses and archives hold: first lines of other protocols (`HTTP/2 200`, `WARC/1.0`), which are
    /// left out, and NULs and carriage returns in the middle of a line, which become blanks.
    pub fn below_first_line(head: &[u8]) -> Self {
        let first = memchr::memchr(b'\n', head).map_or(head.len(), |at| at + 1);
        let mut whole = b"HTTP/1.1 200\r\n".to_vec();
        whole.extend_from_slice(&head[first..]);
        let mut next = None;
        for byte in whole.iter_mut().rev() {
            let is_stray = *byte == 0 || *byte == b'\r' && next != Some(b'\n');
            next = Some(*byte);
            if is_stray {
                *byte = b' ';
            }
        }
        whole.extend_from_slice(b"\r\n\r\n");
        let mut room = vec![EMPTY_HEADER; memchr::memchr_iter(b'\n', &whole).count()];
        let mut response = Response::new(&mut room);
        let parsed = ParserConfig::default()
            .allow_spaces_after_header_name_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_space_before_first_header_name(true)
            .ignore_invalid_headers_in_responses(true)
            .parse_response(&mut response, &whole);
        debug_assert!(parsed.is_ok(), "{parsed:?}");
        let field = |field: &httparse::Header<'_>| (field.name.to_owned(), unfolded(field.value));
        Self { all: response.headers.iter().filter(|it| !it.name.is_empty()).map(field).collect() }
    }

    /// The value of a field by its name in any case; of several the first.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The values of all fields of this name, in any case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// A value on one line.
fn unfolded(value: &[u8]) -> String {
    let value = String::from_utf8_lossy(value);
    if !value.contains(['\r', '\n']) {
        return value.into_owned();
    }
    value.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

/// Where the body begins after a head: behind the first blank line, however lines end. Some servers leave that line
/// out: then at the first line that is markup. Without either all of it is the head.
pub fn end_of_head(message: &[u8]) -> usize {
    let mut at = 0;
    for line in message.split_inclusive(|&byte| byte == b'\n') {
        if at > 0 && line.starts_with(b"<") {
            return at;
        }
        at += line.len();
        if line.ends_with(b"\n") && line.trim_ascii().is_empty() {
            return at;
        }
    }
    message.len()
}

/// What a media type is without its parameters, in lower case; `None` where there is none.
pub fn essence(value: &str) -> Option<Cow<'_, str>> {
    let essence = value.split([';', ',']).next().unwrap_or_default().trim();
    let (kind, rest) = essence.split_once('/')?;
    if kind.is_empty() || rest.is_empty() {
        return None;
    }
    Some(if essence.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(essence.to_ascii_lowercase())
    } else {
        Cow::Borrowed(essence)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn heads_of_every_make_are_read() {
        let head = b"HTTP/2 200\nContent-Type : text/html\r\nnonsense\nX-Folded: one\r\n  two\r\nEmpty:\n\
                     x-odd: a\rb\0c\nCONTENT-TYPE: text/plain\nLatin: caf\xe9\n\n";
        let fields = Fields::below_first_line(head);
        assert_eq!(fields.get("content-type"), Some("text/html"));
        assert_eq!(fields.all("Content-Type").collect::<Vec<_>>(), ["text/html", "text/plain"]);
        assert_eq!(fields.get("x-folded"), Some("one two"));
        assert_eq!((fields.get("empty"), fields.get("nonsense")), (Some(""), None));
        assert_eq!(fields.get("x-odd"), Some("a b c"));
        assert_eq!(fields.get("latin"), Some("caf\u{fffd}"));
        assert_eq!(Fields::below_first_line(b"HTTP/1.0 200 OK").get("a"), None);
    }

    #[test]
    fn a_head_ends_at_a_blank_line() {
        for (message, head) in [
            ("HTTP/1.1 200\r\nA: b\r\n\r\nbody\n\nmore", "HTTP/1.1 200\r\nA: b\r\n\r\n"),
            ("HTTP/1.1 200\nA: b\n\nbody", "HTTP/1.1 200\nA: b\n\n"),
            ("HTTP/1.1 200\r\nA: b\n\r\nbody", "HTTP/1.1 200\r\nA: b\n\r\n"),
            ("HTTP/1.1 200\r\nA: b\r\n<p>body", "HTTP/1.1 200\r\nA: b\r\n"),
            ("HTTP/1.1 200\r\nA: b\r\n", "HTTP/1.1 200\r\nA: b\r\n"),
        ] {
            assert_eq!(end_of_head(message.as_bytes()), head.len(), "{message:?}");
        }
    }

    #[test]
    fn media_types_are_read_without_their_parameters() {
        assert_eq!(essence("Text/HTML; charset=utf-8").as_deref(), Some("text/html"));
        assert_eq!(essence(" text/html , text/plain").as_deref(), Some("text/html"));
        assert_eq!((essence("html"), essence(""), essence("/html")), (None, None, None));
    }

    proptest! {
        #[test]
        fn any_head_is_read(head: Vec<u8>) {
            let _ = Fields::below_first_line(&head);
            prop_assert!(end_of_head(&head) <= head.len());
        }

        #[test]
        fn fields_come_back(fields in proptest::collection::vec(("[A-Za-z-]{1,12}", "[!-~]([ -~]{0,20}[!-~])?"), 0..8)) {
            let head: String = fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
            prop_assert_eq!(Fields::below_first_line(format!("X\n{head}").as_bytes()).all, fields);
        }
    }
}
