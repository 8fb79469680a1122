//! Labelled documents to scored ones, through the judge that everybody's text goes through.

use std::path::Path;

use super::corpus::LabelledParagraph;
use super::labelled::{self, Labelled};
use crate::document::Document;
use crate::error::{Error, Place, Result};
use crate::evaluate::{ScoredDocument, ScoredParagraph, words};
use crate::judge::{Judge, Options};
use crate::model::Model;
use crate::split::{self, SplitMode};

/// A labelled document as the judge reads it: its paragraphs are the lines of a text.
#[derive(Debug, Clone)]
pub struct GoldDocument {
    /// Where it stands.
    pub place: Place,
    /// Its id.
    pub id: String,
    /// What it is grouped by: its site, or itself.
    pub site: String,
    /// The page's address, where the data has it.
    pub url: Option<String>,
    /// The label of each paragraph.
    pub labels: Vec<String>,
    document: Document,
}

/// Reads the labelled documents of one file; a loose paragraph is a document of one. `path` is for messages.
///
/// # Errors
/// As [`labelled::read`]; and [`Error::Labelled`] for a count table, which holds no text, and for a
/// document whose paragraphs are not one line each, so that the judge would see others.
pub fn read(bytes: &[u8], path: &Path) -> Result<Vec<GoldDocument>> {
    let mut documents = Vec::new();
    for (record, (_, item)) in (1..).zip(labelled::read(bytes, path)?) {
        let place = Place::of(path).in_record(record);
        documents.push(match item {
            Labelled::Document(document) => {
                let site = document.site();
                let gold = GoldDocument::new(place, document.id, site, document.paragraphs)?;
                GoldDocument { url: document.url, ..gold }
            }
            Labelled::Loose(name, paragraph) => {
                GoldDocument::new(place, name.clone(), name, vec![paragraph])?
            }
            Labelled::Table(_) => {
                let reason = "a count table holds no text to score ; it can only be trained on".to_owned();
                return Err(Error::Labelled { place: Place::of(path), reason });
            }
        });
    }
    Ok(documents)
}

impl GoldDocument {
    pub(super) fn new(
        place: Place,
        id: String,
        site: String,
        paragraphs: Vec<LabelledParagraph>,
    ) -> Result<Self> {
        // What was labelled as one paragraph is one, whatever ends lines in it; a line feed is a mistake.
        let ends = ['\r', '\u{85}', '\u{2028}', '\u{2029}'];
        let texts: Vec<String> = paragraphs.iter().map(|it| it.text.replace(ends, " ")).collect();
        let bytes = texts.join("\n").into_bytes();
        let utf_8 = Some(encoding_rs::UTF_8);
        let document = crate::read::text::document(id.clone().into(), place.clone(), bytes, utf_8);
        let lines = split::text::units(&document, SplitMode::Lines);
        let bare = |text: &str| text.trim_start_matches('\u{feff}').trim().to_owned();
        let same = |i: usize| {
            lines
                .get(i)
                .zip(texts.get(i))
                .is_some_and(|(line, text)| bare(&line.text(&document)) == bare(text))
        };
        if let Some(first) = (0..texts.len().max(lines.len())).find(|&i| !same(i)) {
            return Err(Error::Labelled {
                place,
                reason: format!(
                    "document {id}: its {} labelled paragraphs are {} lines of text, the first that differs is \
                     number {first} (from 0); each must be one line that is not blank",
                    texts.len(),
                    lines.len()
                ),
            });
        }
        let labels = paragraphs.into_iter().map(|paragraph| paragraph.label).collect();
        Ok(Self { place, id, site, url: None, labels, document })
    }

    /// Its text, a line for each paragraph.
    pub(super) fn document(&self) -> &Document {
        &self.document
    }

    /// The document with what the judge says of it. `kept` tells which labels are kept.
    pub(super) fn scored(
        &self,
        judge: &mut Judge<'_>,
        kept: impl Fn(&str) -> bool,
    ) -> Result<ScoredDocument> {
        let judged = judge.text(&self.document)?;
        let lines = judged.units.iter().zip(&judged.decisions).zip(&self.labels);
        let paragraphs = lines.map(|((line, decision), label)| ScoredParagraph {
            label: label.clone(),
            kept_label: kept(label),
            words: words(&line.text(&self.document)),
            probability: decision.probability,
            verdict: Some(decision.verdict),
            kind: decision.shown_kind().map(|kind| judge.kind(kind).to_owned()),
        });
        Ok(ScoredDocument { id: self.id.clone(), paragraphs: paragraphs.collect() })
    }
}

/// Scores documents with a model. `options.split` is not used: every labelled paragraph is a line.
///
/// # Errors
/// [`Error::Labelled`] for a label that the model does not have and that is not in `ignore`;
/// [`Error::Model`] for a model that has no section for text; and as [`Judge::new`].
pub fn score(
    gold: &[GoldDocument],
    model: &Model,
    options: Options,
    ignore: &[String],
) -> Result<Vec<ScoredDocument>> {
    let header = model.text()?.header();
    for document in gold {
        let known = |label: &String| header.labels.contains(label) || ignore.contains(label);
        if let Some(label) = document.labels.iter().find(|label| !known(label)) {
            return Err(Error::Labelled {
                place: document.place.clone(),
                reason: format!(
                    "document {}: the model does not know the label {label:?} (it has: {})",
                    document.id,
                    header.labels.join(", ")
                ),
            });
        }
    }
    let kept = |label: &str| header.labels.iter().zip(&header.kept).any(|(l, &kept)| kept && l == label);
    let mut judge = Judge::new(model, by_lines(options))?;
    gold.iter().map(|document| document.scored(&mut judge, kept)).collect()
}

/// The same options, split by lines.
pub(super) fn by_lines(options: Options) -> Options {
    Options { split: SplitMode::Lines, ..options }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(row: &str) -> String {
        read(row.as_bytes(), Path::new("g.jsonl")).unwrap_err().to_string()
    }

    #[test]
    fn paragraphs_are_lines() {
        let row = r#"{"id": 4, "url": "https://a.example/x", "paragraphs": [{"text": " Tide\u2028tables", "label": "nav"}, {"text": "x\r", "label": "ui"}]}"#;
        let gold = read(format!("\n{row}\nad\tBuy eels\n").as_bytes(), Path::new("g.jsonl")).unwrap();
        assert_eq!((gold[0].id.as_str(), gold[0].site.as_str()), ("4", "a.example"));
        assert_eq!(gold[0].labels, ["nav", "ui"]);
        assert_eq!((gold[1].id.as_str(), gold[1].labels.len()), ("g.jsonl:3", 1));
    }

    #[test]
    fn what_is_not_one_line_is_refused_by_name() {
        for text in ["two\\nlines", " ", "", "a\\r\\nb"] {
            let row = format!(
                r#"{{"id": "tides", "paragraphs": [{{"text": "High water at noon.", "label": "editorial"}}, {{"text": "{text}", "label": "nav"}}]}}"#
            );
            let message = error(&row);
            assert!(message.starts_with("g.jsonl, record 1: document tides: its 2 labelled"), "{message}");
            assert!(message.contains("number 1 "), "{message}");
        }
        // As many lines as paragraphs, but not the same ones.
        let row = r#"{"id": "tides", "paragraphs": [{"text": "one\ntwo", "label": "nav"}, {"text": " ", "label": "nav"}]}"#;
        assert!(error(row).contains("number 0 "), "{}", error(row));
        assert!(
            error("# gleaner count table 1\nlabels\t\ta\nparagraphs\t\t1\n").contains("no text to score")
        );
    }
}
