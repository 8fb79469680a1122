//! How far the figures would wander with other documents: a bootstrap over documents.

use super::pool::Pool;
use super::resample::Twister;
use super::{Options, ScoredDocument, limit_name, ranking, verdicts};
use crate::error::Result;

/// The figures at the tool's verdicts that have an interval.
const AT_VERDICTS: [&str; 3] = ["editorial_words_lost", "boilerplate_lines_caught", "documents_hurt"];

/// An interval that holds nine tenths of the resampled figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// Name of the figure: `auc`, `ap`, `caught@0.2%`, `pitch@0.2%`, and so on for every limit; with verdicts
    /// `default editorial_words_lost`, `default boilerplate_lines_caught`, `default documents_hurt`.
    pub figure: String,
    /// The figure that one twentieth of the resamples (rounded down) lies below.
    pub low: f64,
    /// The figure that one twentieth of the resamples (rounded down) lies above.
    pub high: f64,
}

/// The intervals of the figures that the ranking or the verdicts decide, in the order of the figures. One that
/// no resample defines (without boilerplate, say) has none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Intervals(Vec<Interval>);

impl Intervals {
    /// The interval of a figure. Cannot fail; `None` where there is none.
    #[must_use]
    pub fn get(&self, figure: &str) -> Option<&Interval> {
        self.0.iter().find(|interval| interval.figure == figure)
    }

    /// All of them. Cannot fail.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Interval> {
        self.0.iter()
    }
}

/// 90 % intervals by the bootstrap percentile method (Efron 1979) over documents, because the lines of one
/// document are not independent. As many documents are drawn as have a line that counts, with replacement,
/// by CPython's `random.Random(seed).choices`. A resample in which a figure is not defined is left out of
/// that figure's interval.
///
/// # Errors
///
/// As [`figures`](super::figures).
pub fn intervals(documents: &[ScoredDocument], options: &Options) -> Result<Intervals> {
    options.check()?;
    let pool = Pool::new(documents, options)?;
    let verdicts = verdicts::by_document(documents, options);
    let names: Vec<String> = ["auc".to_owned(), "ap".to_owned()]
        .into_iter()
        .chain(
            options
                .limits
                .iter()
                .map(|limit| limit_name(*limit))
                .flat_map(|limit| [format!("caught@{limit}"), format!("pitch@{limit}")]),
        )
        .chain(verdicts.iter().flat_map(|_| AT_VERDICTS.map(|name| format!("default {name}"))))
        .collect();
    let mut drawn: Vec<Vec<f64>> = vec![Vec::new(); names.len()];
    let mut twister = Twister::new(options.seed);
    for _ in 0..options.resamples {
        let draws = twister.multiplicities(pool.documents);
        let ranking = ranking::rank(&pool, &options.limits, &draws);
        let at = ranking.at(&pool, &options.limits);
        let shares = at.iter().flat_map(|at| [Some(at.caught), Some(at.pitch)]);
        let at_verdicts = verdicts.iter().flat_map(|tallies| {
            let all = verdicts::drawn(tallies, &draws);
            [all.lost(), all.caught(), Some(all.hurt as f64 / documents.len() as f64)]
        });
        let ranked = [ranking.auc(&pool), ranking.ap].into_iter().chain(shares);
        for (values, value) in drawn.iter_mut().zip(ranked.chain(at_verdicts)) {
            values.extend(value);
        }
    }
    let interval = |(figure, mut values): (String, Vec<f64>)| {
        values.sort_by(f64::total_cmp);
        let outside = values.len() / 20;
        let high = values.len().checked_sub(1 + outside)?;
        Some(Interval { figure, low: values[outside], high: values[high] })
    };
    Ok(Intervals(names.into_iter().zip(drawn).filter_map(interval).collect()))
}
