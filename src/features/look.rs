//! The look of tokens before they were made canonical: case, digits, truncation.

use super::MAX_PARAGRAPH_TOKENS;

/// The look of a token before it was made canonical.
///
/// Each property is one bit. The bits are so far apart that the looks of all tokens of a paragraph can be
/// added up in one number ([`Looks`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look(u64);

impl Look {
    /// The first letter is upper case.
    pub const CAPITAL: Self = Self(1);
    /// The token has two letters or more, all upper case.
    pub const ALL_CAPS: Self = Self(1 << Looks::BITS);
    /// The token contains a digit.
    pub const DIGIT: Self = Self(1 << (2 * Looks::BITS));
    /// The token is a word (letters), not a sign, class or number.
    pub const WORD: Self = Self(1 << (3 * Looks::BITS));
    /// The token was cut at [`MAX_TOKEN_BYTES`](super::tokens::MAX_TOKEN_BYTES).
    pub const CUT: Self = Self(1 << (4 * Looks::BITS));

    /// Returns this look if `holds`, else an empty one.
    #[inline]
    pub(super) const fn when(self, holds: bool) -> Self {
        Self(self.0 * holds as u64)
    }

    /// Returns the properties of both.
    #[inline]
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the look has a property.
    #[inline]
    pub const fn is(self, what: Self) -> bool {
        self.0 & what.0 != 0
    }
}

/// The sum of the looks of up to [`MAX_PARAGRAPH_TOKENS`] tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Looks {
    sum: u64,
    any: u64,
}

impl Looks {
    /// Number of bits per count.
    const BITS: u32 = MAX_PARAGRAPH_TOKENS.ilog2() + 1;

    /// Adds a token's look.
    #[inline]
    pub fn add(&mut self, look: Look) {
        self.sum = self.sum.wrapping_add(look.0);
        self.any |= look.0;
    }

    /// Number of tokens with a property; for [`Look::CUT`], 1 if there are any.
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
