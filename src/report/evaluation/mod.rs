//! The report of an evaluation.
//!
//! | file | what it does |
//! |---|---|
//! | `plots` | the three plots, each with its table |
//! | `tables` | headline figures, labels, kinds, sites |
//! | `examples` | the worst mistakes in their context |

mod examples;
mod plots;
mod tables;

use askama::Template;

use super::plot::Shape;
use super::table::Table;
use super::text::{counted, line, name};
use crate::evaluate::mistakes::{Example, Mistakes};
use crate::evaluate::{Curve, Report, Site};

/// What the page is made of.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    /// What was measured, in a few words each: a name and what stands behind it.
    pub about: &'a [(String, String)],
    /// The figures.
    pub report: &'a Report,
    /// What every threshold does.
    pub curve: &'a Curve,
    /// The thresholds for `unsure` and `boilerplate`, in words; `None` where none are known.
    pub thresholds: Option<[String; 2]>,
    /// Every site.
    pub sites: &'a [Site],
    /// Which mistakes were chosen, and how many there are.
    pub mistakes: &'a Mistakes,
    /// Those of [`Mistakes::lost`], in order.
    pub lost: &'a [Example],
    /// Those of [`Mistakes::left`], in order.
    pub left: &'a [Example],
    /// Labels that were left out of every figure.
    pub ignored: &'a [String],
}

/// What the template shows.
#[derive(Template)]
#[template(path = "evaluation.html")]
struct View {
    lede: String,
    about: Vec<(String, String)>,
    cards: Vec<Card>,
    /// Whether there are any.
    intervals: bool,
    figures: Vec<plots::Figure>,
    labels: Table,
    kinds: Option<Table>,
    sites: Option<[Table; 2]>,
    mistakes: [examples::List; 2],
}

/// A figure that stands out.
struct Card {
    name: String,
    value: String,
    /// From where to where; may be empty.
    interval: String,
    what: String,
}

/// The page.
#[must_use]
pub fn page(page: &Page<'_>) -> String {
    let figures = &page.report.figures;
    let mut lede = format!(
        "{} of {}.",
        counted(figures.lines as u64, "labelled line"),
        counted(figures.documents as u64, "document")
    );
    if !page.ignored.is_empty() {
        let names: Vec<String> = page.ignored.iter().map(|it| name(it)).collect();
        lede.push_str(&format!(" Lines labelled {} are left out of every figure.", names.join(", ")));
    }
    let view = View {
        lede,
        about: page.about.iter().map(|(about, value)| (name(about), line(value, 600))).collect(),
        cards: tables::headline(page.report),
        intervals: page.report.intervals.iter().len() > 0,
        figures: plots::all(page),
        labels: tables::labels(figures),
        kinds: tables::kinds(figures.kinds.as_ref()),
        sites: figures.default.is_some().then(|| tables::sites(page.sites)),
        mistakes: examples::lists(page),
    };
    // Writing to a string cannot fail, and the template calls nothing that may.
    view.render().unwrap_or_default()
}

#[cfg(test)]
mod tests;
