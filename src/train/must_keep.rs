//! Paragraphs that a new model has to keep: what somebody once lost and does not want to lose again.
//!
//! | a line of the file | what must be kept |
//! |---|---|
//! | a labelled document | its paragraphs with a label that is kept; the others are their neighbours |
//! | `{"text", "label"}`, `label<TAB>text`, `__label__x text` | the text, if its label is kept |
//! | `{"text"}` | every line of the text, as one article |
//! | anything else | the line itself |
//!
//! A line is judged alone, an article with its neighbours, as everywhere. What is judged here is not trained
//! on: it tests the model, and can do so only while the model has not seen it.

use std::path::Path;

use super::corpus::LabelledParagraph;
use super::gold::{GoldDocument, by_lines};
use super::labelled::{self, Labelled, Row};
use crate::error::{Error, Place, Result, WouldGo};
use crate::features::counts::HEADER;
use crate::judge::{Judge, Options};
use crate::model::Model;
use crate::verdict::Verdict;

/// Paragraphs that an error names.
const NAMED: usize = 5;

/// Documents with paragraphs to keep.
#[derive(Debug, Clone, Default)]
pub struct MustKeep {
    documents: Vec<GoldDocument>,
}

impl MustKeep {
    /// Reads one file's bytes, in any form of [`labelled`] or as plain lines; `path` is for messages.
    /// `labels` are those of the model and whether they are kept: `label<TAB>text` is told from plain text
    /// with a tab by whether the label is one of them.
    ///
    /// # Errors
    /// [`Error::Labelled`] for a row that is none, a label that the model does not have, a document whose
    /// paragraphs are not one line each, a count table, and for a file without a paragraph to keep.
    pub fn add(&mut self, bytes: &[u8], path: &Path, labels: &[(&str, bool)]) -> Result<()> {
        let of_file = |reason: &str| Error::Labelled { place: Place::of(path), reason: reason.to_owned() };
        let table = || of_file("a count table holds no text to keep");
        if bytes.starts_with(HEADER.as_bytes()) {
            return Err(table());
        }
        let keep = labels.iter().find(|(_, kept)| *kept).map_or("", |(label, _)| *label);
        let from = self.documents.len();
        labelled::each_line(bytes, path, |text, name, place| {
            let bad = |reason| Error::Labelled { place: place.clone(), reason };
            let document = match item(text, name, keep, labels).map_err(bad)? {
                Labelled::Document(document) => {
                    let site = document.site();
                    GoldDocument::new(place.clone(), document.id, site, document.paragraphs)?
                }
                Labelled::Loose(name, paragraph) => {
                    GoldDocument::new(place.clone(), name.clone(), name, vec![paragraph])?
                }
                Labelled::Table(_) => return Err(table()),
            };
            let unknown = |label: &&String| labels.iter().all(|(name, _)| name != label);
            if let Some(label) = document.labels.iter().find(unknown) {
                let names: Vec<&str> = labels.iter().map(|(name, _)| *name).collect();
                return Err(bad(format!(
                    "the model does not know the label {label:?} (it has: {})",
                    names.join(", ")
                )));
            }
            self.documents.push(document);
            Ok(())
        })?;
        let is_kept = |label: &String| labels.iter().any(|(name, kept)| *kept && name == label);
        if !self.documents[from..].iter().flat_map(|document| &document.labels).any(is_kept) {
            return Err(of_file("has no paragraph that must be kept"));
        }
        Ok(())
    }

    /// Whether nothing was added. Cannot fail.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// Judges all of it with the model at its default threshold; how many paragraphs were to be kept, and
    /// are. A document is not spared because too much of it would go (`--max-drop`).
    ///
    /// # Errors
    /// [`Error::MustKeep`] where the model would drop one of them.
    pub fn check(&self, model: &Model) -> Result<usize> {
        let header = model.text()?.header();
        let is_kept = |label: &String| {
            header.labels.iter().zip(&header.kept).any(|(name, kept)| *kept && name == label)
        };
        let mut judge = Judge::new(model, by_lines(Options::default()))?;
        let mut would_go =
            WouldGo { count: 0, of: 0, threshold: judge.thresholds()[1], highest: 0.0, first: Vec::new() };
        for document in &self.documents {
            let judged = judge.text(document.document())?;
            let lines = judged.units.iter().zip(&judged.decisions).zip(&document.labels);
            for ((line, decision), _) in lines.filter(|(_, label)| is_kept(label)) {
                would_go.of += 1;
                if decision.verdict != Verdict::Boilerplate {
                    continue;
                }
                would_go.count += 1;
                would_go.highest = would_go.highest.max(decision.probability);
                if would_go.first.len() < NAMED {
                    let text = line.text(document.document()).into_owned();
                    would_go.first.push((document.place.clone(), text, decision.probability));
                }
            }
        }
        if would_go.count > 0 { Err(Error::MustKeep(would_go)) } else { Ok(would_go.of) }
    }
}

/// One line of a file.
fn item(text: &str, name: String, keep: &str, labels: &[(&str, bool)]) -> Result<Labelled, String> {
    let unlabelled = |text: &str| LabelledParagraph { text: text.to_owned(), label: keep.to_owned() };
    if text.trim_start().starts_with('{') {
        return match serde_json::from_str::<Row>(text) {
            Ok(Row { paragraphs: None, label: None, text: Some(text), id, .. }) => {
                let paragraphs =
                    text.lines().filter(|line| !line.trim().is_empty()).map(unlabelled).collect();
                let id = labelled::id(id, name);
                Ok(Labelled::Document(super::corpus::LabelledDocument {
                    id,
                    domain: None,
                    url: None,
                    paragraphs,
                }))
            }
            _ => labelled::item(text, name),
        };
    }
    let first = text.split_once('\t').map(|(label, _)| label.trim());
    let is_labelled = first.is_some_and(|first| labels.iter().any(|(label, _)| *label == first));
    if is_labelled || text.starts_with("__label__") {
        return labelled::item(text, name);
    }
    Ok(Labelled::Loose(name, unlabelled(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABELS: [(&str, bool); 3] = [("editorial", true), ("nav", false), ("pitch", false)];

    fn read(text: &str) -> Result<Vec<GoldDocument>> {
        let mut all = MustKeep::default();
        all.add(text.as_bytes(), Path::new("keep"), &LABELS)?;
        Ok(all.documents)
    }

    #[test]
    fn lines_and_articles_of_every_form() {
        let rows = [
            r#"{"id": 7, "paragraphs": [{"text": "Home", "label": "nav"}, {"text": "It rained.", "label": "editorial"}]}"#,
            r#"{"text": "The lamp was lit.", "label": "editorial"}"#,
            r#"{"id": "a", "text": "A ferry.\n\nA storm.\r\n"}"#,
            "pitch\tJoin us",
            "__label__editorial See you",
            "",
            "A plain line\twith a tab",
        ];
        let documents = read(&rows.join("\n")).unwrap();
        let labels: Vec<Vec<&str>> =
            documents.iter().map(|d| d.labels.iter().map(String::as_str).collect()).collect();
        let (editorial, nav) = ("editorial", "nav");
        assert_eq!(
            labels,
            [
                vec![nav, editorial],
                vec![editorial],
                vec![editorial; 2],
                vec!["pitch"],
                vec![editorial],
                vec![editorial]
            ]
        );
        assert_eq!(documents[2].id, "a");
        assert_eq!(documents[5].place.line, Some(7));
    }

    #[test]
    fn what_keeps_nothing_is_refused() {
        for (text, said) in [
            ("", "keep: has no paragraph"),
            ("nav\tHome\npitch\tJoin us", "keep: has no paragraph"),
            ("{\"text\": 1}", "keep, record 1, line 1, byte 0: not a labelled row"),
            ("fine\n{\"x\": 1}", "keep, record 2, line 2, byte 5: a row needs"),
            (
                "__label__ham See you",
                "line 1, byte 0: the model does not know the label \"ham\" (it has: editorial",
            ),
            ("# gleaner count table 1\nlabels\t\ta\nparagraphs\t\t1\n", "a count table holds no text"),
        ] {
            let message = read(text).unwrap_err().to_string();
            assert!(message.contains(said), "{message}");
        }
    }

    #[test]
    fn what_would_go_is_named() {
        let model = Model::built_in().unwrap();
        let mut all = MustKeep::default();
        let pitch = "Sign up for our free newsletter and get the best stories in your inbox.";
        all.add(b"The heron stood in the reeds until the tide had turned.", Path::new("k"), &LABELS).unwrap();
        assert_eq!(all.check(model).unwrap(), 1);
        all.add(format!("{pitch}\n").repeat(7).as_bytes(), Path::new("k"), &LABELS).unwrap();
        let Error::MustKeep(would_go) = all.check(model).unwrap_err() else { panic!() };
        assert_eq!((would_go.count, would_go.of, would_go.first.len()), (7, 8, NAMED));
        assert_eq!((would_go.first[0].0.line, would_go.first[0].1.as_str()), (Some(1), pitch));
        assert!(would_go.highest >= would_go.threshold && would_go.first[0].2 == would_go.highest);
    }
}
