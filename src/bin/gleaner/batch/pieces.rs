//! What a thread takes up, and what comes of it.

use std::sync::Arc;

use gleaner::unstable::read::compression::Compression;
use gleaner::unstable::report::tally::Tally;

use super::highlights::Highlights;
use crate::applies::Kinds;
use crate::input::Unreadable;
use crate::input::items::Note;
use crate::input::units::{Input, Unit};

/// A piece of work: some units in order.
pub struct Chunk {
    /// The input that is being read where the piece begins.
    pub input: Option<Arc<Input>>,
    pub units: Vec<Unit>,
    /// How the output is compressed.
    pub compression: Compression,
    /// Whether the input pauses after it.
    pub pause: bool,
    /// An error that ends the run, after all units.
    pub fatal: Option<anyhow::Error>,
}

/// What came of a piece.
#[derive(Default)]
pub struct Done {
    /// Bytes for the output, and for what is dropped.
    pub out: Vec<u8>,
    pub gone: Vec<u8>,
    /// What happens at which place of the two.
    pub marks: Vec<Mark>,
    /// Rows of a table: how many bytes of `out` each has, if it has a text, and whether it changed.
    pub cells: Vec<(Option<usize>, bool)>,
    pub pause: bool,
    /// Whether some paragraph is boilerplate.
    pub found: bool,
    /// Kinds of documents in it.
    pub met: Kinds,
    /// The first document of which the model does not know the language.
    pub unknown_language: Option<String>,
    /// What to say of the first text that looks like HTML.
    pub looks_like_html: Option<String>,
    /// What a report shows of it.
    pub highlights: Highlights,
}

/// Something that happens between two bytes of the outputs.
pub struct Mark {
    pub out: usize,
    pub gone: usize,
    pub cells: usize,
    pub event: Event,
}

/// What happens.
pub enum Event {
    /// An input begins; its output is compressed like this.
    Begin(Arc<Input>, Compression),
    /// Counts since the last such event.
    Tally(Tally),
    /// Something to tell.
    Note(Note),
    /// A group of a table's rows ends.
    Group,
    /// The input ends.
    End { error: Option<Unreadable>, any: bool },
    /// The run ends.
    Fatal(anyhow::Error),
}
