//! Models: files with a section for text, one for pages, or both.
//!
//! | file | what it does |
//! |---|---|
//! | [`mod@file`] | the container: header, parts, checksums |
//! | `bytes` | bytes of the program or of a file in memory |
//! | `section` | a section, ready to judge text or pages |
//! | `header` | the header of a section: labels, calibration, thresholds, figures |
//! | `tables` | the tables used for scoring |
//! | `counts` | the counts that they were computed from |
//! | `check` | checks that the parts of a section fit together |
//! | [`fitted`] | context, calibration and thresholds as a file of integers |
//! | [`dump`] | a model as text |

mod bytes;
mod check;
mod counts;
#[cfg(feature = "train")]
pub mod dump;
pub mod file;
pub mod fitted;
pub(crate) mod header;
mod section;
mod tables;
pub mod varint;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::error::Error;
use crate::features::{MAX_DOCUMENT_PARAGRAPHS, MAX_DOCUMENT_TOKENS, MAX_PARAGRAPH_TOKENS};
use bytes::Bytes;
use file::Content;

pub use header::{Header, Presets, fixed_calibration, millionths};
pub use section::{Parts, Section};

/// Version of tokenizer, features and signals. A section with another version is refused.
pub const FEATURES: u32 = 2;

/// Maximum number of features of a section, so that row numbers leave eight bits of a slot for the key
/// ([`crate::bayes::index`]).
pub const MOST_FEATURES: usize = (1 << 23) - 2;

/// Maximum number of counts of a section, features times labels: 1 GiB of them in memory. A file holds only those that
/// are not zero, so that a small one could ask for any amount.
pub const MOST_COUNTS: usize = 1 << 27;

/// Aligns the embedded model, so that its tables can be borrowed.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

/// The built-in model.
static BUILT_IN: &Aligned<[u8]> = &Aligned(*include_bytes!("../../models/built-in.gleaner"));

/// What a section judges: text or pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Paragraphs of text.
    Text = 0,
    /// Blocks of pages.
    Page = 1,
}

impl Medium {
    /// Both media, in the order of files.
    pub const ALL: [Self; 2] = [Self::Text, Self::Page];

    /// Name used in files.
    pub fn name(self) -> &'static str {
        ["text", "pages"][self as usize]
    }

    /// Command that trains a section.
    fn training(self) -> &'static str {
        ["gleaner train FILE… -o MODEL", "gleaner train --pages DIR -o MODEL"][self as usize]
    }
}

/// A model file. Its sections are read on demand.
#[derive(Debug, Clone)]
pub struct Model {
    /// Path, for messages.
    path: PathBuf,
    bytes: Bytes,
    content: Content,
    /// Sections, indexed by [`Medium`].
    sections: [OnceLock<Result<Section, String>>; 2],
}

impl Model {
    /// Returns the built-in model, read at the first call.
    ///
    /// # Errors
    /// [`Error::Model`] if the built-in model is damaged.
    pub fn built_in() -> crate::Result<&'static Self> {
        static MODEL: OnceLock<Result<Model, String>> = OnceLock::new();
        let path = Path::new("<built-in model>");
        let model = MODEL.get_or_init(|| Self::read(Bytes::Program(&BUILT_IN.0), path));
        model.as_ref().map_err(|reason| failed(path, reason))
    }

    /// Reads a model file. `path` is for messages. The checksum of a section is checked when the section is
    /// first used.
    ///
    /// # Errors
    /// [`Error::Model`] for a file that is damaged, is not a model, or has another format.
    pub fn from_bytes(bytes: &[u8], path: &Path) -> crate::Result<Self> {
        Self::read(Bytes::copied(bytes), path).map_err(|reason| failed(path, &reason))
    }

    fn read(bytes: Bytes, path: &Path) -> Result<Self, String> {
        let content = file::decode(&bytes)?;
        Ok(Self { path: path.to_path_buf(), bytes, content, sections: Default::default() })
    }

    /// Creates a model from these sections, and computes their weights. `made_by` says how it was made.
    ///
    /// # Errors
    /// Returns what does not fit.
    pub fn new(
        name: &str,
        made_by: &str,
        text: Option<&Parts>,
        pages: Option<&Parts>,
    ) -> Result<Self, String> {
        let encoded = [(Medium::Text, text), (Medium::Page, pages)]
            .map(|(medium, parts)| parts.map(|parts| section::encode(medium, parts)).transpose());
        let [text, pages] = encoded;
        let (text, pages) = (text?, pages?);
        Self::of_encoded(
            name,
            made_by,
            &[text.as_ref(), pages.as_ref()].map(|parts| parts.map(file::Parts::as_ref)),
        )
    }

    /// Returns the model with a section replaced or added.
    ///
    /// # Errors
    /// Returns what does not fit.
    pub fn with(&self, medium: Medium, parts: &Parts) -> Result<Self, String> {
        let new = section::encode(medium, parts)?;
        let mut sections =
            self.content.sections.each_ref().map(|parts| parts.as_ref().map(file::Parts::unopened));
        sections[medium as usize] = Some(new.as_ref());
        Self::of_encoded(self.name(), self.made_by(), &sections)
    }

    fn of_encoded(
        name: &str,
        made_by: &str,
        sections: &[Option<file::Parts<&[u8]>>; 2],
    ) -> Result<Self, String> {
        Self::read(Bytes::copied(&file::encode(name, made_by, sections)), Path::new(name))
    }

    /// Returns the bytes of the model file.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.to_vec()
    }

    /// Name of the model.
    pub fn name(&self) -> &str {
        &self.content.head.name
    }

    /// How the model was made.
    pub fn made_by(&self) -> &str {
        &self.content.head.made_by
    }

    /// BLAKE3 over the checksums of all parts, in hexadecimal. It identifies the model exactly.
    pub fn digest(&self) -> String {
        blake3::Hash::from_bytes(self.content.digest).to_hex().to_string()
    }

    /// Whether the model has a section for this medium.
    pub fn has(&self, medium: Medium) -> bool {
        self.content.sections[medium as usize].is_some()
    }

    /// Returns the section for text.
    ///
    /// # Errors
    /// As [`Model::section`].
    pub fn text(&self) -> crate::Result<&Section> {
        self.section(Medium::Text)
    }

    /// Returns the section for pages.
    ///
    /// # Errors
    /// As [`Model::section`].
    pub fn pages(&self) -> crate::Result<&Section> {
        self.section(Medium::Page)
    }

    /// Returns a section, read at the first call.
    ///
    /// # Errors
    /// [`Error::Model`] if the section is missing, damaged or inconsistent.
    pub fn section(&self, medium: Medium) -> crate::Result<&Section> {
        let section = self.sections[medium as usize].get_or_init(|| {
            let Some(parts) = &self.content.sections[medium as usize] else {
                return Err(format!(
                    "it has no section for {}; `{}` trains one",
                    medium.name(),
                    medium.training()
                ));
            };
            section::decode(medium, self.name(), parts, &self.path)
        });
        section.as_ref().map_err(|reason| failed(&self.path, reason))
    }
}

fn failed(path: &Path, reason: &str) -> Error {
    Error::Model { path: path.to_path_buf(), reason: reason.to_owned() }
}

/// Limits on reading text, as documented for users.
pub const LIMITS: [(&str, usize); 4] = [
    ("tokens of a paragraph", MAX_PARAGRAPH_TOKENS),
    ("tokens of a document", MAX_DOCUMENT_TOKENS),
    ("paragraphs of a document", MAX_DOCUMENT_PARAGRAPHS),
    ("bytes of a token", crate::features::tokens::MAX_TOKEN_BYTES),
];
