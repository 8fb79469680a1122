//! What training says of the labels that it was given.

use super::Settings;
use super::contradicted::{Agreement, contradicted};
use super::corpus::{Chosen, Corpus, OPENING};
use super::judged::OutOfFold;
use super::planted::{Planted, planted};
use super::promise::Promise;
use super::selection::Selection;
use super::site_share::{MIN_SITES, Shares};
use super::suspects::{Doubts, Suspect};
use crate::error::Result;
use serde::Serialize;

/// What is wrong with labelled data, as far as it shows.
#[derive(Debug, Clone, Default)]
pub struct Review {
    /// What the sites give, and which of them were thinned.
    pub shares: Shares,
    /// Sites of those that were left out, because the others contradict them.
    pub left_out: Vec<Agreement>,
    /// Sites that were trained on though the others contradict them, those with the most wrong lines first.
    pub contradicted: Vec<Agreement>,
    /// Lines whose label was looked at.
    pub judged: usize,
    /// Doubtful labels, the worst first.
    pub suspects: Vec<Row>,
    /// Texts on many sites that look planted.
    pub planted: Vec<Copies>,
    /// What the default threshold does.
    pub promise: Promise,
}

/// A doubtful label, as `--suspects` writes it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The file that it is in.
    pub file: String,
    /// Its line in the file, from 1: of a document that of the whole row.
    pub line: u64,
    /// The id of its document.
    pub doc: String,
    /// Its number among the paragraphs of the document, from 0.
    pub index: usize,
    /// The site.
    pub site: String,
    /// Its label.
    pub label: String,
    /// A label of the other side that is likelier.
    pub likelier: String,
    /// Probability that it is on that side.
    pub probability: f64,
    /// Whether that is as likely as it is, on average, for lines that are labelled so.
    pub confident: bool,
    /// How its text begins.
    pub text: String,
}

/// A text on many sites.
#[derive(Debug, Clone, PartialEq)]
pub struct Copies {
    /// Sites on which it stands.
    pub sites: usize,
    /// Its copies.
    pub copies: usize,
    /// One of them.
    pub row: Row,
}

impl Review {
    /// Looks at what a selection was fitted on, and at what came of it.
    ///
    /// # Errors
    /// As [`planted`].
    pub fn new(
        corpus: &Corpus,
        settings: &Settings,
        chosen: Chosen<'_>,
        selection: &Selection<'_>,
        fitted: &OutOfFold,
        left_out: Vec<Agreement>,
    ) -> Result<Self> {
        let classes = selection.classes();
        let contradicted = contradicted(corpus, &fitted.units);
        let mut doubts = Doubts::new(corpus, &fitted.units, &contradicted);
        let planted = planted(corpus, classes, settings, chosen, fitted, &doubts)?;
        for Planted { copies, probability, .. } in &planted {
            copies.iter().for_each(|&copy| doubts.wrong[copy] = doubts.wrong[copy].max(*probability));
        }
        let suspects = doubts.suspects(corpus, classes, fitted);
        let row = |suspect: &Suspect| row(corpus, fitted, suspect);
        let planted = planted.iter().filter_map(|it| {
            let suspect = suspects.iter().find(|suspect| it.copies.contains(&suspect.judged))?;
            Some(Copies { sites: it.sites, copies: it.copies.len(), row: row(suspect) })
        });
        let threshold = f64::from(fitted.context.thresholds[1]) / 1e6;
        Ok(Self {
            shares: selection.shares().clone(),
            left_out,
            contradicted,
            judged: fitted.units.len(),
            planted: planted.collect(),
            suspects: suspects.iter().map(row).collect(),
            promise: Promise::new(corpus, &fitted.units, threshold),
        })
    }

    /// Doubtful labels that are confidently wrong.
    pub fn confident(&self) -> impl Iterator<Item = &Row> {
        self.suspects.iter().filter(|row| row.confident)
    }

    /// The site that gives most lines where sites are too few to be thinned, if it gives over half of all, or over
    /// twice as many as if all gave the same.
    pub fn dominant(&self) -> Option<(&str, usize)> {
        let Shares { sites, lines, too_large, .. } = &self.shares;
        let first = too_large.first().filter(|_| (2..MIN_SITES).contains(sites))?;
        let is_so = first.lines * sites > 2 * lines || 2 * first.lines > *lines;
        is_so.then_some((first.site.as_str(), first.lines))
    }
}

fn row(corpus: &Corpus, fitted: &OutOfFold, suspect: &Suspect) -> Row {
    let judged = &fitted.units[suspect.judged];
    let (document, unit) = (&corpus.documents()[judged.document], judged.of(corpus));
    let file = corpus.files().get(document.origin.file);
    let mut text = unit.opening.to_string();
    if text.chars().count() >= OPENING {
        text.push('…');
    }
    Row {
        file: file.map(|file| file.display().to_string()).unwrap_or_default(),
        line: document.origin.line,
        doc: document.id.clone(),
        index: judged.unit - corpus.indices(document).start,
        site: document.site_name.clone(),
        label: corpus.labels()[unit.label].clone(),
        likelier: corpus.labels()[suspect.likelier].clone(),
        probability: suspect.probability,
        confident: suspect.confident,
        text,
    }
}
