//! Escapes text for HTML.

use std::borrow::Cow;

/// For text between tags.
pub fn content(text: &str) -> Cow<'_, str> {
    escaped(text, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        _ => None,
    })
}

/// For text between tags or inside a quoted attribute. Code points that are not characters (U+FFFF and the like)
/// become U+FFFD, because pages that contain them are invalid.
pub fn markup(text: &str) -> Cow<'_, str> {
    escaped(text, |c| match c {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '"' => Some("&quot;"),
        '\'' => Some("&#39;"),
        '\u{fdd0}'..='\u{fdef}' => Some("\u{fffd}"),
        c if u32::from(c) & 0xfffe == 0xfffe => Some("\u{fffd}"),
        _ => None,
    })
}

fn escaped(text: &str, instead: impl Fn(char) -> Option<&'static str>) -> Cow<'_, str> {
    let Some(first) = text.find(|c| instead(c).is_some()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        match instead(c) {
            Some(instead) => out.push_str(instead),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            markup("a <b title=\"c\" x='y'> & co"),
            "a &lt;b title=&quot;c&quot; x=&#39;y&#39;&gt; &amp; co"
        );
        assert_eq!(content("a <b> \"&\" it's"), "a &lt;b&gt; \"&amp;\" it's");
        assert_eq!(markup("\u{ffff}\u{1fffe}\u{fdd0}é漢"), "\u{fffd}\u{fffd}\u{fffd}é漢");
        assert!(matches!(markup("plain é"), Cow::Borrowed("plain é")));
    }
}
