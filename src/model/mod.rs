//! A model: one file with a section for text and one for pages, each of which can be missing.
//!
//! | file | what it does |
//! |---|---|
//! | [`file`] | the container: head, parts, checksums |
//! | `bytes` | bytes of the program, or of a file that was read |
//! | `section` | what judges text, or pages |
//! | `header` | what a section says of itself: labels, calibration, thresholds, figures |
//! | `tables` | what it judges by, as it stands in a file |
//! | `counts` | what that was made of |
//! | `check` | whether the parts fit together |
//! | [`fitted`] | context, calibration and thresholds as a file of integers |
//! | [`dump`] | a section as text |

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

/// Version of tokenizer, features and signals; a section of another version is refused.
pub const FEATURES: u32 = 2;

/// Features of a section at the most: numbers of their rows then leave eight bits of a slot for their keys
/// ([`crate::bayes::index`]).
pub const MOST_FEATURES: usize = (1 << 23) - 2;

/// Aligned as its tables are to be.
#[repr(C, align(64))]
struct Aligned<T: ?Sized>(T);

/// The model that comes with the program.
static BUILT_IN: &Aligned<[u8]> = &Aligned(*include_bytes!("../../models/built-in.gleaner"));

/// What a section judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Medium {
    /// Paragraphs of text.
    Text = 0,
    /// Blocks of pages.
    Page = 1,
}

impl Medium {
    /// Both, in the order of files.
    pub const ALL: [Self; 2] = [Self::Text, Self::Page];

    /// Name, as in files.
    pub fn name(self) -> &'static str {
        ["text", "pages"][self as usize]
    }

    /// What trains a section.
    fn training(self) -> &'static str {
        ["gleaner train FILE… -o MODEL", "gleaner train --pages DIR -o MODEL"][self as usize]
    }
}

/// A model file, whose sections are read when they are first asked for.
#[derive(Debug, Clone)]
pub struct Model {
    /// For messages.
    path: PathBuf,
    bytes: Bytes,
    content: Content,
    /// By [`Medium`].
    sections: [OnceLock<Result<Section, String>>; 2],
}

impl Model {
    /// The model that comes with the program, read at the first call.
    ///
    /// # Errors
    /// [`Error::Model`], were the program's own file damaged.
    pub fn built_in() -> crate::Result<&'static Self> {
        static MODEL: OnceLock<Result<Model, String>> = OnceLock::new();
        let path = Path::new("<built-in model>");
        let model = MODEL.get_or_init(|| Self::read(Bytes::Program(&BUILT_IN.0), path));
        model.as_ref().map_err(|reason| failed(path, reason))
    }

    /// Reads a model file's bytes; `path` is for messages. Its sections are compared with their checksums when they
    /// are first used.
    ///
    /// # Errors
    /// [`Error::Model`] for a file that is damaged, foreign or from another format.
    pub fn from_bytes(bytes: &[u8], path: &Path) -> crate::Result<Self> {
        Self::read(Bytes::copied(bytes), path).map_err(|reason| failed(path, &reason))
    }

    fn read(bytes: Bytes, path: &Path) -> Result<Self, String> {
        let content = file::decode(&bytes)?;
        Ok(Self { path: path.to_path_buf(), bytes, content, sections: Default::default() })
    }

    /// A model of these sections; `made_by` says how. Their weights are computed.
    ///
    /// # Errors
    /// What does not fit.
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

    /// The same model with another section in the place of one that it has, or beside what it has.
    ///
    /// # Errors
    /// What does not fit.
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

    /// The model file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes.to_vec()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.content.head.name
    }

    /// How it was made.
    pub fn made_by(&self) -> &str {
        &self.content.head.made_by
    }

    /// BLAKE3 over the BLAKE3s of everything in it, as hexadecimal digits: names the model exactly.
    pub fn digest(&self) -> String {
        blake3::Hash::from_bytes(self.content.digest).to_hex().to_string()
    }

    /// Whether it has a section.
    pub fn has(&self, medium: Medium) -> bool {
        self.content.sections[medium as usize].is_some()
    }

    /// What judges text.
    ///
    /// # Errors
    /// As [`Model::section`].
    pub fn text(&self) -> crate::Result<&Section> {
        self.section(Medium::Text)
    }

    /// What judges pages.
    ///
    /// # Errors
    /// As [`Model::section`].
    pub fn pages(&self) -> crate::Result<&Section> {
        self.section(Medium::Page)
    }

    /// A section, read at the first call.
    ///
    /// # Errors
    /// [`Error::Model`] where it is missing, damaged, or at odds with itself.
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

/// What bounds the reading of text, as it is stated to users.
pub const LIMITS: [(&str, usize); 4] = [
    ("tokens of a paragraph", MAX_PARAGRAPH_TOKENS),
    ("tokens of a document", MAX_DOCUMENT_TOKENS),
    ("paragraphs of a document", MAX_DOCUMENT_PARAGRAPHS),
    ("bytes of a token", crate::features::tokens::MAX_TOKEN_BYTES),
];
