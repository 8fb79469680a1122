//! What Python calls: the library of gleaner behind a module of a few functions, which `gleaner_text` gives names,
//! types and documentation.
//!
//! Everything here lets go of the interpreter while it judges, works on one thread unless asked for more, and keeps
//! no thread: a pool that was warmed before a `fork` hangs the child.

mod counts;
mod judge;
mod loose;
mod model;
mod page;
mod settings;
mod text;
mod threads;

use pyo3::exceptions::PyValueError;
use pyo3::{PyErr, create_exception, pymodule};

create_exception!(
    gleaner_text,
    GleanerError,
    PyValueError,
    "A model, a setting or labelled data that cannot be used. No text raises it."
);

/// An error of the library as Python has it.
fn raised(error: gleaner::Error) -> PyErr {
    match error {
        gleaner::Error::Io { source, .. } => source.into(),
        error => GleanerError::new_err(error.to_string()),
    }
}

/// The native half of `gleaner_text`.
#[pymodule(name = "_gleaner")]
mod native {
    #[pymodule_export]
    use super::GleanerError;
    #[pymodule_export]
    use super::counts::Counts;
    #[pymodule_export]
    use super::judge::{analyze, clean, examine};
    #[pymodule_export]
    use super::loose::log_odds;
    #[pymodule_export]
    use super::model::NativeModel;
    #[pymodule_export]
    use super::page::{NativePageModel, analyze_pages, clean_pages};
    /// What a panic becomes. It is no `Exception`, so steps that fail open have to name it.
    #[pymodule_export]
    use pyo3::panic::PanicException;
}
