//! Running `clean` and `score` over any number of inputs, on any number of cores.
//!
//! ```text
//! inputs ──feed──▶ pieces ──belt──▶ workers (look into, judge, write into memory) ──belt──▶ ordered ──▶ outputs
//! ```
//!
//! What is held in memory at once: at most `2 · threads + 2` pieces of 512 KiB, what came of them, and one unit
//! (a row, a record, a text file) of any size; beside that a judge's own memory on every thread, the ids seen so
//! far, and the memory of sites where one was asked for.

mod asked;
mod belt;
mod count;
mod draft;
mod feed;
mod finished;
pub mod form;
mod highlights;
mod in_words;
mod item;
mod ordered;
mod outputs;
#[cfg(feature = "html")]
mod pages;
mod pieces;
mod places;
mod plan;
mod rows;
mod run;
mod run_page;
mod run_report;
mod together;
mod totals;
mod turns;
mod view;
mod work;
mod written;

use std::num::NonZeroUsize;
use std::path::Path;
use std::thread;

use anyhow::Result;
use gleaner::unstable::read::compression::{self, Compression};
use gleaner::unstable::report::tally::Tally;

use crate::args::{BatchArgs, InputArgs, JudgeArgs, SiteArgs, To};
use crate::console::{self, remark};
use crate::input::units::Settings;
use crate::input::{Ids, open};
use crate::model::MODEL;
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::output::files::Files;
use crate::progress::Progress;
use crate::site_memory::{self, Memory, SITE_MEMORY};
use crate::{input, model};
use feed::CHUNK;
use finished::Finished;
use form::{Form, Mode};
use ordered::Ordered;
use outputs::Own;
use places::Planned;
use plan::Plan;
use run::Run;
use run_report::{InputReport, ModelReport, RunReport, State};
use together::Together;
use turns::Turns;
use work::Sites;

/// What is to be done.
pub struct Job<'a> {
    pub command: &'static str,
    pub input: &'a InputArgs,
    pub judge: &'a JudgeArgs,
    pub batch: &'a BatchArgs,
    /// The memory of sites that was asked for.
    pub site: &'a SiteArgs,
    pub form: Form,
    /// Where what is dropped goes.
    pub dropped: Option<&'a Path>,
    /// Whether the output replaces the input, which is found out: then only if all of it could be read.
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
pub fn run(mut job: Job<'_>, outputs: &Outputs) -> Result<Ran> {
    job.in_place = outputs.claim(files(&job))?;
    let mut settings = Settings::new(job.input)?;
    settings.pages_leave = job.form.mode != Mode::Clean || job.form.to.is_some();
    settings.tables_stay = job.form.writes_tables();
    let model = model::load(job.judge.model.as_deref())?;
    let mut options = model::options(job.input.split, job.judge)?;
    options.every_kind = job.site.site_memory.is_some();
    job.form.apart = job.batch.keep_dirs && job.form.mode != Mode::DryRun;
    let totals = job.form.mode != Mode::DryRun && (console::is_watched() || console::is_verbose());
    job.form.told = !job.batch.report.is_empty();
    let counted = job.form.apart || job.form.mode == Mode::DryRun || job.form.told;
    job.form.words = totals || counted;
    options.page_kinds = counted || job.form.mode != Mode::Clean || job.dropped.is_some();
    options.page_kinds |= job.form.to == Some(To::Dolma);
    // Whatever is wrong with them is said before anything is touched.
    model::check(&model, &options)?;
    let dropped = job.dropped.filter(|_| job.form.mode == Mode::Clean);
    job.form.dropped =
        dropped.map(|it| if job.form.apart { Compression::None } else { compression::by_ending(it) });
    let plan = Plan::new(&job, dropped, outputs)?;
    job.form.headings &= plan.inputs.len() > 1 && !job.form.apart && plan.is_of_files(job.input.from);
    input::hint_if_typed(&job.input.files);
    let memory = job.site.site_memory.as_ref().map(Memory::new).transpose()?;
    let named = asked::settings(&job, &options, plan.compressing, memory.as_ref());
    let of_model = model.digest();
    let digest = asked::digest(&named, &of_model);
    let total = open::total(plan.inputs.iter().filter_map(|it| it.listed.as_ref().ok()));
    let threads = threads(job.batch.jobs, total);
    let used = ModelReport { name: model.name().to_owned(), digest: of_model, file: job.judge.model.clone() };
    let mut report = RunReport::new(job.command, used, named, digest.clone(), threads);
    report.in_words = in_words::of(&job, &options, plan.compressing, memory.is_some());
    report.max_drop = job.form.is_limited().then_some(job.form.max_drop);
    let own = plan.folder.as_deref().map(|folder| Own::prepare(folder, dropped, outputs)).transpose()?;
    // Whatever cannot be written is said before anything is read.
    let reports = job.batch.report.iter().map(|file| Ok((file.as_path(), outputs.open(Some(file))?)));
    let reports: Vec<_> = reports.collect::<Result<_>>()?;
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
    let progress = if input::is_typed(&job.input.files) {
        Progress::hidden()
    } else {
        Progress::new(open::total(inputs.iter().filter_map(|it| it.listed.as_ref().ok())), inputs.len())
    };
    let mut ordered = Ordered {
        inputs: &inputs,
        own: own.as_ref().map(|own| (own, digest.as_str())),
        on_error: job.input.on_error,
        together: Together::default(),
        tables: job.form.writes_tables().then_some((&run.settings, job.form.drop_empty)),
        outcome: Outcome::default(),
        report,
        progress,
        ids: Ids::default(),
        current: None,
        found: false,
        unknown_language: None,
        looks_like_html: None,
    };
    ordered.report.inputs.binary = plan.binary;
    // What was told in an earlier run is still so.
    ordered.outcome.problems_before(ordered.report.skipped_counts.problems, ordered.report.inputs.skipped);
    let done = run.outputs(dropped, &mut ordered, outputs);
    if let Some(turns) = turns {
        site_memory::forgotten(&turns.into_memory());
    }
    ordered.report.end(done.is_ok());
    let written = run_page::write(&ordered.report, reports, outputs);
    let Ordered { outcome, report, progress, found, unknown_language, looks_like_html, .. } = ordered;
    let (bytes, time) = progress.so_far();
    // The bar makes room for what is said last.
    drop(progress);
    done?;
    written?;
    let counts = report.counts;
    if let Some(first) = unknown_language {
        remark(&totals::unknown_language(&counts, &first));
    }
    if let Some(line) = looks_like_html {
        remark(&line);
    }
    if totals {
        console::say(&totals::line(&counts, job.form.mode, bytes, time));
    }
    Ok(Ran { outcome, counts, found })
}

/// What a run reads, and what it writes apart from the outputs in a folder.
fn files<'a>(job: &Job<'a>) -> Files<'a> {
    let files = Files::default().inputs(&job.input.files).reads(MODEL, &job.judge.model);
    let files = files.reads(SITE_MEMORY, job.site.file()).writes("--report", &job.batch.report);
    match job.form.mode {
        Mode::DryRun => files.results(None),
        _ if job.batch.keep_dirs => files,
        Mode::Score => files.results(job.batch.output.as_deref()),
        Mode::Clean => files.results(job.batch.output.as_deref()).writes("--dropped", job.dropped).in_place(),
    }
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
        let were = if skipped == 1 { "was" } else { "were" };
        let all = console::count(skipped + left.len() as u64, "input");
        remark(&format!("{skipped} of {all} {were} finished earlier"));
    }
    left
}

/// Cores to use: as asked, else all; one where there is little to do.
fn threads(asked: Option<NonZeroUsize>, total: Option<u64>) -> usize {
    let all = || thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let little = total.is_some_and(|total| total < CHUNK as u64);
    asked.map_or_else(|| if little { 1 } else { all() }, NonZeroUsize::get)
}
