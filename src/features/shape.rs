//! The shape of a paragraph: length, case, digits, signs, how it begins and ends. Shape does not depend on
//! the words of any language, so it means the same in all of them.

use super::look::{Look, Looks};
use super::tokens::{EMAIL, PRICE, URL};

/// The first or last character class of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(u8)]
pub enum Edge {
    /// A lower-case letter, or a letter of a script without case.
    #[default]
    Lower = 0,
    /// An upper-case letter.
    Upper = 1,
    /// A digit.
    Digit = 2,
    /// End punctuation: `.` `。` and the like.
    Stop = 3,
    /// `?`, `!` and the like.
    Call = 4,
    /// `:` or `;`, or `,`.
    Open = 5,
    /// A quotation mark.
    Quote = 6,
    /// A bracket.
    Bracket = 7,
    /// `…` or `...`.
    Ellipsis = 8,
    /// A bullet or dash.
    Bullet = 9,
    /// Anything else.
    Sign = 10,
}

impl Edge {
    fn of(c: char) -> Self {
        match c {
            'a'..='z' => Self::Lower,
            'A'..='Z' => Self::Upper,
            '0'..='9' => Self::Digit,
            '.' | '。' | '।' | '۔' | '።' => Self::Stop,
            '?' | '!' | '？' | '！' | '؟' => Self::Call,
            ':' | ';' | ',' | '：' | '，' | '、' => Self::Open,
            '"' | '\'' | '“' | '”' | '‘' | '’' | '«' | '»' | '„' | '「' | '」' => Self::Quote,
            '(' | ')' | '[' | ']' | '{' | '}' | '（' | '）' => Self::Bracket,
            '…' => Self::Ellipsis,
            '•' | '·' | '*' | '-' | '–' | '—' | '►' | '▪' | '●' | '→' | '›' => Self::Bullet,
            c if c.is_uppercase() => Self::Upper,
            c if c.is_alphabetic() => Self::Lower,
            c if c.is_numeric() => Self::Digit,
            _ => Self::Sign,
        }
    }

    /// Name used in model files.
    pub fn name(self) -> &'static str {
        ["lower", "upper", "digit", "stop", "call", "open", "quote", "bracket", "ellipsis", "bullet", "sign"]
            [self as usize]
    }
}

/// Counts over one paragraph, as exact numbers, not shares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    /// Bytes of the trimmed text.
    pub bytes: u32,
    /// Tokens.
    pub tokens: u32,
    /// Tokens that are words of letters.
    pub words: u32,
    /// Words that begin with a capital.
    pub capitals: u32,
    /// Words all in capitals.
    pub all_caps: u32,
    /// Tokens with a digit.
    pub digits: u32,
    /// Bytes of all words together.
    pub word_bytes: u32,
    /// URLs and e-mail addresses.
    pub addresses: u32,
    /// Prices.
    pub prices: u32,
    /// `?` and `!`.
    pub calls: u32,
    /// `|`, `/`, `>`, `→`, `»`, `·`, `•`: dividers between entries of a menu.
    pub dividers: u32,
    /// `@` and `#`.
    pub handles: u32,
    /// `©`, `®`, `™`.
    pub rights: u32,
    /// Other signs that are tokens.
    pub signs: u32,
    /// Commas.
    pub commas: u32,
    /// Full stops, colons and semicolons inside or at the end.
    pub stops: u32,
    /// Class of the first character that is not white space.
    pub begins: Edge,
    /// Class of the last character that is neither white space nor a closing quote or bracket after end
    /// punctuation.
    pub ends: Edge,
    /// Whether a token was cut at its maximum length.
    pub cut: bool,
}

impl Shape {
    /// Sets the counts that follow from the looks of all tokens.
    pub fn looks(&mut self, looks: Looks) {
        self.words = looks.count(Look::WORD);
        self.capitals = looks.count(Look::CAPITAL);
        self.all_caps = looks.count(Look::ALL_CAPS);
        self.digits = looks.count(Look::DIGIT);
        self.cut = looks.count(Look::CUT) != 0;
    }

    /// Counts a token that is not a word.
    pub fn sign(&mut self, token: &str, look: Look) {
        match token {
            "?" | "!" | "？" | "！" => self.calls += 1,
            "|" | "/" | ">" | "→" | "»" | "·" | "•" | "›" => self.dividers += 1,
            "@" | "#" => self.handles += 1,
            "©" | "®" | "™" => self.rights += 1,
            URL | EMAIL => self.addresses += 1,
            PRICE => self.prices += 1,
            _ if !look.is(Look::DIGIT) => self.signs += 1,
            _ => {}
        }
    }

    /// Sets the counts that need the whole text.
    pub fn text(&mut self, text: &str) {
        let text = text.trim();
        self.bytes = bounded(text.len());
        let (commas, stops) = commas_and_stops(text.as_bytes());
        (self.commas, self.stops) = (bounded(commas), bounded(stops));
        self.begins = text.chars().next().map_or(Edge::Sign, Edge::of);
        let mut back = text.chars().rev();
        let last = back.next().map_or(Edge::Sign, Edge::of);
        self.ends = last;
        if matches!(last, Edge::Quote | Edge::Bracket) {
            let before = back.next().map_or(Edge::Sign, Edge::of);
            if matches!(before, Edge::Stop | Edge::Call | Edge::Ellipsis) {
                self.ends = before;
            }
        } else if text.ends_with("...") {
            self.ends = Edge::Ellipsis;
        }
    }

    /// Length class of a number of words: 0, 1, 2, 3, 4–5, 6–7, 8–11, 12–15, 16–23 … (two classes per
    /// octave).
    pub fn length_class(n: u32) -> u32 {
        if n < 4 {
            return n;
        }
        let octave = 31 - n.leading_zeros();
        let half = (n >> (octave - 1)) & 1;
        (octave * 2 + half).min(20)
    }

    /// Class of the share `part`/`whole`, one of six: 0 is none, 5 is more than four fifths.
    pub fn share_class(part: u32, whole: u32) -> u32 {
        let fifths = (u64::from(part) * 5).checked_div(u64::from(whole)).unwrap_or(0);
        if part == 0 || whole == 0 { 0 } else { 1 + fifths.min(4) as u32 }
    }

    /// Returns the shape as tags for naive Bayes: name and value.
    pub fn tags(&self) -> [(&'static str, u32); TAGS] {
        let length = Self::length_class(self.tokens);
        let short = length.min(13);
        [
            ("length", length),
            ("ends", self.ends as u32 * 32 + short),
            ("begins", self.begins as u32 * 2 + u32::from(self.tokens > 12)),
            ("capitals", Self::share_class(self.capitals, self.words) * 32 + short),
            ("all-caps", Self::share_class(self.all_caps, self.words)),
            ("digits", Self::share_class(self.digits, self.tokens) * 2 + u32::from(self.tokens > 12)),
            ("calls", self.calls.min(3) * 2 + u32::from(self.tokens > 12)),
            ("dividers", self.dividers.min(3)),
            ("handles", self.handles.min(2)),
            ("rights", self.rights.min(1)),
            ("addresses", self.addresses.min(2)),
            ("prices", self.prices.min(2)),
            ("commas", Self::share_class(self.commas.saturating_mul(4), self.tokens)),
        ]
    }
}

/// Counts commas; and full stops, colons and semicolons together.
fn commas_and_stops(text: &[u8]) -> (usize, usize) {
    let (mut commas, mut stops) = (0usize, 0usize);
    // Counts in so short a chunk fit into bytes, so that the loop vectorises.
    for stretch in text.chunks(u8::MAX.into()) {
        let (mut c, mut s) = (0u8, 0u8);
        for &b in stretch {
            c += u8::from(b == b',');
            s += u8::from((b == b'.') | (b == b':') | (b == b';'));
        }
        commas += usize::from(c);
        stops += usize::from(s);
    }
    (commas, stops)
}

fn bounded(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Number of [`Shape::tags`].
pub const TAGS: usize = 13;

#[cfg(test)]
mod tests {
    use super::super::tokens::tokenize;
    use super::*;

    fn shape(text: &str) -> Shape {
        let (mut shape, mut looks) = (Shape::default(), Looks::default());
        tokenize(text, |token, _, look| {
            shape.tokens += 1;
            looks.add(look);
            if !look.is(Look::WORD) {
                shape.sign(token, look);
            }
            true
        });
        shape.looks(looks);
        shape.text(text);
        shape
    }

    #[test]
    fn counts() {
        let s = shape("  Get 20% OFF today | Only $5 at shop@deal.example! ");
        assert_eq!((s.words, s.capitals, s.all_caps, s.digits), (5, 3, 1, 2));
        assert_eq!((s.prices, s.addresses, s.calls, s.dividers), (1, 1, 1, 1));
        assert_eq!((s.begins, s.ends), (Edge::Upper, Edge::Call));
    }

    #[test]
    fn ends_look_through_a_closing_quote() {
        assert_eq!(shape("He said “no.”").ends, Edge::Stop);
        assert_eq!(shape("The “Café”").ends, Edge::Quote);
        assert_eq!(shape("and then...").ends, Edge::Ellipsis);
    }

    #[test]
    fn classes_never_fall_as_numbers_rise() {
        let classes: Vec<u32> = (0..5000).map(Shape::length_class).collect();
        assert!(classes.is_sorted());
        assert_eq!(&classes[..9], &[0, 1, 2, 3, 4, 4, 5, 5, 6]);
    }
}
