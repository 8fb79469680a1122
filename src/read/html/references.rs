//! Character references: `&amp;`, `&#233;` (HTML, 13.2.5.72 to 13.2.5.80).

use std::sync::LazyLock;

/// The standard's table of names (13.5), sorted: a name, with its semicolon if it needs one, and its one or two code
/// points.
static TABLE: &str = include_str!("references.txt");

/// The same, read once.
static NAMES: LazyLock<Vec<(&str, [char; 2])>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let mut fields = line.split(' ');
        let name = fields.next()?;
        let mut point = || char::from_u32(u32::from_str_radix(fields.next()?, 16).ok()?);
        Some((name, [point()?, point().unwrap_or('\0')]))
    };
    TABLE.lines().filter_map(row).collect()
});

/// Length of the longest name that needs no semicolon, and of the longest at all.
const LONGEST_OPEN: usize = 6;
const LONGEST: usize = 32;

/// Writes the reference at the start of `text`, behind its `&`, and returns its length. `None` if there is none, and
/// the `&` is one. In an attribute, a name without its semicolon is none if a letter, digit or `=` follows.
pub(super) fn decode(text: &[u8], in_attribute: bool, out: &mut String) -> Option<usize> {
    match text.first()? {
        b'#' => numeric(text, out),
        first if first.is_ascii_alphanumeric() => named(text, in_attribute, out),
        _ => None,
    }
}

fn named(text: &[u8], in_attribute: bool, out: &mut String) -> Option<usize> {
    let run = text.iter().take(LONGEST).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if text.get(run) == Some(&b';') {
        let common = match &text[..run] {
            b"amp" => '&',
            b"nbsp" => '\u{A0}',
            b"quot" => '"',
            b"lt" => '<',
            b"gt" => '>',
            b"rsquo" => '’',
            b"copy" => '©',
            _ => '\0',
        };
        if common != '\0' {
            out.push(common);
            return Some(run + 1);
        }
        if write(&text[..=run], out) {
            return Some(run + 1);
        }
    }
    let length = (2..=run.min(LONGEST_OPEN)).rev().find(|&length| find(&text[..length]).is_some())?;
    let follows = text.get(length).copied().unwrap_or_default();
    if in_attribute && (follows == b'=' || follows.is_ascii_alphanumeric()) {
        return None;
    }
    write(&text[..length], out).then_some(length)
}

fn find(name: &[u8]) -> Option<[char; 2]> {
    let at = NAMES.binary_search_by(|(known, _)| known.as_bytes().cmp(name)).ok()?;
    Some(NAMES[at].1)
}

fn write(name: &[u8], out: &mut String) -> bool {
    let Some([first, second]) = find(name) else { return false };
    out.push(first);
    if second != '\0' {
        out.push(second);
    }
    true
}

fn numeric(text: &[u8], out: &mut String) -> Option<usize> {
    let (base, from) = if matches!(text.get(1), Some(b'x' | b'X')) { (16, 2) } else { (10, 1) };
    let (mut number, mut at) = (0_u32, from);
    while let Some(digit) = text.get(at).and_then(|&byte| char::from(byte).to_digit(base)) {
        number = number.saturating_mul(base).saturating_add(digit);
        at += 1;
    }
    if at == from {
        return None;
    }
    out.push(character(number));
    Some(at + usize::from(text.get(at) == Some(&b';')))
}

/// The character of a number: what was meant where it is one of windows-1252, U+FFFD where it is none.
fn character(number: u32) -> char {
    // 13.2.5.80; zeros stay what they are.
    #[rustfmt::skip]
    const C1: [u16; 32] = [
        0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D,
        0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,
        0x017E, 0x0178,
    ];
    let meant = match number {
        0 => 0xFFFD,
        0x80..=0x9F if C1[number as usize - 0x80] != 0 => u32::from(C1[number as usize - 0x80]),
        _ => number,
    };
    char::from_u32(meant).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, in_attribute: bool) -> Option<(String, usize)> {
        let mut out = String::new();
        decode(text.as_bytes(), in_attribute, &mut out).map(|length| (out, length))
    }

    #[test]
    fn the_table_is_whole_and_sorted() {
        assert_eq!(NAMES.len(), 2231);
        assert!(NAMES.is_sorted_by_key(|(name, _)| name.as_bytes()));
        assert!(NAMES.iter().all(|(name, _)| name.len() <= LONGEST));
        let open = NAMES.iter().filter(|(name, _)| !name.ends_with(';')).map(|(name, _)| name.len());
        assert_eq!(open.max(), Some(LONGEST_OPEN));
    }

    #[test]
    fn references_are_read_as_the_standard_says() {
        for (text, is, length) in [
            ("amp;", "&", 4),
            ("amp", "&", 3),
            ("notit;", "¬", 3),
            ("notin;", "∉", 6),
            ("nGt;", "≫⃒", 4),
            ("CounterClockwiseContourIntegral;", "∳", 32),
            ("#233;", "é", 5),
            ("#xe9 ", "é", 4),
            ("#150;", "–", 5),
            ("#0;", "\u{fffd}", 3),
            ("#xD800;", "\u{fffd}", 7),
            ("#99999999999;", "\u{fffd}", 13),
        ] {
            assert_eq!(read(text, false), Some((is.to_owned(), length)), "{text}");
        }
        for none in ["", " ", "#", "#x", "#;", "nothing;", "a=b", ";"] {
            assert_eq!(read(none, true), None, "{none}");
        }
        assert_eq!(read("nothing;", false), Some(("¬".to_owned(), 3)));
        assert_eq!(read("copy=1", true), None);
        assert_eq!(read("copy2", true), None);
        assert_eq!(read("copy", true), Some(("©".to_owned(), 4)));
        assert_eq!(read("notin", true), None);
    }
}
