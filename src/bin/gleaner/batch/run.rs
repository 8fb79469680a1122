//! The run itself: the belt between reading, judging and writing, on one thread or on several.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use anyhow::{Result, bail};
use gleaner::unstable::judge::Options;
use gleaner::unstable::model::Model;

use super::Job;
use super::belt::Belt;
use super::feed::{CHUNK, Feed};
use super::form::Mode;
use super::ordered::Ordered;
use super::outputs::{self, Sink, Sinks};
use super::places::Planned;
use super::plan::Compressing;
use super::work::{Sites, Worker};
use crate::input::Listed;
use crate::input::units::Settings;
use crate::output::{self, Output, Outputs};

/// A run that is ready to begin.
pub struct Run<'a> {
    pub job: &'a Job<'a>,
    pub settings: Settings,
    pub model: &'a Model,
    pub options: Options,
    pub compressing: Compressing,
    pub inputs: &'a [Planned],
    pub threads: usize,
    pub sites: Sites<'a>,
}

impl Run<'_> {
    /// Opens what the whole run writes to, and runs.
    ///
    /// # Errors
    /// As [`super::run`].
    pub fn outputs(
        &self,
        dropped: Option<&Path>,
        ordered: &mut Ordered<'_>,
        outputs: &Outputs,
    ) -> Result<()> {
        if self.job.form.apart {
            return self.work(ordered, &mut Sinks { out: Sink::shared(None), gone: Sink::shared(None) });
        }
        let path = self.job.batch.output.as_deref().filter(|_| self.job.form.mode != Mode::DryRun);
        let output = outputs.open(path)?;
        let gone = dropped.map(|path| outputs.open(Some(path))).transpose()?;
        outputs.write(output, |out| {
            let out = Sink::shared(Some(out));
            let Some(gone) = gone else {
                return self.shared(ordered, Sinks { out, gone: Sink::shared(None) });
            };
            // The file of what went is in place before the output is: nothing is lost in between.
            with_dropped(gone, outputs, |gone| {
                let mut gone = Sink::shared(Some(gone));
                gone.compressed(self.job.form.dropped.unwrap_or_default());
                self.shared(ordered, Sinks { out, gone })
            })
        })
    }

    fn shared(&self, ordered: &mut Ordered<'_>, mut sinks: Sinks<'_, '_>) -> Result<()> {
        self.work(ordered, &mut sinks)?;
        if self.job.in_place && ordered.outcome.unreadable > 0 {
            bail!("not every input could be read, so none is replaced");
        }
        let Sinks { out, gone } = &mut sinks;
        outputs::attempt(gone, out.is_open(), Sink::end)?;
        outputs::attempt(out, gone.is_open(), Sink::end)
    }

    /// Reads, judges and writes everything.
    fn work(&self, ordered: &mut Ordered<'_>, sinks: &mut Sinks<'_, '_>) -> Result<()> {
        let read = ordered.progress.counter();
        let inputs: Vec<Listed> = self.inputs.iter().map(|it| it.listed.clone()).collect();
        let (settings, apart, compressing) = (self.settings.clone(), self.job.form.apart, self.compressing);
        let tables = self.job.form.writes_tables();
        let worker = || Worker::new(&self.job.form, &self.settings, self.sites, (self.model, &self.options));
        if self.threads == 1 {
            let (mut worker, mut done, mut number) = (worker()?, Ok(()), 0);
            Feed { settings: &settings, apart, compressing, tables, read: &read }.run(&inputs, |chunk, _| {
                done = worker.work(number, chunk).and_then(|piece| ordered.take(piece, sinks));
                number += 1;
                done.is_ok()
            });
            return done;
        }
        let pieces = 2 * self.threads + 2;
        let belt = Arc::new(Belt::new(pieces, pieces * CHUNK));
        let source = Arc::clone(&belt);
        // It may wait for an input that never comes; the program ends without it then.
        thread::spawn(move || {
            let _guard = source.guard();
            let feed = Feed { settings: &settings, apart, compressing, tables, read: &read };
            feed.run(&inputs, |chunk, size| source.put(chunk, size));
            source.end();
        });
        let workers = (0..self.threads).map(|_| worker()).collect::<Result<Vec<_>>>()?;
        thread::scope(|scope| {
            for mut worker in workers {
                let (belt, sites) = (&belt, self.sites);
                scope.spawn(move || {
                    let _guard = belt.guard();
                    let _turns = if let Sites::Before(turns) = sites { Some(turns.guard()) } else { None };
                    while let Some((number, chunk)) = belt.work() {
                        belt.done(number, worker.work(number, chunk));
                    }
                });
            }
            let mut done = Ok(());
            while let Some(piece) = belt.next() {
                done = piece.and_then(|piece| ordered.take(piece, sinks));
                if done.is_err() {
                    break;
                }
            }
            let whole = belt.is_whole();
            belt.stop();
            if done.is_ok() && !whole {
                bail!("a thread failed; what was written is not whole");
            }
            done
        })
    }
}

/// [`Outputs::write`] for what went. A reader that leaves early has seen enough, but the cleaned article
/// still has one.
fn with_dropped(gone: Output, outputs: &Outputs, body: impl FnOnce(&mut Output) -> Result<()>) -> Result<()> {
    let mut done = false;
    match outputs.write(gone, |dropped| body(dropped).inspect(|()| done = true)) {
        Err(error) if done && output::is_closed_pipe(&error) => Ok(()),
        other => other,
    }
}
