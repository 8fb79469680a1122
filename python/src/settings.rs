//! Settings as they come from Python.

use gleaner::unstable::judge::Options;
use gleaner::unstable::split::SplitMode;
use gleaner::unstable::verdict::Preset;
use pyo3::prelude::*;

use crate::{GleanerError, raised};

/// The flags of the program, as Python's keyword arguments; a tuple in this order.
#[derive(FromPyObject)]
pub struct Settings {
    #[pyo3(item(0))]
    precision: bool,
    #[pyo3(item(1))]
    recall: bool,
    #[pyo3(item(2))]
    threshold: Option<f64>,
    #[pyo3(item(3))]
    prior: Option<f64>,
    #[pyo3(item(4))]
    /// Share of a document's words beyond which all of it stays.
    pub max_drop: f64,
    #[pyo3(item(5))]
    split: String,
}

impl Settings {
    /// The judge's options.
    ///
    /// # Errors
    /// `GleanerError` for what is out of range, or two thresholds at once. The rest is checked by the judge.
    pub fn options(&self) -> PyResult<Options> {
        let bad = |reason: String| Err(GleanerError::new_err(reason));
        if u8::from(self.precision) + u8::from(self.recall) + u8::from(self.threshold.is_some()) > 1 {
            return bad("precision, recall and threshold each say from where a paragraph is dropped; give one of them".to_owned());
        }
        if !(0.0..=1.0).contains(&self.max_drop) {
            return bad(format!("max_drop is a share from 0 to 1, not {}", self.max_drop));
        }
        let split: SplitMode = self.split.parse().map_err(raised)?;
        let preset = match (self.precision, self.recall) {
            (true, _) => Preset::Precision,
            (_, true) => Preset::Recall,
            _ => Preset::Default,
        };
        let (prior, threshold) = (self.prior, self.threshold);
        Ok(Options { split, prior, preset, threshold, ..Options::default() })
    }
}
