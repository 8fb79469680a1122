//! Bytes that are not text: invalid sequences and NULs, found without keeping the decoded text.

use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::{memchr, memchr_iter};

/// What is wrong with some bytes. Offsets are in bytes, from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Damage {
    /// Where the first invalid sequence begins.
    pub invalid: Option<usize>,
    /// How many invalid sequences there are.
    pub invalid_count: u64,
    /// Where the first NUL character is.
    pub nul: Option<usize>,
    /// How many NUL characters there are.
    pub nul_count: u64,
}

/// Size of the buffer for decoded text, in bytes.
const WINDOW: usize = 8 * 1024;

/// Whether the encoding has code units of two bytes.
pub fn is_utf_16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// Whether the bytes are valid in the encoding and free of NUL. Allocates nothing.
pub fn is_intact(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    if encoding == UTF_8 {
        return memchr(0, bytes).is_none() && std::str::from_utf8(bytes).is_ok();
    }
    find(encoding, bytes) == Damage::default()
}

/// Everything that is wrong with the bytes. Allocates nothing.
pub fn find(encoding: &'static Encoding, bytes: &[u8]) -> Damage {
    let mut damage = Damage::default();
    let mut note = |at: usize| {
        damage.invalid.get_or_insert(at);
        damage.invalid_count += 1;
    };
    if encoding == UTF_8 {
        if std::str::from_utf8(bytes).is_err() {
            let mut at = 0;
            for chunk in bytes.utf8_chunks() {
                at += chunk.valid().len();
                if !chunk.invalid().is_empty() {
                    note(at);
                }
                at += chunk.invalid().len();
            }
        }
    } else {
        decode(encoding, bytes, note);
    }
    let mut nul = |at: usize| {
        damage.nul.get_or_insert(at);
        damage.nul_count += 1;
    };
    if is_utf_16(encoding) {
        units(encoding, bytes, 0).for_each(&mut nul);
    } else {
        memchr_iter(0, bytes).for_each(&mut nul);
    }
    damage
}

/// The line (from 1) that holds the byte at `offset`. An offset beyond the end counts as the end.
pub fn line_of(encoding: &'static Encoding, bytes: &[u8], offset: usize) -> u64 {
    let before = &bytes[..offset.min(bytes.len())];
    let feeds = if is_utf_16(encoding) {
        units(encoding, before, u16::from(b'\n')).count()
    } else {
        memchr_iter(b'\n', before).count()
    };
    feeds as u64 + 1
}

/// Offsets of one code unit in UTF-16.
pub(crate) fn units<'a>(
    encoding: &'static Encoding,
    bytes: &'a [u8],
    unit: u16,
) -> impl Iterator<Item = usize> + 'a {
    let wanted = if encoding == UTF_16LE { unit.to_le_bytes() } else { unit.to_be_bytes() };
    bytes.chunks_exact(2).enumerate().filter(move |(_, pair)| *pair == wanted).map(|(index, _)| index * 2)
}

/// Decodes everything and passes on where each invalid sequence begins.
fn decode(encoding: &'static Encoding, bytes: &[u8], mut note: impl FnMut(usize)) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut window = [0_u8; WINDOW];
    let mut at = 0;
    loop {
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(&bytes[at..], &mut window, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            // The second figure counts bytes that were read after the sequence without being part of it.
            DecoderResult::Malformed(length, after) => {
                note(at.saturating_sub(usize::from(length) + usize::from(after)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{EUC_KR, GB18030, SHIFT_JIS, WINDOWS_1252};
    use proptest::prelude::*;

    #[test]
    fn the_first_is_placed_and_all_are_counted() {
        let damage = find(UTF_8, b"ab\xFFcd\xC3\x28\0x\0");
        assert_eq!(damage, Damage { invalid: Some(2), invalid_count: 2, nul: Some(7), nul_count: 2 });
        assert_eq!(line_of(UTF_8, b"a\nb\n\xFF", 4), 3);
        let damage = find(SHIFT_JIS, b"\x83\x65\n\x83\n");
        assert_eq!((damage.invalid, damage.invalid_count), (Some(3), 1));
    }

    #[test]
    fn sixteen_bit_units_are_aligned() {
        let bytes = [b'a', 0, 0x00, 0x0A, b'\n', 0, 0, 0];
        let damage = find(UTF_16LE, &bytes);
        assert_eq!((damage.invalid, damage.nul, damage.nul_count), (None, Some(6), 1));
        assert_eq!(line_of(UTF_16LE, &bytes, 6), 2);
        assert_eq!(find(UTF_16BE, &[0xD8, 0x00, 0x00, 0x41]).invalid_count, 1);
        assert_eq!(find(UTF_16LE, b"a\0b").invalid, Some(2));
    }

    #[test]
    fn every_byte_is_windows_1252() {
        let all: Vec<u8> = (1..=255).collect();
        assert!(is_intact(WINDOWS_1252, &all));
    }

    proptest! {
        #[test]
        fn agrees_with_whole_decoding(bytes: Vec<u8>, which in 0_usize..6) {
            let encoding = [UTF_8, SHIFT_JIS, GB18030, EUC_KR, UTF_16LE, UTF_16BE][which];
            let damage = find(encoding, &bytes);
            let whole = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
            prop_assert_eq!(damage.invalid.is_none(), whole.is_some());
            prop_assert_eq!(is_intact(encoding, &bytes), damage == Damage::default());
            if let Some(at) = damage.invalid {
                prop_assert!(at < bytes.len());
                prop_assert!(is_intact(encoding, &bytes[..at]) || damage.nul.is_some_and(|nul| nul < at));
            }
        }
    }
}
