//! Labels that the models of other sites contradict (confident learning: Northcutt, Jiang & Chuang, "Confident
//! Learning: Estimating Uncertainty in Dataset Labels", JAIR 70, 2021).
//!
//! Each line gets a probability of boilerplate from what is said of it out of fold, and from the labels of the three
//! lines before and behind it: a lone pitch amid an article is doubtful, one in a row of pitches less so. Both are put
//! together by a logistic regression that has not seen the line's pair of folds. On sites that are contradicted as a
//! whole the neighbours are as wrong as the line, so there it is judged by itself.
//!
//! A label is suspect if the other side, kept or boilerplate, is likelier; the least likely label comes first. It is
//! confidently wrong if the other side is at least as likely as it is, on average, for lines that are labelled so: the
//! threshold of confident learning. Which kind of boilerplate a line is does not count.

use std::collections::BTreeSet;

use super::contradicted::Agreement;
use super::corpus::{Corpus, FOLDS};
use super::judged::{JudgedUnit, OutOfFold};
use super::logistic::{fit, probability};
use crate::bayes::calibrate::logistic;
use crate::bayes::weights::Classes;

/// Lines before and behind one whose labels are looked at.
const NEAR: usize = 3;
/// Numbers of a line: one, its log-odds, and its neighbours' labels.
const WIDTH: usize = 2 + 2 * NEAR;
/// Farthest that the log-odds of a line are taken to lie from zero, in nats.
const FARTHEST: f64 = 20.0;

/// A label that is doubtful.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Suspect {
    /// Its line, as an index of the units that were judged.
    pub judged: usize,
    /// What is likelier, as an index of the corpus's labels.
    pub likelier: usize,
    /// Probability that the line is not on the side of its label, above a half.
    pub probability: f64,
    /// Whether it is as likely to be on the other side as lines are that are labelled so.
    pub confident: bool,
}

/// How doubtful each label is.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubts {
    /// For each line that was judged the probability that it is not on the side of its label.
    pub wrong: Vec<f64>,
    /// Mean probability of what is labelled to be kept that it is, and of what is labelled boilerplate.
    pub thresholds: [f64; 2],
}

impl Doubts {
    /// Doubts about all labels; `contradicted` are the sites whose labels are wrong as a whole.
    pub fn new(corpus: &Corpus, units: &[JudgedUnit], contradicted: &[Agreement]) -> Self {
        let wrong = against_label(corpus, units, contradicted);
        let mean = |side: bool| {
            let of = || units.iter().zip(&wrong).filter(move |(unit, _)| unit.boilerplate == side);
            of().map(|(_, wrong)| 1.0 - wrong).sum::<f64>() / of().count().max(1) as f64
        };
        let thresholds = [mean(false), mean(true)];
        Self { wrong, thresholds }
    }

    /// Whether what is labelled so, and is on the other side with this probability, is confidently wrong.
    pub fn is_confident(&self, boilerplate: bool, wrong: f64) -> bool {
        wrong > 0.5 && wrong >= self.thresholds[usize::from(!boilerplate)]
    }

    /// All suspects, the worst first; lines that are equally doubtful in the order of the corpus.
    pub fn suspects(&self, corpus: &Corpus, classes: &Classes, fitted: &OutOfFold) -> Vec<Suspect> {
        let kept = kept(corpus, &fitted.units);
        let mut found: Vec<Suspect> = (0..fitted.units.len())
            .filter(|&judged| self.wrong[judged] > 0.5)
            .map(|judged| {
                let (boilerplate, probability) = (fitted.units[judged].boilerplate, self.wrong[judged]);
                let likelier = if boilerplate { kept } else { kind(classes, fitted, judged) };
                let confident = self.is_confident(boilerplate, probability);
                Suspect { judged, likelier, probability, confident }
            })
            .collect();
        found.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.judged.cmp(&b.judged)));
        found
    }
}

/// The probability of each line that it is not on the side of its label.
fn against_label(corpus: &Corpus, units: &[JudgedUnit], contradicted: &[Agreement]) -> Vec<f64> {
    let rows: Vec<[f64; WIDTH]> = (0..units.len()).map(|at| row(units, at)).collect();
    let pair = |unit: &JudgedUnit| corpus.documents()[unit.document].fold / 2;
    let by_pair: Vec<[f64; WIDTH]> = (0..(FOLDS / 2) as u8)
        .map(|without| {
            let seen = units.iter().zip(&rows).filter(move |(unit, _)| pair(unit) != without);
            fit(seen.map(|(unit, row)| (*row, unit.boilerplate)))
        })
        .collect();
    let alone: BTreeSet<&str> = contradicted.iter().map(|it| it.site.as_str()).collect();
    let of_line = |(unit, row): (&JudgedUnit, &[f64; WIDTH])| {
        let p = match alone.contains(unit.site(corpus)) {
            true => logistic(unit.log_odds),
            false => probability(&by_pair[usize::from(pair(unit))], row),
        };
        if unit.boilerplate { 1.0 - p } else { p }
    };
    units.iter().zip(&rows).map(of_line).collect()
}

/// One, the log-odds of a line, and 1 or -1 for each neighbour that is boilerplate or kept, 0 for none.
fn row(units: &[JudgedUnit], at: usize) -> [f64; WIDTH] {
    let mut row = [0.0; WIDTH];
    row[0] = 1.0;
    row[1] = units[at].log_odds.clamp(-FARTHEST, FARTHEST);
    let side = |other: Option<usize>| {
        let other = other.and_then(|other| units.get(other));
        other
            .filter(|other| other.document == units[at].document)
            .map_or(0.0, |other| if other.boilerplate { 1.0 } else { -1.0 })
    };
    for step in 1..=NEAR {
        row[2 * step] = side(at.checked_sub(step));
        row[2 * step + 1] = side(at.checked_add(step));
    }
    row
}

/// The label that is kept; the first of several in alphabetical order.
fn kept(corpus: &Corpus, units: &[JudgedUnit]) -> usize {
    let kept: BTreeSet<usize> =
        units.iter().filter(|unit| !unit.boilerplate).map(|unit| unit.of(corpus).label).collect();
    kept.into_iter().min_by_key(|&label| &corpus.labels()[label]).unwrap_or(0)
}

/// The label of the likeliest kind of boilerplate; the first of several.
fn kind(classes: &Classes, fitted: &OutOfFold, judged: usize) -> usize {
    let kinds = classes.kinds();
    let row = &fitted.kinds[judged * kinds..(judged + 1) * kinds];
    let likeliest = (0..kinds).reduce(|best, kind| if row[kind] > row[best] { kind } else { best });
    classes.label_of_kind(likeliest.unwrap_or(0))
}
