//! A model.

use std::path::Path;
use std::sync::Arc;

use gleaner::unstable::features::Channel;
use gleaner::unstable::model::{Model, Section};
use gleaner::unstable::train::{Gathered, Settings, train};
use gleaner::unstable::verdict::Preset;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use crate::{GleanerError, raised};

/// A model; `gleaner_text.Model` documents it.
#[pyclass(frozen, name = "NativeModel", module = "gleaner_text._gleaner")]
pub struct NativeModel(Arc<Model>);

impl NativeModel {
    /// The model itself.
    pub fn model(&self) -> &Model {
        &self.0
    }

    /// What judges text.
    pub fn section(&self) -> PyResult<&Section> {
        self.0.text().map_err(raised)
    }

    /// # Errors
    /// `GleanerError` for a model that has no section for text, or a damaged one.
    fn new(model: Model) -> PyResult<Self> {
        model.text().map_err(raised)?;
        Ok(Self(Arc::new(model)))
    }
}

#[pymethods]
impl NativeModel {
    /// The built-in model.
    #[staticmethod]
    fn built_in(py: Python<'_>) -> PyResult<Self> {
        py.detach(|| Self::new(Model::built_in().map_err(raised)?.clone()))
    }

    /// A model from its file's bytes; `path` is for messages.
    #[staticmethod]
    fn from_bytes(py: Python<'_>, bytes: PyBackedBytes, path: &str) -> PyResult<Self> {
        py.detach(|| Self::new(Model::from_bytes(&bytes, Path::new(path)).map_err(raised)?))
    }

    /// Trains on labelled files, each a name and its bytes.
    #[staticmethod]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn train(
        py: Python<'_>,
        files: Vec<(String, PyBackedBytes)>,
        keep: Vec<String>,
        name: String,
        min_sites: u32,
        min_counts: Option<[u64; 5]>,
        alpha: Option<f64>,
        max_loss: f64,
        threads: usize,
    ) -> PyResult<Self> {
        if !(max_loss > 0.0 && max_loss < 1.0) {
            return Err(GleanerError::new_err(format!("max_loss lies between 0 and 1, not at {max_loss}")));
        }
        if alpha.is_some_and(|alpha| !(0.001..=1e6).contains(&alpha)) {
            return Err(GleanerError::new_err("alpha lies between 0.001 and 1,000,000"));
        }
        let mut settings = Settings { name, keep, min_sites, max_loss, ..Settings::default() };
        if let Some(min_counts) = min_counts {
            settings.min_counts[..Channel::TEXT.len()].copy_from_slice(&min_counts);
        }
        for channel in [Channel::Words, Channel::Pairs, Channel::Edges] {
            let own = &mut settings.alphas[channel as usize];
            *own = alpha.unwrap_or(*own);
        }
        py.detach(|| {
            let mut gathered = Gathered::default();
            for (name, bytes) in &files {
                gathered.add(bytes, Path::new(name)).map_err(raised)?;
            }
            // A pool of its own, gone afterwards; the global one would stay, and a forked child would wait for it.
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let pool =
                pool.map_err(|error| GleanerError::new_err(format!("cannot start threads: {error}")))?;
            Self::new(pool.install(|| train(&gathered, &settings, None)).map_err(raised)?)
        })
    }

    /// The model file's bytes.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = py.detach(|| self.0.to_bytes());
        PyBytes::new(py, &bytes)
    }

    /// Its name.
    fn name(&self) -> &str {
        self.0.name()
    }

    /// Its labels, and whether each is kept.
    fn labels(&self) -> PyResult<Vec<(String, bool)>> {
        let header = self.section()?.header();
        Ok(header.labels.iter().cloned().zip(header.kept.iter().copied()).collect())
    }

    /// BLAKE3 of everything in its file.
    fn digest(&self) -> String {
        self.0.digest()
    }

    /// Each preset with the probability from which it drops a paragraph, and that from which one is unsure.
    fn thresholds(&self) -> PyResult<(f64, Vec<(&'static str, f64)>)> {
        let section = self.section()?;
        let of = |preset: Preset| Some((preset.name(), section.thresholds_of(preset)?[1]));
        Ok((section.thresholds()[0], Preset::ALL.into_iter().filter_map(of).collect()))
    }

    /// Documents in order, and all paragraphs, that it was trained on.
    fn trained_on(&self) -> PyResult<[u64; 2]> {
        Ok(self.section()?.header().trained_on)
    }
}
