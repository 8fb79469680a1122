//! What comes of one piece of work, in memory: bytes for the outputs, counts, and what happens at which byte.

use anyhow::Result;
use gleaner::unstable::read::compression::Compression;
use gleaner::unstable::report::tally::Tally;
use gleaner::unstable::write::compression::Encoder;

use super::pieces::{Done, Event, Mark};

/// What a thread has written and not handed on yet.
pub struct Draft {
    /// Bytes for the output, and for what is dropped, that are not compressed yet.
    pub piece: Vec<u8>,
    pub gone: Vec<u8>,
    /// Counts since the last mark.
    pub tally: Tally,
    pub done: Done,
    /// How the output is compressed, and what is dropped.
    pub compression: Compression,
    dropped: Compression,
    encoders: Vec<Encoder>,
    /// Rows of a table whose texts are in `done`, not in `piece`.
    cells: usize,
}

/// How far a draft has come, to go back to.
pub struct State {
    piece: usize,
    gone: usize,
    marks: usize,
    cells: usize,
    tally: Tally,
}

impl Draft {
    /// How far it has come.
    pub fn state(&self) -> State {
        let (piece, gone, marks) = (self.piece.len(), self.gone.len(), self.done.marks.len());
        State { piece, gone, marks, cells: self.done.cells.len(), tally: self.tally.clone() }
    }

    /// Goes back: what came since is left out.
    pub fn restore(&mut self, state: State) {
        self.piece.truncate(state.piece);
        self.gone.truncate(state.gone);
        self.done.marks.truncate(state.marks);
        self.done.cells.truncate(state.cells);
        self.tally = state.tally;
    }

    /// `dropped` is how the file of what is dropped is compressed.
    pub fn new(dropped: Compression) -> Self {
        Self {
            piece: Vec::new(),
            gone: Vec::new(),
            tally: Tally::default(),
            done: Done::default(),
            compression: Compression::None,
            dropped,
            encoders: Vec::new(),
            cells: 0,
        }
    }

    /// Ends a member of the compressed outputs.
    ///
    /// # Errors
    /// Where compressing has no memory.
    pub fn close(&mut self) -> Result<()> {
        for (compression, piece, out) in [
            (self.compression, &mut self.piece, &mut self.done.out),
            (self.dropped, &mut self.gone, &mut self.done.gone),
        ] {
            if piece.is_empty() {
                continue;
            }
            if compression == Compression::None && out.is_empty() {
                std::mem::swap(piece, out);
                continue;
            }
            let known = self.encoders.iter().position(|it| it.compression() == compression);
            let at = match known {
                Some(at) => at,
                None => {
                    self.encoders.push(Encoder::new(compression)?);
                    self.encoders.len() - 1
                }
            };
            self.encoders[at].member(piece, out)?;
            piece.clear();
        }
        self.cells = self.done.cells.len();
        Ok(())
    }

    /// Marks what was counted so far.
    pub fn settle(&mut self) {
        let tally = std::mem::take(&mut self.tally);
        if tally != Tally::default() {
            self.mark(Event::Tally(tally));
        }
    }

    /// Marks that something happens behind what is closed.
    pub fn mark(&mut self, event: Event) {
        let (out, gone, cells) = (self.done.out.len(), self.done.gone.len(), self.cells);
        self.done.marks.push(Mark { out, gone, cells, event });
    }

    /// Writes a row of a table that is written as one.
    pub fn cell(&mut self, text: Option<&[u8]>, changed: bool) {
        self.piece.extend_from_slice(text.unwrap_or_default());
        self.done.cells.push((text.map(<[u8]>::len), changed));
    }

    /// Hands everything on. What is not closed stays.
    pub fn take(&mut self) -> Done {
        self.cells = 0;
        std::mem::take(&mut self.done)
    }
}
