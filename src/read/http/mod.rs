//! HTTP messages as archives hold them: a head, and a body with its codings undone.
//!
//! | file | what it does |
//! |---|---|
//! | `fields` | heads, those of WARC too |
//! | `coding`, `body` | which codings a body has; undoing them one after the other |
//! | `chunked`, `inflate` | one coding each |

mod body;
mod chunked;
mod coding;
pub mod fields;
#[cfg(feature = "compression")]
mod inflate;

use std::ops::Range;

use super::media::{self, Media};
pub use body::Body;
pub use coding::{Coding, Fault};
use fields::{Fields, end_of_head, essence};

/// Maximum length of a head, in bytes; servers allow 64 KiB at most.
const MAX_HEAD: usize = 1 << 20;
/// Heads that may come before the last one: `100 Continue`, and what a proxy answers.
const MAX_INTERIM: usize = 8;

/// An answer of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    fields: Fields,
    body: Range<usize>,
    codings: Vec<Coding>,
}

impl Message {
    /// Whether bytes begin with a head.
    pub fn begins(bytes: &[u8]) -> bool {
        let start = &bytes[..bytes.len().min(64)];
        let start = start.trim_ascii_start();
        start.len() > 4 && start[..5].eq_ignore_ascii_case(b"HTTP/") || start.starts_with(b"ICY ")
    }

    /// The message that bytes hold; `None` where they do not begin with a head.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let mut from = 0;
        let mut interim = 0;
        while Self::begins(&bytes[from..]) {
            let start = from + bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let end = start + end_of_head(&bytes[start..bytes.len().min(start + MAX_HEAD)]);
            let fields = Fields::below_first_line(&bytes[start..end]);
            interim += 1;
            if fields.get("content-type").is_none() && Self::begins(&bytes[end..]) && interim <= MAX_INTERIM {
                from = end;
                continue;
            }
            let mut codings: Vec<_> = fields.all("content-encoding").flat_map(Coding::listed).collect();
            let transfer: Vec<_> = fields.all("transfer-encoding").flat_map(Coding::listed).collect();
            codings.extend(transfer);
            // A server that says it twice has done it once.
            let mut chunked = 0;
            codings.retain(|it| {
                chunked += usize::from(*it == Coding::Chunked);
                *it != Coding::Chunked || chunked == 1
            });
            return Some(Self { fields, body: end..bytes.len(), codings });
        }
        None
    }

    /// The value of the first `Content-Type` that names a media type.
    pub fn content_type(&self) -> Option<&str> {
        self.fields.all("content-type").find(|value| essence(value).is_some())
    }

    /// Where the body stands in the bytes of the message, as it came.
    pub fn raw_body(&self) -> Range<usize> {
        self.body.clone()
    }

    /// What was done to the body, in the order in which it was done.
    pub fn codings(&self) -> &[Coding] {
        &self.codings
    }

    /// The body with its codings undone as far as that goes; at most `limit` bytes come of each. `message` is what
    /// this was [made](Self::of) of.
    pub fn body<'a>(&self, message: &'a [u8], limit: usize) -> Body<'a> {
        let body = body::undone(&message[self.body.clone()], &self.codings, limit);
        // Compressed all the same: a server that says nothing of it, or says it of its files.
        if body.fault.is_none() && body.bytes.starts_with(b"\x1f\x8b\x08") && self.is_page() {
            let Body { bytes, fault } = body::undone(&body.bytes, &[Coding::Gzip], limit);
            return Body { bytes: bytes.into_owned().into(), fault };
        }
        body
    }

    /// What a decoded body is. `identified` is the media type that the archive found, which is believed where it
    /// says that this is a page.
    pub fn media(&self, body: &Body<'_>, identified: Option<&str>) -> Media {
        let html = identified.filter(|it| is_page(Some(it)));
        media::of(html.or(self.content_type().and_then(essence).as_deref()), &body.bytes)
    }

    /// Whether the head says that this is a page.
    pub fn is_page(&self) -> bool {
        is_page(self.content_type().and_then(essence).as_deref())
    }
}

/// Whether this is the media type of a page.
fn is_page(stated: Option<&str>) -> bool {
    media::of(stated.or(Some("")), b"x") == Media::Html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &str) -> (Message, String, Option<(Coding, Fault)>) {
        let read = Message::of(message.as_bytes()).unwrap();
        let body = read.body(message.as_bytes(), 1000);
        let text = String::from_utf8_lossy(&body.bytes).into_owned();
        let fault = body.fault;
        (read, text, fault)
    }

    #[test]
    fn a_message_is_a_head_and_a_body() {
        let (message, body, fault) =
            of("HTTP/1.1 200\nContent-Type: text/html; charset=utf-8\n\n<p>The boats");
        assert_eq!((body.as_str(), fault), ("<p>The boats", None));
        assert_eq!(message.content_type(), Some("text/html; charset=utf-8"));
        assert_eq!(message.codings(), []);
        for head in ["HTTP/2 200\r\n", "http/1.0 200 OK\r\n", "ICY 200 OK\n", "\r\nHTTP/1.1 200 OK\r\n"] {
            assert_eq!(of(&format!("{head}\r\nx")).1, "x", "{head:?}");
        }
        assert_eq!(Message::of(b"<p>no head"), None);
        assert_eq!(of("HTTP/1.1 301 Moved").1, "");
    }

    #[test]
    fn interim_answers_are_passed_over() {
        let (message, body, _) =
            of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established\r\n\r\n\
             HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\nHTTP/1.1 is old");
        assert_eq!((body.as_str(), message.content_type()), ("HTTP/1.1 is old", Some("text/html")));
    }

    #[test]
    fn codings_are_listed_in_order() {
        let (message, ..) = of(
            "HTTP/1.1 200\nTransfer-Encoding: GZip, chunked\nContent-Encoding: br\nContent-Encoding: x-gzip, identity\n\
             Transfer-Encoding: chunked\n\n",
        );
        let named: Vec<String> = message.codings().iter().map(ToString::to_string).collect();
        assert_eq!(named, ["br", "gzip", "gzip", "chunked"]);
    }

    #[test]
    fn what_cannot_be_undone_stays_as_it_is() {
        let (.., body, fault) = of("HTTP/1.1 200\nTransfer-Encoding: chunked\n\n<p>The boats");
        assert_eq!((body.as_str(), fault), ("<p>The boats", Some((Coding::Chunked, Fault::NotCoded))));
        let (.., body, fault) = of("HTTP/1.1 200\nContent-Encoding: utf-8\n\nThe boats");
        let unknown = Coding::Unknown("utf-8".to_owned());
        assert_eq!((body.as_str(), fault), ("The boats", Some((unknown, Fault::NotCoded))));
        let (.., body, fault) = of("HTTP/1.1 200\nContent-Encoding: br\n\n<!doctype html><p>The boats");
        assert_eq!((body.len(), fault), (27, Some((Coding::Brotli, Fault::NotCoded))));
    }

    #[cfg(feature = "compression")]
    #[test]
    fn codings_are_undone_from_the_last_to_the_first() {
        use crate::read::compression::Compression;
        use crate::write::compression::Encoder;
        let packed = |compression, bytes: &[u8]| {
            let mut out = Vec::new();
            Encoder::new(compression).unwrap().member(bytes, &mut out).unwrap();
            out
        };
        let inner = packed(Compression::Zstd, b"<p>The boats wait.");
        let outer = packed(Compression::Gzip, &inner);
        let mut message =
            b"HTTP/1.1 200 OK\r\nContent-Encoding: zstd, gzip\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
        for part in outer.chunks(7) {
            message.extend_from_slice(format!("{:x}\r\n", part.len()).as_bytes());
            message.extend_from_slice(part);
            message.extend_from_slice(b"\r\n");
        }
        message.extend_from_slice(b"0\r\n\r\n");
        let read = Message::of(&message).unwrap();
        let body = read.body(&message, 1000);
        assert_eq!((&*body.bytes, &body.fault), (b"<p>The boats wait.".as_slice(), &None));
        assert_eq!(read.media(&body, None), Media::Html);
        // One of two: the other was undone already.
        let message = [
            b"HTTP/1.1 200\nContent-Encoding: gzip, gzip\n\n".as_slice(),
            &packed(Compression::Gzip, b"<p>The boats wait."),
        ]
        .concat();
        let read = Message::of(&message).unwrap();
        let body = read.body(&message, 1000);
        assert_eq!(
            (&*body.bytes, body.fault),
            (b"<p>The boats wait.".as_slice(), Some((Coding::Gzip, Fault::NotCoded)))
        );
    }
}
