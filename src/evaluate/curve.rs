//! What every threshold would lose and catch, and what the tool's own verdicts do.

use super::pool::{Pool, counting, words_of};
use super::{Options, PITCH, ScoredDocument};
use crate::error::Result;
use crate::verdict::Verdict;

/// What goes if everything from a probability on is dropped. Shares lie in [0, 1]; shares of nothing are 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The probability; of verdicts, the lowest that has the verdict.
    pub probability: f64,
    /// Share of the boilerplate lines that are dropped (recall).
    pub caught: f64,
    /// Share of the lines labelled [`PITCH`] that are dropped.
    pub pitch: f64,
    /// Share of the dropped lines that are boilerplate; 1 where nothing is dropped.
    pub precision: f64,
    /// Share of the editorial words that are dropped.
    pub lost: f64,
}

/// All thresholds that make a difference, and the tool's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// From the highest probability to the lowest; never empty. Recall and loss never fall.
    pub points: Vec<Point>,
    /// What is dropped by the verdicts; `None` if no line has one.
    pub dropped: Option<Point>,
    /// What would be if unsure lines were dropped too; `None` without a line that is unsure.
    pub with_unsure: Option<Point>,
    /// Share of the lines that are boilerplate: the precision of dropping everything.
    pub base_rate: f64,
    /// Lines labelled [`PITCH`].
    pub pitches: u64,
}

/// Running sums.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    kept: u64,
    kept_words: u64,
    boilerplate: u64,
    pitch: u64,
}

impl Sums {
    fn add(&mut self, kept: bool, pitch: bool, words: u64) {
        if kept {
            self.kept += 1;
            self.kept_words += words;
        } else {
            self.boilerplate += 1;
            self.pitch += u64::from(pitch);
        }
    }

    fn point(&self, all: &Self, probability: f64) -> Point {
        let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
        let dropped = self.kept + self.boilerplate;
        Point {
            probability,
            caught: share(self.boilerplate, all.boilerplate),
            pitch: share(self.pitch, all.pitch),
            precision: if dropped == 0 { 1.0 } else { share(self.boilerplate, dropped) },
            lost: share(self.kept_words, all.kept_words),
        }
    }
}

/// The curve of these documents.
///
/// # Errors
/// As [`figures`](super::figures).
pub fn curve(documents: &[ScoredDocument], options: &Options) -> Result<Curve> {
    options.check()?;
    let pool = Pool::new(documents, options)?;
    let is_pitch = |label: usize| pool.labels[label].name == PITCH;
    let mut all = Sums::default();
    pool.lines.iter().for_each(|line| all.add(line.kept, is_pitch(line.label), line.words));
    let mut above = Sums::default();
    let point = |group: &[super::pool::Line]| {
        group.iter().for_each(|line| above.add(line.kept, is_pitch(line.label), line.words));
        above.point(&all, group[0].probability)
    };
    let points = pool.ties().map(point).collect();
    Ok(Curve {
        points,
        dropped: at(documents, options, &all, &[Verdict::Boilerplate], Verdict::ALL.as_slice()),
        with_unsure: at(
            documents,
            options,
            &all,
            &[Verdict::Boilerplate, Verdict::Unsure],
            &[Verdict::Unsure],
        ),
        base_rate: all.boilerplate as f64 / pool.lines.len() as f64,
        pitches: all.pitch,
    })
}

/// What is dropped with these verdicts, if a line has one of `asked`.
fn at(
    documents: &[ScoredDocument],
    options: &Options,
    all: &Sums,
    verdicts: &[Verdict],
    asked: &[Verdict],
) -> Option<Point> {
    let mut sums = Sums::default();
    let (mut found, mut lowest) = (false, 1.0_f64);
    for paragraph in documents.iter().flat_map(|document| counting(document, options)) {
        let Some(verdict) = paragraph.verdict else { continue };
        found |= asked.contains(&verdict);
        if verdicts.contains(&verdict) {
            lowest = lowest.min(paragraph.probability);
            sums.add(paragraph.kept_label, paragraph.label == PITCH, words_of(paragraph));
        }
    }
    found.then(|| sums.point(all, lowest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::{document, documents};
    use super::super::{ScoredParagraph, figures};
    use super::*;

    #[test]
    fn by_hand() {
        // Ranked: pitch .9 · editorial .8 (1 word) · nav .8 · editorial .3 (3 words)
        let mut document =
            document(&[("pitch", 5, 0.9), ("editorial", 3, 0.3), ("nav", 3, 0.8), ("editorial", 1, 0.8)]);
        let options = Options::default();
        let bare = curve(std::slice::from_ref(&document), &options).unwrap();
        assert_eq!((bare.dropped, bare.with_unsure), (None, None));
        assert_eq!((bare.base_rate, bare.pitches), (0.5, 1));
        let said: Vec<_> =
            bare.points.iter().map(|p| [p.probability, p.caught, p.pitch, p.precision, p.lost]).collect();
        assert_eq!(
            said,
            [[0.9, 0.5, 1.0, 1.0, 0.0], [0.8, 1.0, 1.0, 2.0 / 3.0, 0.25], [0.3, 1.0, 1.0, 0.5, 1.0]]
        );
        for (paragraph, verdict) in document.paragraphs.iter_mut().zip([
            Verdict::Boilerplate,
            Verdict::Editorial,
            Verdict::Unsure,
            Verdict::Unsure,
        ]) {
            *paragraph = ScoredParagraph { verdict: Some(verdict), ..paragraph.clone() };
        }
        let curve = curve(&[document], &options).unwrap();
        assert_eq!(curve.dropped, Some(bare.points[0]));
        assert_eq!(curve.with_unsure, Some(bare.points[1]));
    }

    proptest! {
        #[test]
        fn as_the_figures(seed in 0_u64..500, count in 1_usize..20) {
            let documents: Vec<_> = documents(seed, count).into_iter().map(|(d, _)| d).collect();
            let options = Options::default();
            let Ok(curve) = curve(&documents, &options) else { return Ok(()) };
            let f = figures(&documents, &options).unwrap();
            for (a, b) in curve.points.iter().zip(&curve.points[1..]) {
                prop_assert!(a.probability > b.probability && a.caught <= b.caught && a.lost <= b.lost);
            }
            for at in &f.at {
                let best = curve.points.iter().rfind(|point| point.lost <= at.limit);
                prop_assert_eq!(best.map_or(0.0, |point| point.caught), at.caught);
                prop_assert_eq!(best.map_or(0.0, |point| point.pitch), at.pitch);
            }
            if let (Some(dropped), Some(default)) = (curve.dropped, f.default) {
                prop_assert_eq!(dropped.lost, default.editorial_words_lost);
                prop_assert_eq!(dropped.caught, default.boilerplate_lines_caught);
            }
        }
    }
}
