//! Text to tags and stretches of text (HTML, 13.2.5). Comments are left out; a stretch of text ends only where a tag
//! or the like begins.

use std::ops::Range;

use memchr::{memchr, memchr2, memchr3, memmem};

use super::attribute::{Attr, Attribute, MAX_ATTRIBUTES, MIN_DATA};
use super::name::Name;
use super::references;
use super::stretch::{COPIED, Piece, Stretch};
use super::tree::Tree;

/// A start tag or an end tag.
#[derive(Debug, Clone)]
pub(super) struct Tag {
    pub(super) name: Name,
    /// Its attributes in the tree, of those that are kept.
    pub(super) attributes: Range<u32>,
    /// The text of all its attributes in the page.
    pub(super) source: Range<u32>,
    pub(super) self_closing: bool,
}

/// A stretch of text as it stands in the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether `&` begins references.
    pub(super) has_references: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Token {
    Text(Raw),
    Start(Tag),
    End(Tag),
    /// The inside of a doctype, from behind its name.
    Doctype(Range<usize>),
    /// The end of the page.
    Eof,
}

/// How what follows a start tag is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Text with references, up to the end tag.
    Rcdata,
    /// Text, up to the end tag.
    Rawtext,
    /// Text in which comments hide end tags.
    Script,
    /// Text, up to the end of the page.
    Plaintext,
}

impl Content {
    /// How what follows the start tag of an HTML element is read; none where it is markup.
    pub(super) fn of(name: Name) -> Option<Self> {
        match name {
            Name::TEXTAREA | Name::TITLE => Some(Self::Rcdata),
            Name::IFRAME | Name::NOEMBED | Name::NOFRAMES | Name::STYLE | Name::XMP => Some(Self::Rawtext),
            Name::SCRIPT => Some(Self::Script),
            Name::PLAINTEXT => Some(Self::Plaintext),
            _ => None,
        }
    }
}

/// What becomes of NULs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nul {
    LeftOut,
    Replaced,
}

/// Reads a page from its start to its end.
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// Whether there are carriage returns or NULs, so that every text must be looked through.
    is_unclean: bool,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        Self { text, bytes, at: 0, is_unclean: memchr2(b'\r', 0, bytes).is_some() }
    }

    /// The position of the next token.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or_default()
    }

    /// The next token. `is_foreign` says whether the open element is one of another vocabulary, which CDATA needs.
    pub(super) fn next(&mut self, tree: &mut Tree<'_>, is_foreign: bool) -> Token {
        loop {
            let from = self.at;
            if let Some(raw) = self.text(from) {
                return Token::Text(raw);
            }
            if self.at >= self.bytes.len() {
                return Token::Eof;
            }
            match self.byte(from + 1) {
                b'/' => match self.byte(from + 2) {
                    b'>' => self.at = from + 3,
                    byte if byte.is_ascii_alphabetic() => {
                        self.at = from + 2;
                        return self.tag(tree, false).map_or(Token::Eof, Token::End);
                    }
                    _ => self.skip_tag(from + 2),
                },
                b'!' => {
                    if let Some(token) = self.declaration(from, is_foreign) {
                        return token;
                    }
                }
                b'?' => self.skip_tag(from + 2),
                _ => {
                    self.at = from + 1;
                    return self.tag(tree, true).map_or(Token::Eof, Token::Start);
                }
            }
        }
    }

    /// The text that begins here, if there is some; what follows it begins with a `<` that is markup.
    fn text(&mut self, from: usize) -> Option<Raw> {
        let (mut at, mut has_references) = (from, false);
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let found = if has_references { memchr(b'<', rest) } else { memchr2(b'<', b'&', rest) };
            let Some(found) = found else {
                at = self.bytes.len();
                break;
            };
            at += found;
            if self.bytes[at] == b'&' {
                has_references = true;
            } else {
                let next = self.byte(at + 1);
                // At the end of the page `</` is text.
                let is_markup = next.is_ascii_alphabetic()
                    || matches!(next, b'!' | b'?')
                    || next == b'/' && at + 2 < self.bytes.len();
                if is_markup {
                    break;
                }
            }
            at += 1;
        }
        self.at = at;
        (at > from).then_some(Raw { from, to: at, has_references })
    }

    /// Goes on behind the next `>`, or at the end.
    fn skip_tag(&mut self, from: usize) {
        let rest = self.bytes.get(from..).unwrap_or_default();
        self.at = memchr(b'>', rest).map_or(self.bytes.len(), |found| from + found + 1);
    }

    /// A comment, doctype or CDATA section, from its `<!`.
    fn declaration(&mut self, from: usize, is_foreign: bool) -> Option<Token> {
        let inside = from + 2;
        let rest = &self.bytes[inside..];
        if rest.starts_with(b"--") {
            self.at = self.comment(inside + 2);
            return None;
        }
        if rest.len() >= 7 && rest[..7].eq_ignore_ascii_case(b"doctype") {
            self.skip_tag(inside);
            let whole = self.byte(self.at - 1) == b'>';
            return Some(Token::Doctype(inside + 7..self.at - usize::from(whole)));
        }
        if is_foreign && rest.starts_with(b"[CDATA[") {
            let start = inside + 7;
            let length = memmem::find(&self.bytes[start..], b"]]>");
            let end = length.map_or(self.bytes.len(), |length| start + length);
            self.at = if length.is_some() { end + 3 } else { end };
            return (end > start).then_some(Token::Text(Raw { from: start, to: end, has_references: false }));
        }
        self.skip_tag(inside);
        None
    }

    /// The end of the comment whose text begins here.
    fn comment(&self, from: usize) -> usize {
        let rest = &self.bytes[from..];
        if rest.starts_with(b">") {
            return from + 1;
        }
        if rest.starts_with(b"->") {
            return from + 2;
        }
        let ends = |at: usize| {
            let before = &self.bytes[from..at];
            before.ends_with(b"--") || before.ends_with(b"--!")
        };
        let mut at = from;
        while let Some(found) = memchr(b'>', &self.bytes[at..]) {
            at += found;
            if ends(at) {
                return at + 1;
            }
            at += 1;
        }
        self.bytes.len()
    }

    /// A tag from its name on; `None` if the page ends in it.
    fn tag(&mut self, tree: &mut Tree<'_>, keep: bool) -> Option<Tag> {
        let bytes = self.bytes;
        let from = self.at;
        let length = bytes[from..].iter().position(|&byte| ends_name(byte));
        let Some(length) = length else {
            self.at = bytes.len();
            return None;
        };
        let name = tree.name_of(&bytes[from..from + length]);
        let first = tree.attributes.len() as u32;
        let mut at = from + length;
        // Most tags have no attributes.
        let self_closing =
            if bytes[at] == b'>' { Some(false) } else { self.attributes(&mut at, name, keep, tree) };
        let Some(self_closing) = self_closing else {
            self.at = bytes.len();
            return None;
        };
        self.at = at + 1;
        let source = (from + length) as u32..at as u32;
        Some(Tag { name, attributes: first..tree.attributes.len() as u32, source, self_closing })
    }

    /// Reads attributes up to the `>` of their tag, and returns whether `/` stands before it; `None` at the end of
    /// the page.
    fn attributes(&self, at: &mut usize, tag: Name, keep: bool, tree: &mut Tree<'_>) -> Option<bool> {
        let bytes = self.bytes;
        let first = tree.attributes.len();
        let (mut here, mut count) = (*at, 0);
        loop {
            let (mut byte, mut slash) = (*bytes.get(here)?, false);
            while is_space(byte) || byte == b'/' {
                slash = byte == b'/';
                here += 1;
                byte = *bytes.get(here)?;
            }
            if byte == b'>' {
                *at = here;
                return Some(slash);
            }
            // A name may begin with an equals sign.
            let length = bytes[here + 1..].iter().position(|&byte| ends_name(byte) || byte == b'=')?;
            let name = here..here + 1 + length;
            here = self.behind_spaces(name.end)?;
            let mut value = here..here;
            if bytes[here] == b'=' {
                here = self.behind_spaces(here + 1)?;
                (value, here) = match bytes[here] {
                    quote @ (b'"' | b'\'') => {
                        let end = here + 1 + memchr(quote, &bytes[here + 1..])?;
                        (here + 1..end, end + 1)
                    }
                    _ => {
                        let is_end = |&byte: &u8| is_space(byte) || byte == b'>';
                        let end = here + bytes[here..].iter().position(is_end)?;
                        (here..end, end)
                    }
                };
            }
            count += 1;
            if count > MAX_ATTRIBUTES {
                tree.cut = true;
            } else if keep {
                self.keep(tag, name, value, first, tree);
            }
        }
    }

    /// The next position without white space; `None` at the end of the page.
    fn behind_spaces(&self, from: usize) -> Option<usize> {
        let mut at = from;
        while is_space(*self.bytes.get(at)?) {
            at += 1;
        }
        Some(at)
    }

    /// Keeps an attribute, if it is one that is kept and the tag has none of this name yet.
    fn keep(&self, tag: Name, name: Range<usize>, value: Range<usize>, first: usize, tree: &mut Tree<'_>) {
        let letters = &self.bytes[name.clone()];
        let known = Attr::of(tag, letters);
        if known.is_none() && value.len() < MIN_DATA {
            return;
        }
        let is_same = |it: &Attribute| {
            let name = it.name.start as usize..(it.name.start + it.name.length) as usize;
            it.known == known && (known.is_some() || self.bytes[name].eq_ignore_ascii_case(letters))
        };
        if tree.attributes[first..].iter().any(is_same) {
            return;
        }
        let has_references = memchr(b'&', &self.bytes[value.clone()]).is_some();
        let raw = Raw { from: value.start, to: value.end, has_references };
        let value = self.read(raw, Nul::Replaced, true, tree);
        let name = Stretch { start: name.start as u32, length: name.len() as u32 };
        tree.attributes.push(Attribute { known, name, value });
    }

    /// The text of a stretch, with its references decoded and its line ends mended.
    pub(super) fn piece(&self, raw: Raw, nul: Nul, tree: &mut Tree<'_>) -> Piece {
        let text = self.read(raw, nul, false, tree);
        Piece { text, from: raw.from as u32, to: raw.to as u32 }
    }

    fn read(&self, raw: Raw, nul: Nul, in_attribute: bool, tree: &mut Tree<'_>) -> Stretch {
        let bytes = &self.bytes[raw.from..raw.to];
        let is_clean = !raw.has_references && (!self.is_unclean || memchr2(b'\r', 0, bytes).is_none());
        if is_clean {
            return Stretch { start: raw.from as u32, length: bytes.len() as u32 };
        }
        let start = tree.copied.len();
        // No reference is longer decoded than three times as long.
        if start + 3 * bytes.len() >= COPIED as usize {
            tree.cut = true;
            return Stretch { start: start as u32 | COPIED, length: 0 };
        }
        let out = &mut tree.copied;
        let text = &self.text[raw.from..raw.to];
        let mut at = 0;
        while let Some(found) = memchr3(b'&', b'\r', 0, &bytes[at..]) {
            out.push_str(&text[at..at + found]);
            at += found + 1;
            match bytes[at - 1] {
                b'&' if raw.has_references => match references::decode(&bytes[at..], in_attribute, out) {
                    Some(length) => at += length,
                    None => out.push('&'),
                },
                b'&' => out.push('&'),
                b'\r' if bytes.get(at) == Some(&b'\n') => {}
                b'\r' => out.push('\n'),
                _ if nul == Nul::Replaced => out.push('\u{fffd}'),
                _ => {}
            }
        }
        out.push_str(&text[at..]);
        Stretch { start: start as u32 | COPIED, length: (out.len() - start) as u32 }
    }

    /// The text of an element that holds only text, up to its end tag.
    pub(super) fn content(&mut self, content: Content, element: &str) -> Raw {
        let from = self.at;
        let end = match content {
            Content::Plaintext => self.bytes.len(),
            Content::Script => self.script(from),
            _ => self.end_tag(from, element),
        };
        self.at = end;
        let inside = &self.bytes[from..end];
        let has_references = content == Content::Rcdata && memchr(b'&', inside).is_some();
        Raw { from, to: end, has_references }
    }

    /// Whether `</` or `<` and a name stand here, and a tag's name ends behind it.
    fn names(&self, at: usize, open: &[u8], name: &str) -> bool {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let length = open.len() + name.len();
        rest.starts_with(open)
            && rest.len() >= length
            && rest[open.len()..length].eq_ignore_ascii_case(name.as_bytes())
            && rest.get(length).is_some_and(|&byte| ends_name(byte))
    }

    fn end_tag(&self, from: usize, element: &str) -> usize {
        let mut at = from;
        while let Some(found) = memchr(b'<', &self.bytes[at..]) {
            at += found;
            if self.names(at, b"</", element) {
                return at;
            }
            at += 1;
        }
        self.bytes.len()
    }

    /// The end of a script: its end tag, if that is not hidden by `<!-- <script>`.
    fn script(&self, from: usize) -> usize {
        #[derive(PartialEq)]
        enum In {
            Script,
            Comment,
            ScriptInComment,
        }
        let (mut at, mut state) = (from, In::Script);
        loop {
            let rest = &self.bytes[at..];
            let found = if state == In::Script { memchr(b'<', rest) } else { memchr2(b'<', b'-', rest) };
            let Some(found) = found else { return self.bytes.len() };
            at += found;
            let rest = &self.bytes[at..];
            if rest[0] == b'-' {
                if rest.starts_with(b"-->") {
                    state = In::Script;
                }
            } else if state == In::ScriptInComment {
                if self.names(at, b"</", "script") {
                    state = In::Comment;
                }
            } else if self.names(at, b"</", "script") {
                return at;
            } else if state == In::Script && rest.starts_with(b"<!--") {
                state = In::Comment;
                // Its dashes may be those of its end.
                at += 1;
            } else if state == In::Comment && self.names(at, b"<", "script") {
                state = In::ScriptInComment;
            }
            at += 1;
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0C')
}

/// Whether a byte ends the name of a tag.
fn ends_name(byte: u8) -> bool {
    is_space(byte) || matches!(byte, b'/' | b'>')
}
