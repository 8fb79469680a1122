//! Texts of Python as bytes, and back.
//!
//! A `str` may hold halves of surrogate pairs, which no UTF-8 has. They are written as three bytes each, like any
//! other character of that size (Python's `surrogatepass`). To the library these are bytes that are not text:
//! their paragraph is judged without them, and read back the same way they are the same halves again.

use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyString};

/// A text that can be read without the interpreter.
pub enum Text {
    /// Valid text; where it is ASCII, Python's own memory.
    Valid(PyBackedStr),
    /// Text with halves of surrogate pairs.
    Halves(PyBackedBytes),
}

impl Text {
    /// Takes a `str`. Fails only without memory.
    pub fn of(text: &Bound<'_, PyString>) -> PyResult<Self> {
        match PyBackedStr::try_from(text.clone()) {
            Ok(valid) => Ok(Self::Valid(valid)),
            Err(_) => {
                let bytes = text.call_method1("encode", ("utf-8", "surrogatepass"))?;
                Ok(Self::Halves(bytes.cast_into::<PyBytes>()?.into()))
            }
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Valid(text) => text.as_bytes(),
            Self::Halves(bytes) => bytes,
        }
    }
}

/// Bytes that were cut out of a [`Text`] at character boundaries, as a `str`.
pub fn to_python<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyString>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(PyString::new(py, text)),
        Err(_) => {
            let text = PyBytes::new(py, bytes).call_method1("decode", ("utf-8", "surrogatepass"))?;
            Ok(text.cast_into::<PyString>()?)
        }
    }
}

/// Turns ascending byte offsets into code points.
pub struct CodePoints<'a> {
    bytes: &'a [u8],
    byte: usize,
    point: usize,
}

impl<'a> CodePoints<'a> {
    /// Begins at the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, byte: 0, point: 0 }
    }

    /// Code points before this byte, which is not before the one asked for last.
    pub fn at(&mut self, byte: usize) -> usize {
        // Bytes that continue a character are 10xxxxxx; halves of surrogate pairs are written alike.
        let between = &self.bytes[self.byte..byte];
        self.point += between.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        self.byte = byte;
        self.point
    }
}
