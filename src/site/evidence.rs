//! How much a paragraph's repetition on its site says, in nats.

/// Numbers of other documents at which each step of [`NATS`] begins.
pub const STEPS: [u32; 3] = [1, 2, 4];

/// Log-odds added for a paragraph of at least [`LONG`] words, by the number of other documents, in nats.
///
/// Measured on the pages of WCXB that share a host (development split, three extractions, copies left out),
/// as the logarithm of the odds that the reference text omits a line, given its out-of-fold probability. The
/// table and the sweep are in docs/experiments/site-memory.md. The data do not tell numbers above four apart.
pub const NATS: [f64; 3] = [1.0, 1.5, 2.5];

/// Length from which on a paragraph gets all of it, in words.
pub const LONG: u32 = 8;

/// Share of it for shorter paragraphs, because subheads (`Ingredients`, `See also`) repeat as well.
pub const SHORT_SHARE: f64 = 0.5;

/// What a paragraph's site says about it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OnSite {
    /// Other documents of the site that have it.
    pub documents: u32,
    /// Its length, as [`super::sighting::Sighting::length`].
    pub length: u32,
    /// What was added to its log-odds, in nats; 0 if it could not be judged.
    pub nats: f64,
}

/// Nats to add for a paragraph of this length that occurs in this many other documents of its site.
pub fn nats(documents: u32, length: u32) -> f64 {
    let step = STEPS.iter().rposition(|&from| documents >= from);
    step.map_or(0.0, |step| if length >= LONG { NATS[step] } else { NATS[step] * SHORT_SHARE })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_with_documents_and_length() {
        let of = |length| [0, 1, 2, 3, 4, 255].map(|documents| nats(documents, length));
        assert_eq!(of(8), [0.0, 1.0, 1.5, 1.5, 2.5, 2.5]);
        assert_eq!(of(7), [0.0, 0.5, 0.75, 0.75, 1.25, 1.25]);
    }
}
