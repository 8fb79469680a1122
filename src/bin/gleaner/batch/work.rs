//! What a thread does with a piece of work: look into its units, judge, and write what comes of them into memory.
//!
//! | file | what it does |
//! |---|---|
//! | `work` | the units of a piece in their order, with the memory of sites |
//! | `item` | one document, row or record: judged, told, written |
//! | `pages` | the same for a page |
//! | `written` | what is left of a text, in the form that was asked for |
//! | `count` | what a document adds to the counts |
//! | `draft` | what came of the piece, until it is handed on |

use std::sync::Arc;

use anyhow::Result;
use gleaner::Problem;
use gleaner::error::ProblemKind;
use gleaner::unstable::judge::{Judge, Judged, Options};
use gleaner::unstable::model::Model;
use gleaner::unstable::read::Container;
use gleaner::unstable::site::{Sightings, SiteMemory};

use super::draft::Draft;
use super::form::Form;
use super::pieces::{Chunk, Done, Event};
use super::turns::Turns;
use crate::input::items::{self, Item, Note};
use crate::input::units::{Input, Settings, Unit};
use crate::panics;

/// Largest unit of which a copy is kept while it is looked into, in bytes: should that fail by a bug, the copy passes
/// untouched.
const SPARED: usize = 1 << 24;

/// The memory of sites.
#[derive(Clone, Copy)]
pub enum Sites<'a> {
    None,
    /// It grows as the run goes on.
    Before(&'a Turns),
    /// It is known.
    Built(&'a SiteMemory),
}

/// A unit that was looked into.
#[allow(
    clippy::large_enum_variant,
    reason = "nearly all are the large one; a box for every row would cost more"
)]
enum Looked {
    /// An input begins or ends.
    Boundary(Event),
    /// What is in it, what is to be told of it, and how it was judged.
    Inside { input: Arc<Input>, size: u64, notes: Vec<Note>, item: Option<Item>, judged: Option<Judged> },
}

/// A thread's tools.
pub struct Worker<'a> {
    pub(super) form: &'a Form,
    pub(super) settings: &'a Settings,
    pub(super) sites: Sites<'a>,
    pub(super) model: &'a Model,
    pub(super) options: &'a Options,
    pub(super) judge: Judge<'a>,
    pub(super) draft: Draft,
}

impl<'a> Worker<'a> {
    /// # Errors
    /// As [`Judge::new`].
    pub fn new(
        form: &'a Form,
        settings: &'a Settings,
        sites: Sites<'a>,
        (model, options): (&'a Model, &'a Options),
    ) -> Result<Self> {
        let judge = Judge::new(model, options.clone())?;
        let draft = Draft::new(form.dropped.unwrap_or_default());
        Ok(Self { form, settings, sites, model, options, judge, draft })
    }

    /// Does the piece of work of this number, from 0.
    ///
    /// # Errors
    /// Where compressing has no memory, and where the model has no section for what is to be judged.
    pub fn work(&mut self, number: u64, chunk: Chunk) -> Result<Done> {
        self.draft.compression = chunk.compression;
        let mut input = chunk.input;
        let mut stopped = false;
        match self.sites {
            Sites::Before(turns) => {
                let mut all = Vec::with_capacity(chunk.units.len());
                for unit in chunk.units {
                    all.extend(self.look(unit, &mut input)?);
                }
                self.remember(&mut all, turns, number);
                for looked in all {
                    stopped = self.settled(looked)?;
                    if stopped {
                        break;
                    }
                }
            }
            Sites::None | Sites::Built(_) => {
                for unit in chunk.units {
                    let Some(looked) = self.look(unit, &mut input)? else { continue };
                    stopped = self.settled(looked)?;
                    if stopped {
                        break;
                    }
                }
            }
        }
        self.draft.close()?;
        self.draft.settle();
        if let Some(fatal) = chunk.fatal.filter(|_| !stopped) {
            self.draft.mark(Event::Fatal(fatal));
        }
        self.draft.done.pause = chunk.pause;
        Ok(self.draft.take())
    }

    /// Looks into a unit and judges what is in it.
    fn look(&mut self, unit: Unit, input: &mut Option<Arc<Input>>) -> Result<Option<Looked>> {
        match unit {
            Unit::Begin(it) => {
                *input = Some(Arc::clone(&it));
                Ok(Some(Looked::Boundary(Event::Begin(it, self.draft.compression))))
            }
            Unit::End { error, any } => Ok(Some(Looked::Boundary(Event::End { error, any }))),
            unit => {
                let Some(input) = input.as_ref().map(Arc::clone) else { return Ok(None) };
                let (size, mut notes) = (unit.size() as u64, Vec::new());
                let (place, spare) = (unit.place(&input), (unit.size() <= SPARED).then(|| unit.clone()));
                let bug = || Note::Problem(Problem { place: place.clone(), kind: ProblemKind::Internal });
                let looked =
                    panics::caught(|| items::item(unit, &input, self.settings, &mut |note| notes.push(note)));
                let mut item = looked.unwrap_or_else(|| {
                    notes.push(bug());
                    spare.and_then(items::untouched).map(Item::Untouched)
                });
                let document = item.as_ref().and_then(Item::as_document);
                let mut judge = |document| {
                    let mut judged = self.judge.text(document)?;
                    if let Sites::Built(memory) = self.sites
                        && let Some(sightings) = Sightings::of(document, &judged.units)
                    {
                        self.judge.remember(&mut judged, &sightings, &memory.look(&sightings));
                    }
                    Ok::<_, anyhow::Error>(judged)
                };
                let judged = match document.map(|document| panics::caught(|| judge(document))) {
                    Some(Some(judged)) => Some(judged?),
                    Some(None) => {
                        self.judge = Judge::new(self.model, self.options.clone())?;
                        notes.push(bug());
                        item = item.map(|item| Item::Untouched(item.untouched()));
                        None
                    }
                    None => None,
                };
                Ok(Some(Looked::Inside { input, size, notes, item, judged }))
            }
        }
    }

    /// Has the documents seen, in their turn, and judges them again by what came before them.
    fn remember(&self, all: &mut [Looked], turns: &Turns, number: u64) {
        let sightings: Vec<Option<Sightings>> = all
            .iter()
            .map(|looked| match looked {
                Looked::Inside { item: Some(item), judged: Some(judged), .. } => {
                    Sightings::of(item.as_document()?, &judged.units)
                }
                _ => None,
            })
            .collect();
        // Nothing but the memory itself is touched in the turn: the others wait for it.
        let counts: Vec<Vec<u32>> = turns.take(number, |memory| {
            sightings.iter().map(|it| it.as_ref().map(|it| memory.see(it)).unwrap_or_default()).collect()
        });
        for ((looked, sightings), counts) in all.iter_mut().zip(&sightings).zip(&counts) {
            if let (Looked::Inside { judged: Some(judged), .. }, Some(sightings)) = (looked, sightings) {
                self.judge.remember(judged, sightings, counts);
            }
        }
    }

    /// Writes what was looked into; whether the run ends there.
    fn settled(&mut self, looked: Looked) -> Result<bool> {
        match looked {
            Looked::Boundary(event) => self.boundary(event).map(|()| false),
            Looked::Inside { input, size, notes, item, judged } => {
                self.draft.tally.read_bytes += size;
                if self.notes(notes)? {
                    return Ok(true);
                }
                match item {
                    Some(item) => self.item(item, judged, &input),
                    None => Ok(false),
                }
            }
        }
    }

    /// An input begins or ends. Where it has an output of its own, or is a table, what was written so far is no
    /// part of it.
    fn boundary(&mut self, event: Event) -> Result<()> {
        let table = matches!(&event, Event::Begin(input, _) if input.container == Container::Parquet);
        if self.form.apart || table {
            self.draft.close()?;
        }
        self.draft.settle();
        self.draft.mark(event);
        Ok(())
    }
}
