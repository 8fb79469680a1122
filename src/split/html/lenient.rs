//! JSON in pages as sites write it: strictly where that works, else with its usual mistakes mended.

use std::borrow::Cow;

use serde_json::Value;

use crate::read::html::{Tree, parse_fragment};

/// The values of a script that holds JSON, one after the other. What cannot be mended is left out.
///
/// Where it is not JSON as it is, these are mended: line feeds and other control characters in strings, quotes inside
/// strings, escapes that JSON does not have, halves of surrogate pairs, commas before a closing bracket, comments,
/// CDATA and comment marks of HTML, signs between several values, and a text that breaks off.
pub(super) fn values(text: &str) -> Vec<Value> {
    let (strict, whole) = read(text);
    if whole {
        return strict;
    }
    let (mended, _) = read(&Mending::of(text));
    if mended.len() >= strict.len() { mended } else { strict }
}

/// The values at the start, and whether nothing else follows them.
fn read(text: &str) -> (Vec<Value>, bool) {
    let mut all = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter() {
        match value {
            Ok(value) => all.push(value),
            Err(_) => return (all, false),
        }
    }
    (all, true)
}

/// A text of JSON with the names of characters decoded, if it holds any: `it&#8217;s`.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !has_name(text) {
        return Cow::Borrowed(text);
    }
    // What is no name stays: a lone `<` begins no tag.
    Cow::Owned(parse_fragment(text.replace('<', "&lt;")).text_below(Tree::ROOT))
}

/// Whether some `&` begins the name of a character.
fn has_name(text: &str) -> bool {
    memchr::memchr_iter(b'&', text.as_bytes()).any(|at| {
        let name =
            text[at + 1..].bytes().take(33).take_while(|byte| *byte == b'#' || byte.is_ascii_alphanumeric());
        let length = name.count();
        length > 0 && text.as_bytes().get(at + 1 + length) == Some(&b';')
    })
}

/// A text of JSON while it is mended.
struct Mending<'a> {
    text: &'a str,
    at: usize,
    out: String,
    /// Closing brackets that are still to come.
    open: Vec<char>,
}

impl<'a> Mending<'a> {
    fn of(text: &'a str) -> String {
        let mut mending = Self { text, at: 0, out: String::with_capacity(text.len() + 16), open: Vec::new() };
        while let Some(c) = mending.rest().chars().next() {
            mending.sign(c);
        }
        mending.trim_comma();
        if mending.out.ends_with(':') {
            mending.out.push_str("null");
        }
        while let Some(bracket) = mending.open.pop() {
            mending.out.push(bracket);
        }
        mending.out
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Skips to the end of what is found, or to the end of the text.
    fn skip_to(&mut self, end: &str) {
        self.at += self.rest().find(end).map_or(self.rest().len(), |found| found + end.len());
    }

    /// What stands outside strings.
    fn sign(&mut self, c: char) {
        const MARKS: [&str; 6] = ["<![CDATA[", "]]>", "<!--", "-->", "//<![CDATA[", "//]]>"];
        if let Some(mark) = MARKS.iter().rev().find(|mark| self.rest().starts_with(**mark)) {
            self.at += mark.len();
            return;
        }
        if self.rest().starts_with("//") {
            return self.skip_to("\n");
        }
        if self.rest().starts_with("/*") {
            return self.skip_to("*/");
        }
        self.at += c.len_utf8();
        match c {
            '"' => self.string(),
            '{' | '[' => {
                self.open.push(if c == '{' { '}' } else { ']' });
                self.out.push(c);
            }
            '}' | ']' => {
                self.trim_comma();
                if self.open.last() == Some(&c) {
                    self.open.pop();
                    self.out.push(c);
                }
            }
            // Between values, and where one is missing.
            ',' | ';' if self.open.is_empty() || c == ';' => self.out.push(' '),
            ',' if self.out.trim_end().ends_with(['[', '{', ',']) => {}
            c if c.is_whitespace() || c == '\u{feff}' => self.out.push(' '),
            c => self.out.push(c),
        }
    }

    /// Removes a comma at the end, because nothing follows it.
    fn trim_comma(&mut self) {
        let length = self.out.trim_end().trim_end_matches(',').len();
        self.out.truncate(length);
    }

    /// A string, from behind its first quote.
    fn string(&mut self) {
        self.out.push('"');
        while let Some(c) = self.rest().chars().next() {
            self.at += c.len_utf8();
            match c {
                '"' if self.is_end() => break,
                '"' => self.out.push_str("\\\""),
                '\\' => self.escape(),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                c if c.is_ascii_control() => self.out.push(' '),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    /// Whether a quote ends its string: what follows can follow a string.
    fn is_end(&self) -> bool {
        let next = self.rest().trim_start();
        next.is_empty()
            || next.starts_with([',', '}', ']', ':', ';'])
            || ["//", "/*", "<!--", "-->", "]]>"].iter().any(|mark| next.starts_with(mark))
    }

    /// An escape, from behind its backslash.
    fn escape(&mut self) {
        let Some(c) = self.rest().chars().next() else { return };
        self.at += c.len_utf8();
        match c {
            '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'u' => match self.unit() {
                Some(high @ 0xD800..=0xDBFF) => {
                    let before = self.at;
                    let low = self.rest().strip_prefix("\\u").and_then(|_| {
                        self.at += 2;
                        self.unit()
                    });
                    match low {
                        Some(low @ 0xDC00..=0xDFFF) => {
                            self.out.push_str(&format!("\\u{high:04x}\\u{low:04x}"))
                        }
                        _ => {
                            self.at = before;
                            self.out.push('\u{fffd}');
                        }
                    }
                }
                Some(0xDC00..=0xDFFF) => self.out.push('\u{fffd}'),
                Some(unit) => self.out.push_str(&format!("\\u{unit:04x}")),
                None => self.out.push('u'),
            },
            '\n' => self.out.push_str("\\n"),
            // A quote of JavaScript, and what has no need of a backslash.
            c if c.is_ascii_control() => self.out.push(' '),
            c => self.out.push(c),
        }
    }

    /// The code unit of an escape, if four digits follow.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.rest().get(..4).filter(|it| it.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        self.at += 4;
        u16::from_str_radix(digits, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn usual_mistakes_are_mended() {
        let one = json!([{"a": "b", "c": [1, 2]}]);
        for text in [
            r#"{"a": "b", "c": [1, 2]}"#,
            r#"{"a": "b", "c": [1, 2,],}"#,
            r#"{"a": "b", /* a "comment" */ "c": [1, 2] // done
            }"#,
            "//<![CDATA[\n{\"a\": \"b\", \"c\": [1, 2]}\n//]]>",
            "<![CDATA[{\"a\": \"b\", \"c\": [1, 2]}]]>",
            "/* <![CDATA[ */ {\"a\": \"b\", \"c\": [1, 2]} /* ]]> */",
            "<!-- {\"a\": \"b\", \"c\": [1, 2]} -->",
            r#"{"a": "b", "c": [1,, 2]};"#,
            "\u{feff}{\u{a0}\"a\": \"b\", \"c\": [1, 2",
            r#"{"a": "b", "c": [1, 2], "d":"#,
        ] {
            let found = values(text);
            let mut found = Value::from(found);
            if let Some(fields) = found[0].as_object_mut() {
                fields.remove("d");
            }
            assert_eq!(found, one, "{text}");
        }
    }

    #[test]
    fn strings_are_mended() {
        for (text, expected) in [
            ("\"one\ntwo\r\n\tthree\"", "one\ntwo \n\tthree"),
            (r#""She said "no" twice""#, "She said \"no\" twice"),
            (r#""it\'s \ud83d\ude00 \ud83d \x""#, "it's 😀 \u{fffd} x"),
            (r#""\uZZ""#, "uZZ"),
            ("\"breaks of", "breaks of"),
            ("\"https://a.example/* x */ // y\n\"", "https://a.example/* x */ // y\n"),
        ] {
            assert_eq!(values(&format!("{{\"a\": {text}")), [json!({"a": expected})], "{text}");
        }
    }

    #[test]
    fn several_values_are_read() {
        for between in ["", "\n", ",", ";\n", " /* x */ "] {
            let text = format!("{{\"a\": 1}}{between}{{\"b\": 2}}");
            assert_eq!(values(&text), [json!({"a": 1}), json!({"b": 2})], "{between:?}");
        }
        assert!(values("not json").is_empty());
        assert!(values("").is_empty());
    }

    #[test]
    fn names_of_characters_are_decoded() {
        assert_eq!(decoded("trust&#8217;s &amp; &lt;b&gt; &#x41;"), "trust’s & <b> A");
        for same in ["a & b", "?a=1&lang=en", "AT&T; no", "1 < 2"] {
            assert_eq!(decoded(same), same);
        }
        assert_eq!(decoded("1 < 2 &amp; 3 <b"), "1 < 2 & 3 <b");
    }

    proptest! {
        #[test]
        fn any_text_has_values(text in "[\\[\\]{}\",:;/*a\\\\u0d8\n<!-]{0,40}") {
            values(&text);
            decoded(&text);
        }

        #[test]
        fn json_is_what_it_is(value in "[a-z\"\\\\\n&<]{0,20}", number: i64) {
            let value = json!({"a": [value, number], "b": null});
            prop_assert_eq!(values(&value.to_string()), [value]);
        }
    }
}
