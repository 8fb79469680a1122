//! Count tables: what counts of labelled paragraphs need to add up.

use std::io::Cursor;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gleaner::error::Place;
use gleaner::unstable::features::counts::{CountTable, check_label};
use gleaner::unstable::train::corpus::{Corpus, LabelledParagraph};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyString};

use crate::text::Text;
use crate::{GleanerError, raised};

/// Counts of loose labelled paragraphs: integers per label and feature, so that what was counted in parts adds up to
/// what one pass counts. Every feature counts as seen on many sites.
#[pyclass(frozen, module = "gleaner_text._gleaner")]
#[derive(Default)]
pub struct Counts(Mutex<CountTable>);

impl Counts {
    fn table(&self) -> MutexGuard<'_, CountTable> {
        // A table is whole between any two calls.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[pymethods]
impl Counts {
    /// No counts.
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Reads what `to_bytes` wrote.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: PyBackedBytes) -> PyResult<Self> {
        let read = || CountTable::read(&mut Cursor::new(&bytes[..]), &Place::of("<counts>"));
        Ok(Self(Mutex::new(py.detach(read).map_err(raised)?)))
    }

    /// The table as text: the same bytes for the same counts.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut bytes = Vec::new();
        py.detach(|| self.table().write(&mut bytes))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Counts paragraphs, one label each. Halves of surrogate pairs count as U+FFFD.
    fn add(
        &self,
        py: Python<'_>,
        texts: Vec<Bound<'_, PyString>>,
        labels: Vec<Bound<'_, PyString>>,
    ) -> PyResult<()> {
        if texts.len() != labels.len() {
            return Err(GleanerError::new_err(format!("{} texts, {} labels", texts.len(), labels.len())));
        }
        let bytes =
            |texts: Vec<Bound<'_, PyString>>| texts.iter().map(Text::of).collect::<PyResult<Vec<Text>>>();
        let (texts, labels) = (bytes(texts)?, bytes(labels)?);
        let lossy = |text: &Text| String::from_utf8_lossy(text.bytes()).into_owned();
        py.detach(|| {
            let mut corpus = Corpus::default();
            for (text, label) in texts.iter().zip(&labels) {
                let label = lossy(label);
                check_label(&label).map_err(GleanerError::new_err)?;
                corpus.add_loose("", LabelledParagraph { text: lossy(text), label }, 0);
            }
            let mut table = corpus.to_table(&corpus.count(0, |_| true));
            table.forget_sites();
            self.table().merge(&table);
            Ok(())
        })
    }

    /// Adds other counts to these.
    fn merge(&self, py: Python<'_>, other: &Self) {
        py.detach(|| {
            // Not both at once: they may be the same, or be merged the other way round on another thread.
            let other = other.table().clone();
            self.table().merge(&other);
        });
    }

    /// Paragraphs per label.
    fn paragraphs(&self) -> Vec<(String, u64)> {
        let table = self.table();
        table.labels().iter().cloned().zip(table.paragraphs().iter().copied()).collect()
    }
}
