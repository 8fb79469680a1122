//! What it says of a paragraph that other documents of its site have it.

/// Documents from which on the next step of [`NATS`] holds, the document itself not among them.
pub const STEPS: [u32; 3] = [1, 2, 4];

/// Log-odds that are added for a paragraph of [`LONG`] words that as many other documents have, in nats.
///
/// Measured on the pages of WCXB that share a host (development split, three extractions, copies left out),
/// as the logarithm of the odds that the reference text leaves a line out, given its out-of-fold probability:
/// the table and the sweep are in ARCHITECTURE.md, "Site memory". More than four cannot be told apart there.
pub const NATS: [f64; 3] = [1.0, 1.5, 2.5];

/// Length from which on a paragraph has all of it.
pub const LONG: u32 = 8;

/// Share of it that shorter paragraphs have: a subhead (`Ingredients`, `See also`) repeats as well.
pub const SHORT_SHARE: f64 = 0.5;

/// What its site says of a paragraph.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OnSite {
    /// Other documents of the site that have it.
    pub documents: u32,
    /// Its length, as [`super::sighting::Sighting::length`].
    pub length: u32,
    /// What was added to its log-odds for it, in nats: 0 where it could not be judged.
    pub nats: f64,
}

/// Nats to add for a paragraph of this length that so many other documents of its site have; 0 for none.
/// Cannot fail.
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
