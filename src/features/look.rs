//! What tokens looked like before they were made canonical.

use super::MAX_PARAGRAPH_TOKENS;

/// What a token looked like before it was made canonical.
///
/// One bit says one thing, and they stand so far apart that the looks of all tokens of a paragraph add up in
/// one number ([`Looks`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look(u64);

impl Look {
    /// Its first letter was upper case.
    pub const CAPITAL: Self = Self(1);
    /// It had two letters or more, all of them upper case.
    pub const ALL_CAPS: Self = Self(1 << Looks::BITS);
    /// It has a digit.
    pub const DIGIT: Self = Self(1 << (2 * Looks::BITS));
    /// It is a word (letters), not a sign, class or number.
    pub const WORD: Self = Self(1 << (3 * Looks::BITS));
    /// It was cut at [`MAX_TOKEN_BYTES`](super::tokens::MAX_TOKEN_BYTES).
    pub const CUT: Self = Self(1 << (4 * Looks::BITS));

    /// This if `holds`, else nothing.
    #[inline]
    pub(super) const fn when(self, holds: bool) -> Self {
        Self(self.0 * holds as u64)
    }

    /// Both together.
    #[inline]
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is so.
    #[inline]
    pub const fn is(self, what: Self) -> bool {
        self.0 & what.0 != 0
    }
}

/// The looks of up to [`MAX_PARAGRAPH_TOKENS`] tokens together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Looks {
    sum: u64,
    any: u64,
}

impl Looks {
    /// Bits of a count.
    const BITS: u32 = MAX_PARAGRAPH_TOKENS.ilog2() + 1;

    /// One more.
    #[inline]
    pub fn add(&mut self, look: Look) {
        self.sum = self.sum.wrapping_add(look.0);
        self.any |= look.0;
    }

    /// How many were so; of those that were cut, only whether there were any.
    pub fn count(self, what: Look) -> u32 {
        if what == Look::CUT {
            return u32::from(Look(self.any).is(what));
        }
        (self.sum >> what.0.trailing_zeros()) as u32 & (u32::MAX >> (u32::BITS - Self::BITS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_add_up_to_the_most_tokens() {
        let (mut all, mut none) = (Looks::default(), Looks::default());
        let what = [Look::CAPITAL, Look::ALL_CAPS, Look::DIGIT, Look::WORD];
        for _ in 0..MAX_PARAGRAPH_TOKENS {
            all.add(what.into_iter().fold(Look::CUT, Look::and));
            none.add(Look::default());
        }
        for what in what {
            assert_eq!(all.count(what), MAX_PARAGRAPH_TOKENS as u32);
            assert_eq!(none.count(what), 0);
        }
        assert_eq!((all.count(Look::CUT), none.count(Look::CUT)), (1, 0));
    }
}
