//! The weight of a paragraph's repetition on its site, in nats.

/// Minimum number of other documents for each entry of [`NATS`].
pub const STEPS: [u32; 3] = [1, 2, 4];

/// Log-odds added for a paragraph of at least [`LONG`] words, in nats, by the number of other documents.
///
/// Measured on the pages of WCXB that share a host (development split, three extractions, without copies), as
/// the logarithm of the odds that the reference text omits a line, given its out-of-fold probability. The
/// table and the sweep are in docs/experiments/site-memory.md. The data do not distinguish numbers above
/// four.
pub const NATS: [f64; 3] = [1.0, 1.5, 2.5];

/// Minimum length, in words, of a paragraph that gets the full weight.
pub const LONG: u32 = 8;

/// Share of the weight for shorter paragraphs, because subheads (`Ingredients`, `See also`) repeat as well.
pub const SHORT_SHARE: f64 = 0.5;

/// Repetition of a paragraph on its site.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OnSite {
    /// Number of other documents of the site that contain it.
    pub documents: u32,
    /// Length of the paragraph, as [`super::sighting::Sighting::length`].
    pub length: u32,
    /// Nats added to its log-odds; 0 if the paragraph could not be judged.
    pub nats: f64,
}

/// Returns the nats to add for a paragraph of this length that occurs in `documents` other documents of its
/// site.
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
