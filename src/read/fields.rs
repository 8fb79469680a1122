//! The fields of a row of JSON that are used, found without copying.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::ReadOptions;

/// The raw values of the fields that are used.
#[derive(Default)]
pub(super) struct Fields<'a> {
    pub(super) text: Option<&'a RawValue>,
    pub(super) id: Option<&'a RawValue>,
    pub(super) url: Option<&'a RawValue>,
}

/// The fields of an object.
///
/// # Errors
/// Why this is no JSON object.
pub(super) fn fields<'a>(json: &'a str, options: &ReadOptions) -> serde_json::Result<Fields<'a>> {
    let names = [&options.text_key, &options.id_key, &options.url_key].map(|it| Some(it.as_str()));
    let [text, id, url] = values(json, names)?;
    Ok(Fields { text, id, url })
}

/// The values of three fields of an object, by their names or by paths into it. Several may be the same: the address
/// may serve as the id.
fn values<'a>(json: &'a str, names: [Option<&str>; 3]) -> serde_json::Result<[Option<&'a RawValue>; 3]> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let found = deserializer.deserialize_map(Object { names })?;
    deserializer.end()?;
    let mut values = [None; 3];
    // Longer beginnings of a name first: a key with a dot in it is meant before a path is.
    let mut inside = found.inside;
    inside.sort_by_key(|(_, length, _)| std::cmp::Reverse(*length));
    for (at, length, value) in inside {
        if found.whole[at].is_none() && values[at].is_none() && value.get().starts_with('{') {
            let mut rest = [None; 3];
            rest[at] = names[at].map(|name| &name[length + 1..]);
            values[at] = self::values(value.get(), rest)?[at];
        }
    }
    for (value, whole) in values.iter_mut().zip(found.whole) {
        *value = whole.or(*value);
    }
    Ok(values)
}

/// What an object has of three fields.
#[derive(Default)]
struct Found<'a> {
    /// Values of keys that are the whole name. Of a repeated field the last one counts.
    whole: [Option<&'a RawValue>; 3],
    /// Of keys that are its beginning up to a dot: which field, how long the key is, its value.
    inside: Vec<(usize, usize, &'a RawValue)>,
}

/// Walks an object and keeps the fields that are used, without copying.
struct Object<'n> {
    names: [Option<&'n str>; 3],
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Found<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found<'de>, A::Error> {
        let mut found = Found::default();
        while let Some(parts) = map.next_key_seed(Key { names: self.names })? {
            if parts == [Part::None; 3] {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let raw = map.next_value::<&'de RawValue>()?;
            for (at, part) in parts.into_iter().enumerate() {
                match part {
                    Part::None => {}
                    Part::Whole => found.whole[at] = Some(raw),
                    Part::Beginning(length) => {
                        found.inside.retain(|(field, key, _)| (*field, *key) != (at, length));
                        found.inside.push((at, length, raw));
                    }
                }
            }
        }
        Ok(found)
    }
}

/// What a key is of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    None,
    Whole,
    /// Its beginning, of this length, before a dot.
    Beginning(usize),
}

struct Key<'n> {
    names: [Option<&'n str>; 3],
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = [Part; 3];

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<[Part; 3], D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = [Part; 3];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<[Part; 3], E> {
        Ok(self.names.map(|name| match name.and_then(|name| name.strip_prefix(key)) {
            Some("") => Part::Whole,
            Some(rest) if rest.starts_with('.') => Part::Beginning(key.len()),
            _ => Part::None,
        }))
    }
}

/// The row with `NaN`, `Infinity` and `-Infinity` outside strings replaced by an empty list and blanks, so that
/// every position stays the same and nothing takes it for a text or a number; none if it has none. They are no JSON,
/// but Python and others write them.
pub(crate) fn without_nan(json: &str) -> Option<String> {
    let bytes = json.as_bytes();
    let mut masked: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte == b'"' {
            at = end_of_string(bytes, at);
            continue;
        }
        if !is_word(byte) {
            at += 1;
            continue;
        }
        let end = at + bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
        if matches!(&bytes[at..end], b"NaN" | b"Infinity" | b"-Infinity") {
            let masked = masked.get_or_insert_with(|| bytes.to_vec());
            masked[at..end].fill(b' ');
            masked[at..at + 2].copy_from_slice(b"[]");
        }
        at = end;
    }
    // Only ASCII was replaced by ASCII.
    String::from_utf8(masked?).ok()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b'_') || !byte.is_ascii()
}

/// The position after the string that begins here, or the end.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}
