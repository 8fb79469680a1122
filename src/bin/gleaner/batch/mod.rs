//! Running `clean` and `score` over any number of inputs, on any number of cores.
//!
//! ```text
//! inputs ──feed──▶ pieces ──belt──▶ workers (look into, judge, write into memory) ──belt──▶ ordered ──▶ outputs
//! ```
//!
//! What is held in memory at once: at most `2 · threads + 2` pieces of 512 KiB, what came of them, and one unit
//! (a row, a record, a text file) of any size; beside that a judge's own memory on every thread, the ids seen so
//! far, and the memory of sites where one was asked for.

mod belt;
mod count;
mod feed;
mod finished;
mod highlights;
mod in_words;
mod ordered;
mod outputs;
#[cfg(feature = "html")]
mod pages;
mod plan;
mod rows;
mod run_page;
mod run_report;
mod tally;
mod turns;
pub mod work;

use std::collections::BTreeMap;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use anyhow::{Result, bail};
use gleaner::Judge;
use gleaner::judge::Options;
use gleaner::model::Model;
use gleaner::read::compression::{self, Compression};
use serde_json::{Value, json};

use crate::args::{BatchArgs, InputArgs, JudgeArgs, SiteMemoryArg, To};
use crate::input::units::Settings;
use crate::input::{Ids, Listed, open};
use crate::progress::Progress;
use crate::report::{Outcome, remark};
use crate::site_memory::{self, Memory};
use crate::{model, output};
use belt::Belt;
use feed::{CHUNK, Feed};
use finished::Finished;
use ordered::Ordered;
use outputs::{Own, Sink, Sinks};
use plan::{Compressing, Plan, Planned};
use run_report::{InputReport, ModelReport, RunReport, State};
use tally::Tally;
use turns::Turns;
use work::{Form, Mode, Sites, Worker};

/// What is to be done.
pub struct Job<'a> {
    pub command: &'static str,
    pub input: &'a InputArgs,
    pub judge: &'a JudgeArgs,
    pub batch: &'a BatchArgs,
    /// The memory of sites that was asked for.
    pub site: Option<&'a SiteMemoryArg>,
    pub form: Form,
    /// Where what is dropped goes.
    pub dropped: Option<&'a Path>,
    /// Whether the output replaces an input: then only if all could be read.
    pub in_place: bool,
}

/// What was done.
pub struct Ran {
    pub outcome: Outcome,
    pub counts: Tally,
    /// Whether some paragraph is boilerplate.
    pub found: bool,
}

/// Runs a job.
///
/// # Errors
/// Wrong flags, no sound model, an output that cannot be written, and with `--on-error fail` the first problem.
pub fn run(mut job: Job<'_>) -> Result<Ran> {
    let mut settings = Settings::new(job.input)?;
    settings.pages_leave = job.form.mode != Mode::Clean || job.form.to.is_some();
    let model = model::load(job.judge.model.as_deref())?;
    let mut options = model::options(job.input.split, job.judge)?;
    options.every_kind = job.site.is_some();
    job.form.apart = job.batch.keep_dirs && job.form.mode != Mode::DryRun;
    job.form.told = !job.batch.report.is_empty();
    job.form.words = job.form.apart || job.form.mode == Mode::DryRun || job.form.told;
    options.page_kinds = job.form.words || job.form.mode != Mode::Clean || job.dropped.is_some();
    options.page_kinds |= job.form.to == Some(To::Dolma);
    // Whatever is wrong with them is said before anything is touched.
    model::check(&model, &options)?;
    let dropped = job.dropped.filter(|_| job.form.mode == Mode::Clean);
    job.form.dropped =
        dropped.map(|it| if job.form.apart { Compression::None } else { compression::by_ending(it) });
    let plan = Plan::new(job.input, job.batch, &job.form, dropped)?;
    let memory = job.site.map(Memory::new).transpose()?;
    let named = settings_of(&job, &options, plan.compressing, memory.as_ref());
    let of_model = model.digest();
    let digest = digest(&named, &of_model);
    let total = open::total(plan.inputs.iter().filter_map(|it| it.listed.as_ref().ok()));
    let threads = threads(job.batch.jobs, total);
    let used = ModelReport { name: model.name().to_owned(), digest: of_model, file: job.judge.model.clone() };
    let mut report = RunReport::new(job.command, used, named, digest.clone(), threads);
    report.in_words = in_words::of(&job, &options, plan.compressing, memory.is_some());
    report.max_drop = job.form.is_limited().then_some(job.form.max_drop);
    let own = plan.folder.as_deref().map(Own::prepare).transpose()?;
    let compressing = plan.compressing;
    // What a document is judged by depends on all that came before it: nothing of that can be left out.
    let from_the_start = matches!(memory, Some(Memory::Before(_)));
    let inputs = match &own {
        Some(own) if !from_the_start => left_to_do(plan.inputs, own, &digest, &mut report),
        _ => plan.inputs,
    };
    let (turns, built) = match memory {
        Some(Memory::Before(memory)) => (Some(Turns::new(memory)), None),
        Some(Memory::Built(memory)) => (None, Some(memory)),
        None => (None, None),
    };
    let sites = match (&turns, &built) {
        (Some(turns), _) => Sites::Before(turns),
        (_, Some(memory)) => Sites::Built(memory),
        _ => Sites::None,
    };
    let run =
        Run { job: &job, settings, model: &model, options, compressing, inputs: &inputs, threads, sites };
    let progress =
        Progress::new(open::total(inputs.iter().filter_map(|it| it.listed.as_ref().ok())), inputs.len());
    let mut ordered = Ordered {
        inputs: &inputs,
        own: own.as_ref().map(|own| (own, digest.as_str())),
        on_error: job.input.on_error,
        tables: job.form.writes_tables().then_some((&run.settings, job.form.drop_empty)),
        outcome: Outcome::default(),
        report,
        progress,
        ids: Ids::default(),
        current: None,
        found: false,
    };
    // What was told in an earlier run is still so.
    ordered.outcome.problems_before(ordered.report.skipped_counts.problems, ordered.report.inputs.skipped);
    let done = run.outputs(dropped, &mut ordered);
    if let Some(turns) = turns {
        site_memory::forgotten(&turns.into_memory());
    }
    ordered.report.end(done.is_ok());
    let written = run_page::write(&ordered.report, &job.batch.report);
    done?;
    written?;
    Ok(Ran { outcome: ordered.outcome, counts: ordered.report.counts, found: ordered.found })
}

/// Without what was finished in an earlier run.
fn left_to_do(inputs: Vec<Planned>, own: &Own, digest: &str, report: &mut RunReport) -> Vec<Planned> {
    let mut left = Vec::new();
    for planned in inputs {
        let finished = match (&planned.listed, &planned.place) {
            (Ok(file), Some(place)) => {
                let dropped = place.dropped.as_deref();
                Finished::read(&own.note(place), digest, file, &place.path, dropped)
                    .map(|finished| (file.clone(), place.path.clone(), finished))
            }
            _ => None,
        };
        match finished {
            Some((path, output, finished)) => report.input(InputReport {
                path,
                output: Some(output),
                state: State::Skipped,
                counts: finished.counts,
            }),
            None => left.push(planned),
        }
    }
    if report.inputs.skipped > 0 {
        let skipped = report.inputs.skipped;
        remark(&format!("{skipped} of {} inputs were finished earlier", skipped + left.len() as u64));
    }
    left
}

/// Cores to use: as asked, else all; one where there is little to do.
fn threads(asked: Option<NonZeroUsize>, total: Option<u64>) -> usize {
    let all = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let little = total.is_some_and(|total| total < CHUNK as u64);
    asked.map_or_else(|| if little { 1 } else { all() }, NonZeroUsize::get)
}

/// Everything that was asked for and changes what is written, by its flag.
fn settings_of(
    job: &Job<'_>,
    options: &Options,
    compressing: Compressing,
    memory: Option<&Memory>,
) -> BTreeMap<&'static str, Value> {
    let Job { input, form, .. } = job;
    let debug = |it: &dyn std::fmt::Debug| Value::from(format!("{it:?}").to_lowercase());
    let mut settings = BTreeMap::from([
        ("mode", debug(&form.mode)),
        ("to", debug(&form.to)),
        ("compress", debug(&compressing)),
        ("dropped", json!(form.dropped.is_some())),
        ("max-drop", json!(form.max_drop)),
        ("drop-empty", json!(form.drop_empty)),
        ("from", debug(&input.from)),
        ("content", debug(&input.content)),
        ("encoding", json!(input.encoding)),
        ("text-key", json!(input.text_key)),
        ("id-key", json!(input.id_key)),
        ("url-key", json!(input.url_key)),
        ("on-error", debug(&input.on_error)),
        ("judge", debug(options)),
    ]);
    let memory = memory.map(|memory| match memory {
        Memory::Before(memory) => json!(memory.table().bytes()),
        Memory::Built(memory) => json!(memory.digest()),
    });
    settings.extend(memory.map(|memory| ("site-memory", memory)));
    settings
}

fn digest(settings: &BTreeMap<&'static str, Value>, model: &str) -> String {
    let all = json!([env!("CARGO_PKG_VERSION"), model, settings]).to_string();
    blake3::hash(all.as_bytes()).to_hex().to_string()
}

struct Run<'a> {
    job: &'a Job<'a>,
    settings: Settings,
    model: &'a Model,
    options: Options,
    compressing: Compressing,
    inputs: &'a [Planned],
    threads: usize,
    sites: Sites<'a>,
}

impl Run<'_> {
    /// Opens what the whole run writes to, and runs.
    fn outputs(&self, dropped: Option<&Path>, ordered: &mut Ordered<'_>) -> Result<()> {
        if self.job.form.apart {
            return self.work(ordered, &mut Sinks { out: Sink::shared(None), gone: Sink::shared(None) });
        }
        let path = self.job.batch.output.as_deref().filter(|_| self.job.form.mode != Mode::DryRun);
        output::with(path, |out| {
            let out = Sink::shared(Some(out));
            let Some(path) = dropped else {
                return self.shared(ordered, Sinks { out, gone: Sink::shared(None) });
            };
            // The file of what went is in place before the output is: nothing is lost in between.
            with_dropped(path, |gone| {
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
        let worker = || {
            let judge = Judge::new(self.model, self.options.clone())?;
            Ok::<_, anyhow::Error>(Worker::new(&self.job.form, &self.settings, self.sites, judge))
        };
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

/// [`output::with`] for what went. A reader that leaves early has seen enough, but the cleaned article
/// still has one.
fn with_dropped(path: &Path, body: impl FnOnce(&mut (dyn Write + Send)) -> Result<()>) -> Result<()> {
    let mut done = false;
    match output::with(Some(path), |dropped| body(dropped).inspect(|()| done = true)) {
        Err(error) if done && output::is_closed_pipe(&error) => Ok(()),
        other => other,
    }
}
