//! Finds tags with too many attributes.
//!
//! The tokenizer compares every new attribute with all before it, as the standard requires (a name counts once), so
//! the time for a tag grows with the square of its attributes. No real page has a thousand in one tag.

/// Maximum number of attributes of a tag; further ones are left out.
pub const MAX_ATTRIBUTES: usize = 1024;

/// The part of a tag that is left out: from an attribute to the end of the tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beyond {
    /// First byte left out.
    pub(super) from: usize,
    /// The tag's `>`, or the end of the text.
    pub(super) to: usize,
}

/// The part beyond [`MAX_ATTRIBUTES`] of the tag that begins at `start`, no earlier than `least`. `None`
/// if the tag has fewer, or no tag begins there (HTML, 13.2.5.6 to 13.2.5.40).
pub(super) fn beyond(text: &[u8], start: usize, least: usize) -> Option<Beyond> {
    let mut at = start + 1;
    at += usize::from(text.get(at) == Some(&b'/'));
    if !text.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    at = until(text, at, |byte| is_space(byte) || byte == b'/' || byte == b'>');
    let (mut count, mut from) = (0, None);
    loop {
        // Before an attribute name, which may follow a quoted value directly.
        at = until(text, at, |byte| !is_space(byte) && byte != b'/');
        if text.get(at).is_none_or(|&byte| byte == b'>') {
            return from.map(|from| Beyond { from, to: at });
        }
        count += 1;
        if count > MAX_ATTRIBUTES && at >= least {
            from = from.or(Some(at));
        }
        // A name may begin with an equals sign.
        at = until(text, at + 1, |byte| is_space(byte) || matches!(byte, b'/' | b'>' | b'='));
        let sign = until(text, at, |byte| !is_space(byte));
        if text.get(sign) != Some(&b'=') {
            continue;
        }
        at = until(text, sign + 1, |byte| !is_space(byte));
        at = match text.get(at) {
            Some(&quote @ (b'"' | b'\'')) => until(text, at + 1, |byte| byte == quote) + 1,
            _ => until(text, at, |byte| is_space(byte) || byte == b'>'),
        };
    }
}

fn until(text: &[u8], from: usize, stop: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from.min(text.len()) + rest.iter().position(|&byte| stop(byte)).unwrap_or(rest.len())
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0C')
}
