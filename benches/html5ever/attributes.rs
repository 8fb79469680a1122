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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tag(attributes: usize, each: &str) -> String {
        let all: String = (0..attributes).map(|n| each.replace('#', &n.to_string())).collect();
        format!("<p{all}>after")
    }

    #[test]
    fn what_is_beyond_the_limit_begins_at_an_attribute() {
        for each in [" a#", " a#=1", " a#=\"x > y\"", " a#='>'", "\ta# = b", "/a#", " =a#=\"\""] {
            assert_eq!(beyond(tag(MAX_ATTRIBUTES, each).as_bytes(), 0, 0), None, "{each}");
            let long = tag(MAX_ATTRIBUTES + 2, each);
            let first = long.find("1024").unwrap();
            let found = beyond(long.as_bytes(), 0, 0).unwrap();
            assert!(found.from < first && first - found.from < 3, "{each}: {found:?}");
            assert_eq!(&long[found.to..], ">after", "{each}");
            let later = beyond(long.as_bytes(), 0, found.from + 1).unwrap();
            assert!(later.from > found.from && later.to == found.to, "{each}");
        }
    }

    #[test]
    fn what_is_no_tag_has_none() {
        let many = " a".repeat(4000);
        for start in ["<!--", "<!doctype", "<?", "< ", "<3", "<", "</"] {
            let text = format!("{start}{many}");
            assert_eq!(beyond(text.as_bytes(), 0, 0), None, "{start}");
        }
        assert!(beyond(format!("</p{many}").as_bytes(), 0, 0).is_some());
        assert!(beyond(format!("<p{many}").as_bytes(), 0, 0).is_some_and(|it| it.to == 8002));
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_asked(text in "<p([ a=/'\"<>]){0,60}", start in 0usize..80, least in 0usize..80) {
            prop_assert_eq!(beyond(text.as_bytes(), start.min(text.len()), least), None);
        }
    }
}
