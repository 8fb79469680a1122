//! The end of the belt: what came of the inputs, in their order, is written, told and counted.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use gleaner::Problem;
use gleaner::unstable::read::Container;
use gleaner::unstable::read::compression::Compression;
use gleaner::unstable::report::tally::Tally;

use super::finished::{Finished, Stamp};
use super::outputs::{BadTable, NotBegun, Own, Sink, Sinks, attempt};
use super::pieces::{Done, Event};
use super::places::{Place, Planned};
use super::run_report::{InputReport, RunReport, State};
use super::together::Together;
use crate::args::OnError;
use crate::console::{self, remark, say};
use crate::input::items::Note;
use crate::input::units::{Input, Settings};
use crate::input::{self, Ids, Unreadable};
use crate::outcome::Outcome;
use crate::output::replacement::Replacement;
use crate::progress::Progress;

/// Takes pieces in order.
pub struct Ordered<'a> {
    pub inputs: &'a [Planned],
    /// With an output each: the folder's own part, and the digest of the settings.
    pub own: Option<(&'a Own, &'a str)>,
    pub on_error: OnError,
    /// Where tables are written as tables: how they are read, and whether empty documents are to go.
    #[cfg_attr(not(feature = "parquet"), expect(dead_code, reason = "no table is written"))]
    pub tables: Option<(&'a Settings, bool)>,
    /// What the shared output holds so far.
    pub together: Together,
    pub outcome: Outcome,
    pub report: RunReport,
    pub progress: Progress,
    pub ids: Ids,
    /// What is being written: number of the input, its counts, the state in which it was opened.
    pub current: Option<Current>,
    /// Whether some paragraph is boilerplate.
    pub found: bool,
    /// The first document of which the model does not know the language.
    pub unknown_language: Option<String>,
    /// What to say of the first text that looks like HTML.
    pub looks_like_html: Option<String>,
}

/// An input that has begun and not ended.
pub struct Current {
    number: usize,
    path: PathBuf,
    tally: Tally,
    stamp: Option<Stamp>,
    /// Why nothing can be written of it.
    spoilt: Option<String>,
}

impl Ordered<'_> {
    /// Takes the next piece.
    ///
    /// # Errors
    /// An output that cannot be written, and with `--on-error fail` the first problem.
    pub fn take(&mut self, done: Done, sinks: &mut Sinks<'_, '_>) -> Result<()> {
        let Done {
            out,
            gone,
            marks,
            cells,
            pause,
            found,
            met,
            unknown_language,
            looks_like_html,
            highlights,
        } = done;
        self.found |= found;
        self.outcome.met = self.outcome.met | met;
        self.report.highlights.add(highlights);
        self.unknown_language = self.unknown_language.take().or(unknown_language);
        self.looks_like_html = self.looks_like_html.take().or(looks_like_html);
        let (mut out_at, mut gone_at, mut cells_at) = (0, 0, 0);
        for mark in marks {
            let part = &out[out_at..mark.out];
            self.write(sinks, part, &cells[cells_at..mark.cells], &gone[gone_at..mark.gone])?;
            (out_at, gone_at, cells_at) = (mark.out, mark.gone, mark.cells);
            self.event(mark.event, sinks)?;
        }
        self.write(sinks, &out[out_at..], &cells[cells_at..], &gone[gone_at..])?;
        if pause {
            attempt(&mut sinks.out, sinks.gone.is_open(), Sink::flush)?;
        }
        Ok(())
    }

    fn event(&mut self, event: Event, sinks: &mut Sinks<'_, '_>) -> Result<()> {
        match event {
            Event::Begin(input, compression) => {
                if console::is_verbose() {
                    say(&how(&input));
                }
                let planned = &self.inputs[input.number];
                let mut spoilt = None;
                if let (Some((own, _)), Some(place)) = (self.own, &planned.place) {
                    match begin(sinks, own, place, compression) {
                        Err(error) if error.is_for_its_name() => {
                            sinks.forget();
                            spoilt = Some(format!("nothing was written: {error}"));
                        }
                        done => done?,
                    }
                } else {
                    if self.tables.is_some() {
                        self.together.add(input.container, &input.path)?;
                    }
                    sinks.out.compressed(compression);
                }
                let stamp = planned.listed.as_ref().ok().and_then(|file| Stamp::of(file));
                let (number, path, tally) = (input.number, input.path.clone(), Tally::default());
                self.current = Some(Current { number, path, tally, stamp, spoilt });
                self.array(&input)?;
                let begun = self.table(&input, sinks);
                self.spoilt_by(begun, sinks)
            }
            Event::Tally(tally) => {
                self.outcome.documents += tally.documents;
                self.outcome.judged += tally.bytes;
                self.outcome.dropped += tally.dropped_bytes;
                self.report.counts.add(&tally);
                self.progress.add(tally.read_bytes, &self.outcome);
                if let Some(current) = &mut self.current {
                    current.tally.add(&tally);
                }
                Ok(())
            }
            Event::Note(Note::Document | Note::PassedOver(_) | Note::LooksLikeHtml(_)) => Ok(()),
            Event::Note(Note::Remark(line)) => {
                remark(&line);
                Ok(())
            }
            Event::Note(Note::Problem(problem)) => self.problem(&problem),
            Event::Note(Note::Id(id, place)) => match self.ids.seen(id, place) {
                Some(problem) => {
                    self.report.counts.problems += 1;
                    if let Some(current) = &mut self.current {
                        current.tally.problems += 1;
                    }
                    self.problem(&problem)
                }
                None => Ok(()),
            },
            Event::Group => {
                let ended = sinks.out.end_group();
                self.spoilt_by(ended, sinks)
            }
            Event::End { error, any } => self.end(error, any, sinks),
            Event::Fatal(error) => Err(error),
        }
    }

    /// Begins a table, where one is to be written.
    #[cfg(feature = "parquet")]
    fn table(&mut self, input: &Input, sinks: &mut Sinks<'_, '_>) -> Result<()> {
        let (Some((settings, drop_empty)), Some(table)) = (self.tables, &input.table) else {
            return if self.tables.is_some() { sinks.out.no_table(&input.path) } else { Ok(()) };
        };
        let path = input.path.display();
        if drop_empty || self.on_error == OnError::Drop {
            bail!(
                "{path}: Parquet keeps its rows: leave out --drop-empty and --on-error drop, or add --to jsonl"
            );
        }
        let reopened = input::tables::reopen(&table.path, settings);
        let (file, table) =
            reopened.map_err(|reason| anyhow::anyhow!("{path}: cannot be read again: {reason}"))?;
        sinks.out.begin_table(&input.path, file, &table)
    }

    #[cfg(not(feature = "parquet"))]
    fn table(&mut self, input: &Input, sinks: &mut Sinks<'_, '_>) -> Result<()> {
        sinks.out.no_table(&input.path)
    }

    /// Refuses to leave rows out of an array, which would no longer be one.
    fn array(&self, input: &Input) -> Result<()> {
        let Some((_, drop_empty)) = self.tables.filter(|_| input.container == Container::Json) else {
            return Ok(());
        };
        if drop_empty || self.on_error == OnError::Drop {
            let path = input.path.display();
            bail!(
                "{path}: JSON keeps its rows: leave out --drop-empty and --on-error drop, or add --to jsonl"
            );
        }
        Ok(())
    }

    fn write(
        &mut self,
        sinks: &mut Sinks<'_, '_>,
        out: &[u8],
        cells: &[(Option<usize>, bool)],
        gone: &[u8],
    ) -> Result<()> {
        if !gone.is_empty() {
            attempt(&mut sinks.gone, sinks.out.is_open(), |sink| sink.write(gone))?;
        }
        if sinks.out.is_table() {
            return sinks.out.rows(out, cells);
        }
        if !out.is_empty() {
            attempt(&mut sinks.out, sinks.gone.is_open(), |sink| sink.write(out))?;
        }
        Ok(())
    }

    /// What the output of a table came to. Where the table itself is to blame and has an output of its own, that is
    /// the input's problem.
    fn spoilt_by(&mut self, done: Result<()>, sinks: &mut Sinks<'_, '_>) -> Result<()> {
        match (done, &mut self.current) {
            (Err(error), Some(current)) if self.own.is_some() && error.is::<BadTable>() => {
                sinks.forget();
                current.spoilt.get_or_insert_with(|| error.to_string());
                Ok(())
            }
            (Err(error), Some(current)) if error.is::<BadTable>() => {
                Err(error.context(current.path.display().to_string()))
            }
            (done, _) => done,
        }
    }

    fn problem(&mut self, problem: &Problem) -> Result<()> {
        self.report.failure(problem);
        input::tell(self.on_error, &mut self.outcome, problem)
    }

    fn end(&mut self, error: Option<Unreadable>, any: bool, sinks: &mut Sinks<'_, '_>) -> Result<()> {
        self.progress.file();
        self.outcome.readable += u64::from(any);
        let ended = sinks.out.end_table();
        self.spoilt_by(ended, sinks)?;
        let current = self.current.take();
        let error = error.or_else(|| {
            let Current { path, spoilt, .. } = current.as_ref()?;
            Some(Unreadable { path: path.clone(), what: spoilt.clone()? })
        });
        let is_spoilt = current.as_ref().is_some_and(|it| it.spoilt.is_some());
        let failed = error.is_some();
        let path = match (&current, &error) {
            (Some(current), _) => current.path.clone(),
            (None, Some(error)) => error.path.clone(),
            (None, None) => bail!("an input ended that had not begun"),
        };
        if let Some(error) = error {
            self.report.unreadable(&error.path, &error.what);
            if self.on_error == OnError::Fail {
                return Err(error.into());
            }
            self.outcome.unreadable(&error.into());
        }
        let mut output = None;
        if let (Some((own, settings)), Some(current)) = (self.own, &current) {
            if any && !is_spoilt {
                output = self.finish(own, settings, current, !failed, sinks)?;
            } else {
                // Nothing came: there is nothing to put in place.
                sinks.forget();
            }
        }
        let counts = current.map(|it| it.tally).unwrap_or_default();
        if let Some(passed_over) = counts.passed_over_in_words().filter(|_| counts.documents == 0) {
            remark(&input::no_document(&path, &passed_over));
        }
        let state = if failed { State::Unreadable } else { State::Done };
        self.report.input(InputReport { path, output, state, counts });
        Ok(())
    }

    /// Puts the outputs of an input in place, and notes that it is done if it is.
    fn finish(
        &mut self,
        own: &Own,
        settings: &str,
        current: &Current,
        whole: bool,
        sinks: &mut Sinks<'_, '_>,
    ) -> Result<Option<PathBuf>> {
        let planned = &self.inputs[current.number];
        let (Some(place), Ok(file)) = (&planned.place, &planned.listed) else { return Ok(None) };
        sinks.gone.end()?;
        sinks.out.end()?;
        // An input that changed meanwhile, or broke off, is to be done again.
        if whole
            && let Some(input) = current.stamp.clone()
            && Stamp::of(file).as_ref() == Some(&input)
        {
            let finished = Finished {
                settings: settings.to_owned(),
                output: place.relative.display().to_string(),
                input,
                output_bytes: sinks.out.written(),
                dropped_bytes: place.dropped.as_ref().map(|_| sinks.gone.written()),
                counts: current.tally.clone(),
            };
            let note = own.note(place);
            if let Some(folder) = note.parent() {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("{}: cannot make the folder", folder.display()))?;
            }
            let text = serde_json::to_vec(&finished)?;
            let written = || {
                let mut file = Replacement::begin(&note, &own.unfinished())?;
                file.write_all(&text)?;
                file.commit_unsynced()
            };
            written().with_context(|| format!("{}: cannot write", note.display()))?;
        }
        Ok(Some(place.path.clone()))
    }
}

/// Begins the files of an input.
fn begin(
    sinks: &mut Sinks<'_, '_>,
    own: &Own,
    place: &Place,
    compression: Compression,
) -> Result<(), NotBegun> {
    sinks.out.begin(&place.path, &own.unfinished(), compression)?;
    match (&place.dropped, own.unfinished_dropped()) {
        (Some(dropped), Some(folder)) => sinks.gone.begin(dropped, &folder, Compression::None),
        _ => Ok(()),
    }
}

/// How an input is read, in words.
fn how(input: &Input) -> String {
    let (path, container) = (input.path.display(), input.container);
    match input.compression {
        Compression::None => format!("{path}: read as {container}"),
        packed => format!("{path}: read as {container}, stored as {packed}"),
    }
}
