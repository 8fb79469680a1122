//! From inputs to pieces of work.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::Result;
use gleaner::unstable::read::Container;
use gleaner::unstable::read::compression::Compression;

use super::pieces::Chunk;
use super::plan::Compressing;
use crate::input::Listed;
use crate::input::reader;
use crate::input::units::{Input, Settings, Step, Unit};

/// Bytes after which a piece is handed on. Compressed outputs have a member for each, so that the pieces are the
/// same on any number of threads: smaller ones compress worse, larger ones spread worse.
pub const CHUNK: usize = 1 << 19;

/// Nobody wants pieces any more.
#[derive(Debug, thiserror::Error)]
#[error("stopped")]
struct Stopped;

/// Reads inputs and hands on pieces of work, until there is nothing more or `take` says false.
pub struct Feed<'a> {
    pub settings: &'a Settings,
    /// Whether every input has an output of its own.
    pub apart: bool,
    pub compressing: Compressing,
    /// Whether tables are written as tables.
    pub tables: bool,
    pub read: &'a Arc<AtomicU64>,
}

impl Feed<'_> {
    pub fn run(&self, inputs: &[Listed], mut take: impl FnMut(Chunk, usize) -> bool) {
        let mut making = Making {
            chunk: chunk(None, Compression::None),
            size: 0,
            input: None,
            compression: None,
            feed: self,
            take: &mut take,
        };
        for (number, listed) in inputs.iter().enumerate() {
            let more = !self.apart && number + 1 < inputs.len();
            let emit = &mut |step: Step| making.step(step);
            match reader::read(listed, number, more, self.settings, self.read, emit) {
                Ok(()) => {}
                Err(error) if error.is::<Stopped>() => return,
                Err(error) => {
                    making.chunk.fatal = Some(error);
                    break;
                }
            }
        }
        // Nobody is left to be told that nobody takes it.
        let _ = making.hand_on(false);
    }
}

fn chunk(input: Option<Arc<Input>>, compression: Compression) -> Chunk {
    Chunk { input, units: Vec::new(), compression, pause: false, fatal: None }
}

struct Making<'a> {
    chunk: Chunk,
    size: usize,
    input: Option<Arc<Input>>,
    /// That of a shared output, once it is known.
    compression: Option<Compression>,
    feed: &'a Feed<'a>,
    take: &'a mut dyn FnMut(Chunk, usize) -> bool,
}

impl Making<'_> {
    fn step(&mut self, step: Step) -> Result<()> {
        let unit = match step {
            // Members of a compressed output must not depend on when bytes come.
            Step::Pause if self.chunk.compression != Compression::None => return Ok(()),
            Step::Pause => return self.hand_on(true),
            Step::Unit(unit) => unit,
        };
        if let Unit::Begin(input) = &unit {
            self.begin(&Arc::clone(input))?;
        }
        self.size += unit.size();
        self.chunk.units.push(unit);
        if self.size >= CHUNK { self.hand_on(false) } else { Ok(()) }
    }

    fn begin(&mut self, input: &Arc<Input>) -> Result<()> {
        let compression = match self.feed.compressing {
            // A table's columns are compressed inside it.
            _ if input.container == Container::Parquet && self.feed.tables => Compression::None,
            Compressing::Like(compression) => compression,
            Compressing::AsInput if self.feed.apart => input.compression,
            Compressing::AsInput => *self.compression.get_or_insert(input.compression),
        };
        if self.feed.apart || compression != self.chunk.compression {
            self.hand_on(false)?;
        }
        self.chunk.compression = compression;
        self.input = Some(Arc::clone(input));
        Ok(())
    }

    fn hand_on(&mut self, pause: bool) -> Result<()> {
        let next = chunk(self.input.clone(), self.chunk.compression);
        let mut done = std::mem::replace(&mut self.chunk, next);
        let size = std::mem::take(&mut self.size);
        if done.units.is_empty() && done.fatal.is_none() {
            return Ok(());
        }
        done.pause = pause;
        if (self.take)(done, size) { Ok(()) } else { Err(Stopped.into()) }
    }
}
