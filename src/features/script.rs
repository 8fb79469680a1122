//! Classes of characters: scripts without spaces, marks, currencies, emoji, and signs without information.

/// Scripts that are written without spaces between words (blocks of the Unicode standard, ch. 6).
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff          // Thai, Lao
        | 0x1000..=0x109f        // Burmese
        | 0x1780..=0x17ff        // Khmer
        | 0x3005..=0x3007 | 0x3041..=0x30ff | 0x31f0..=0x31ff // iteration mark, kana
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff // Han
        | 0xff66..=0xff9d        // half-width kana
        | 0x20000..=0x3134f) // Han, further planes
}

/// Marks that combine with a letter: accents, Indic signs, joiners.
pub(super) fn is_mark(c: char) -> bool {
    matches!(u32::from(c),
        0x0300..=0x036f | 0x0483..=0x0489 | 0x0591..=0x05bd | 0x05bf | 0x05c1..=0x05c7
        | 0x0610..=0x061a | 0x064b..=0x065f | 0x0670 | 0x06d6..=0x06dc
        | 0x0900..=0x0903 | 0x093a..=0x094f | 0x0981..=0x0983 | 0x09bc..=0x09cd
        | 0x0a3c..=0x0a4d | 0x0abc..=0x0acd | 0x0b3c..=0x0b4d | 0x0bbe..=0x0bcd
        | 0x0c3e..=0x0c4d | 0x0cbc..=0x0ccd | 0x0d3b..=0x0d4d | 0x0dca..=0x0ddf
        | 0x200c | 0x200d)
}

/// Signs of currencies.
pub(super) fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '₹' | '₽' | '₩' | '₪' | '₺' | '₫' | '₴' | '₱' | '₦')
}

/// Emoji and dingbats.
pub(super) fn is_emoji(c: char) -> bool {
    matches!(u32::from(c), 0x1f000..=0x1faff | 0x2600..=0x27bf | 0x2b50 | 0x2b55)
}

/// Typographic signs found in any prose, and invisible characters.
pub(super) fn says_nothing(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c,
            '‘' | '’' | '‚' | '“' | '”' | '„' | '‐'..='―' | '…' | '、' | '。' | '，' | '「' | '」'
            | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{feff}'
            | '\u{fe0e}' | '\u{fe0f}')
}
