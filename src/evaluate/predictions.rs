//! What another tool says of labelled paragraphs, as `gleaner score` writes it.
//!
//! One JSON object a row:
//!
//! | field | what it holds |
//! |---|---|
//! | `doc` | id of the document; a number is the string of its digits |
//! | `index` | number of the paragraph in it, from 0 |
//! | `boilerplate` | probability from 0 to 1; in every row or in none |
//! | `verdict` | `editorial`, `unsure` or `boilerplate`; may be missing where there is a probability |
//! | `kind` | the kind that was named; may be missing |
//!
//! Other fields are passed over. Every labelled paragraph has one row, in any order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::ScoredDocument;
use crate::error::{Error, Place, PredictionProblem as Wrong, Result};
use crate::verdict::Verdict;

/// Predictions by document and paragraph.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictions {
    path: PathBuf,
    documents: BTreeMap<String, BTreeMap<u64, Prediction>>,
    probabilities: bool,
}

/// One row.
#[derive(Debug, Clone, PartialEq)]
struct Prediction {
    line: u64,
    byte: u64,
    probability: Option<f64>,
    verdict: Option<Verdict>,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Row {
    doc: Option<Value>,
    index: Option<Value>,
    boilerplate: Option<Value>,
    verdict: Option<Value>,
    kind: Option<Value>,
}

impl Predictions {
    /// Reads the rows of one file; `path` is for messages. Empty lines are passed over.
    ///
    /// # Errors
    /// [`Error::Prediction`] with path, line and byte of the first row that is none, that has a score which
    /// is not a finite number from 0 to 1, or that judges a paragraph again.
    pub fn read(bytes: &[u8], path: &Path) -> Result<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut documents: BTreeMap<String, BTreeMap<u64, Prediction>> = BTreeMap::new();
        // Line of the first row, and whether it has a probability.
        let mut first: Option<(u64, bool)> = None;
        let mut byte = 0;
        for (line, row) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            let start = byte;
            byte += row.len() as u64;
            if row.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let wrong = |kind| Error::Prediction { place: Place::of(path).at(line, start), kind };
            let (doc, index, prediction) = prediction(row, line, start).map_err(wrong)?;
            let has = prediction.probability.is_some();
            match first {
                None => first = Some((line, has)),
                Some((first, others)) if others != has => return Err(wrong(Wrong::Mixed { has, first })),
                Some(_) => {}
            }
            let rows = documents.entry(doc.clone()).or_default();
            if let Some(before) = rows.get(&index) {
                return Err(wrong(Wrong::Duplicate { doc, index, first: before.line }));
            }
            rows.insert(index, prediction);
        }
        let probabilities = first.is_none_or(|(_, has)| has);
        Ok(Self { path: path.to_path_buf(), documents, probabilities })
    }

    /// Whether the rows have probabilities; if not, the verdicts are all there is to rank by.
    #[must_use]
    pub fn probabilities(&self) -> bool {
        self.probabilities
    }

    /// Puts the predictions into labelled documents: probability, verdict and kind of every paragraph. A
    /// bare verdict stands as 0, ½ or 1.
    ///
    /// # Errors
    /// [`Error::Prediction`] unless every paragraph has its row and every row its paragraph, and if two
    /// documents have one id.
    pub fn judge(&self, documents: &mut [ScoredDocument]) -> Result<()> {
        self.check(documents)?;
        for document in documents {
            let Some(rows) = self.documents.get(&document.id) else { continue };
            for (paragraph, row) in document.paragraphs.iter_mut().zip(rows.values()) {
                let bare = match row.verdict {
                    Some(Verdict::Boilerplate) => 1.0,
                    Some(Verdict::Unsure) => 0.5,
                    Some(Verdict::Editorial) | None => 0.0,
                };
                paragraph.probability = row.probability.unwrap_or(bare);
                paragraph.verdict = row.verdict;
                paragraph.kind.clone_from(&row.kind);
            }
        }
        Ok(())
    }

    fn check(&self, documents: &[ScoredDocument]) -> Result<()> {
        let error = |place, kind| Err(Error::Prediction { place, kind });
        let mut labelled: BTreeMap<&str, usize> = BTreeMap::new();
        for document in documents {
            if labelled.insert(&document.id, document.paragraphs.len()).is_some() {
                return error(Place::of(&self.path), Wrong::TwoDocuments { doc: document.id.clone() });
            }
        }
        // The first row that has no paragraph, in the order of the file.
        let mut strays = BTreeSet::new();
        for (doc, rows) in &self.documents {
            let paragraphs = labelled.get(doc.as_str()).copied();
            let from = paragraphs.unwrap_or(0) as u64;
            strays
                .extend(rows.range(from..).map(|(index, row)| (row.line, row.byte, doc, *index, paragraphs)));
        }
        if let Some((line, byte, doc, index, paragraphs)) = strays.pop_first() {
            let doc = doc.clone();
            let kind = match paragraphs {
                None => Wrong::UnknownDocument { doc },
                Some(paragraphs) => Wrong::UnknownParagraph { doc, index, paragraphs },
            };
            return error(Place::of(&self.path).at(line, byte), kind);
        }
        let (mut missing, mut first) = (0, None);
        for document in documents {
            let rows = self.documents.get(&document.id);
            for index in 0..document.paragraphs.len() {
                if rows.is_none_or(|rows| !rows.contains_key(&(index as u64))) {
                    missing += 1;
                    first.get_or_insert((&document.id, index));
                }
            }
        }
        match first {
            None => Ok(()),
            Some((doc, index)) => {
                error(Place::of(&self.path), Wrong::Missing { doc: doc.clone(), index, missing })
            }
        }
    }
}

fn prediction(row: &[u8], line: u64, byte: u64) -> Result<(String, u64, Prediction), Wrong> {
    let row: Row = serde_json::from_slice(row).map_err(|error| Wrong::BadRow(error.to_string()))?;
    let lacks = |what: &str| Wrong::BadRow(what.to_owned());
    let doc = match row.doc {
        Some(Value::String(id)) => id,
        Some(other) => other.to_string(),
        None => return Err(lacks("no \"doc\"")),
    };
    let index = row.index.as_ref().and_then(Value::as_u64);
    let index = index.ok_or_else(|| lacks("no \"index\" that is a number from 0"))?;
    let probability = row.boilerplate.map(probability).transpose()?;
    let verdict = match row.verdict {
        None => None,
        Some(value) => {
            let verdict = value.as_str().and_then(|name| name.parse().ok());
            Some(verdict.ok_or_else(|| Wrong::Verdict(value.to_string()))?)
        }
    };
    if probability.is_none() && verdict.is_none() {
        return Err(lacks("neither \"boilerplate\" nor \"verdict\""));
    }
    let kind = match row.kind {
        None => None,
        Some(Value::String(kind)) => Some(kind),
        Some(_) => return Err(lacks("a \"kind\" that is no string")),
    };
    Ok((doc, index, Prediction { line, byte, probability, verdict, kind }))
}

fn probability(value: Value) -> Result<f64, Wrong> {
    match value.as_f64() {
        Some(p) if (0.0..=1.0).contains(&p) => Ok(p),
        Some(p) if p.is_finite() => Err(Wrong::NotProbability(p)),
        _ => Err(Wrong::NotFinite(value.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::samples::document;
    use super::*;

    fn read(rows: &str) -> Result<Predictions> {
        Predictions::read(rows.as_bytes(), Path::new("p.jsonl"))
    }

    fn labelled() -> Vec<ScoredDocument> {
        let mut two = document(&[("nav", 1, 0.0)]);
        two.id = "7".to_owned();
        vec![document(&[("editorial", 3, 0.0), ("pitch", 2, 0.0)]), two]
    }

    fn refused(rows: &str) -> String {
        let error = read(rows).and_then(|p| p.judge(&mut labelled())).unwrap_err();
        assert!(matches!(error, Error::Prediction { .. }));
        error.to_string()
    }

    const FINE: [&str; 3] = [
        r#"{"doc": "one", "index": 1, "boilerplate": 0.75, "verdict": "unsure", "kind": "pitch", "text": "x"}"#,
        r#"{"doc": 7, "index": 0, "boilerplate": 1, "verdict": null, "kind": null}"#,
        r#"{"doc": "one", "index": 0, "boilerplate": 0.25}"#,
    ];

    #[test]
    fn rows_find_their_paragraphs() {
        let predictions = read(&format!("\u{feff}{}\r\n\n", FINE.join("\r\n"))).unwrap();
        assert!(predictions.probabilities());
        let mut documents = labelled();
        predictions.judge(&mut documents).unwrap();
        let said: Vec<_> = documents
            .iter()
            .flat_map(|d| &d.paragraphs)
            .map(|p| (p.probability, p.verdict, p.kind.as_deref()))
            .collect();
        assert_eq!(
            said,
            [(0.25, None, None), (0.75, Some(Verdict::Unsure), Some("pitch")), (1.0, None, None)]
        );
    }

    #[test]
    fn bare_verdicts_rank() {
        let rows = [("one", 0, "editorial"), ("one", 1, "boilerplate"), ("7", 0, "unsure")];
        let row = |(doc, index, verdict): (&str, u64, &str)| {
            serde_json::json!({"doc": doc, "index": index, "verdict": verdict}).to_string()
        };
        let predictions = read(&rows.map(row).join("\n")).unwrap();
        assert!(!predictions.probabilities());
        let mut documents = labelled();
        predictions.judge(&mut documents).unwrap();
        let said: Vec<f64> = documents.iter().flat_map(|d| &d.paragraphs).map(|p| p.probability).collect();
        assert_eq!(said, [0.0, 1.0, 0.5]);
        let options = super::super::Options { probabilities: false, ..Default::default() };
        let f = super::super::figures(&documents, &options).unwrap();
        assert_eq!((f.auc, f.brier, f.ece, f.calibration.len()), (Some(1.0), None, None, 0));
        let report = super::super::Report::new(&documents, &options).unwrap();
        assert!(!report.text().contains("calibration"));
        assert!(serde_json::to_value(&report).unwrap()["ece"].is_null());
    }

    #[test]
    fn what_does_not_fit_is_named() {
        for (row, said) in [
            ("[1]", "not a prediction"),
            (r#"{"doc": "one", "index": 0, "boilerplate": NaN}"#, "JSON has no NaN"),
            (
                r#"{"doc": "one", "index": 0, "boilerplate": 1e999}"#,
                "is 1e+999, which is not a finite number",
            ),
            (r#"{"doc": "one", "index": 0, "boilerplate": "inf"}"#, "not a finite number"),
            (r#"{"doc": "one", "index": 0, "boilerplate": 1.5}"#, "is 1.5, which is not a probability"),
            (r#"{"doc": "one", "index": -1, "boilerplate": 1}"#, "no \"index\""),
            (r#"{"index": 0, "boilerplate": 1}"#, "no \"doc\""),
            (r#"{"doc": "one", "index": 0}"#, "neither"),
            (r#"{"doc": "one", "index": 0, "verdict": "bad"}"#, "unknown verdict \"bad\""),
            (
                r#"{"doc": "one", "index": 5, "verdict": "unsure"}"#,
                "has no probability, but the rows from line 1 on have one",
            ),
            (FINE[2], "has an earlier row in line 3"),
            (r#"{"doc": "two", "index": 0, "boilerplate": 0}"#, "\"two\" is not among the labelled"),
            (r#"{"doc": "7", "index": 1, "boilerplate": 0}"#, "has 1 labelled paragraphs"),
        ] {
            let message = refused(&format!("{}\n{row}\n", FINE.join("\n")));
            let line = FINE.join("\n").len() + 1;
            assert!(message.starts_with(&format!("p.jsonl, line 4, byte {line}: ")), "{message}");
            assert!(message.contains(said), "{message}");
        }
        let message = refused(FINE[0]);
        assert_eq!(
            message,
            "p.jsonl: no row for document \"one\", paragraph 0 (from 0); 2 labelled paragraphs have none"
        );
        let twice = [labelled(), labelled()].concat();
        let error = read(FINE[0]).unwrap().judge(&mut twice.clone()).unwrap_err();
        assert!(error.to_string().contains("two labelled documents"), "{error}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, rows in r#"(\{"doc": ?[0-9a"]{0,3}, "index": [0-9.-]{1,3}, "boilerplate": [0-9.e-]{0,6}\}\n?){0,3}"#) {
            for bytes in [bytes.as_slice(), rows.as_bytes()] {
                if let Ok(predictions) = Predictions::read(bytes, Path::new("p")) {
                    let _ = predictions.judge(&mut labelled());
                }
            }
        }
    }
}
