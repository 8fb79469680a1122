//! `gleaner evaluate`.

use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, bail, ensure};
use gleaner::unstable::evaluate::{
    Options as Measure, Predictions, Report, ScoredDocument, curve, mistakes, sites,
};
use gleaner::unstable::judge::{Judge, Options};
use gleaner::unstable::model::Model;
use gleaner::unstable::report::evaluation::{self, Page};
use gleaner::unstable::split::SplitMode;
use gleaner::unstable::train::crossval::CrossValidation;
use gleaner::unstable::train::gold::{self, GoldDocument};
use gleaner::unstable::train::{Settings, min_counts, shown};
use gleaner::unstable::verdict::Preset;

use crate::args::EvaluateArgs;
use crate::labelled::{LABELLED, contents, fitted, listed};
use crate::model::MODEL;
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::output::files::Files;
use crate::progress::Progress;
use crate::{input, model, output};

/// What was judged, and by what.
struct Judged {
    gold: Vec<GoldDocument>,
    documents: Vec<ScoredDocument>,
    /// What judged, in words.
    by: String,
    /// Probabilities for `unsure` and `boilerplate`, in words.
    thresholds: Option<[String; 2]>,
    /// Where one model judged everything.
    model: Option<(Cow<'static, Model>, Options)>,
}

/// Runs the subcommand.
pub fn run(args: &EvaluateArgs, outputs: &Outputs) -> Result<Outcome> {
    #[cfg(feature = "html")]
    if !args.pages.is_empty() {
        ensure!(!model_is_typed(), "--folds trains models of its own: no --model is used");
        ensure!(
            args.judge.page_type.is_none(),
            "--page-type does not go with --pages: figures with every type named are among its own"
        );
        return crate::pages::evaluate(args, outputs);
    }
    #[cfg(feature = "html")]
    ensure!(
        args.judge.page_type.is_none(),
        "--page-type is for HTML; evaluate --pages has figures with every type named"
    );
    ensure!(!args.gold.is_empty(), "nothing to measure on: name labelled files or folders (GOLD)");
    let preset = model::preset(&args.judge)?;
    let (gold, with) = (listed(&args.gold)?, listed(&args.with)?);
    check_outputs(args)?;
    let files = Files::default().reads(LABELLED, &gold).reads(LABELLED, &with);
    let files = files.reads("a file of predictions", &args.predictions).reads(MODEL, &args.judge.model);
    let files = files.writes("--record", &args.record).writes("--html", &args.html);
    outputs.claim(files.results(None))?;
    let html = args.html.as_deref().map(|file| outputs.open(Some(file))).transpose()?;
    let mut measure = Measure { resamples: args.resamples, ..Measure::default() };
    if !args.ignore.is_empty() {
        measure.ignore = args.ignore.iter().filter(|label| !label.is_empty()).cloned().collect();
    }
    let judged = match (args.folds, &args.predictions) {
        (Some(folds), _) => out_of_fold(args, folds.into(), preset)?,
        (None, Some(path)) => by_predictions(args, path, &mut measure)?,
        (None, None) => by_model(args, &measure)?,
    };
    let progress = Progress::new(None, 0);
    progress.phase("measuring");
    let report = Report::new(&judged.documents, &measure)?;
    let page = args.html.as_deref().map(|_| page(args, &judged, &report, &measure)).transpose()?;
    drop(progress);
    if let Some(path) = &args.record {
        record(args, &report, path, outputs)?;
    }
    // The tables are shown even where the page cannot be written: measuring may have taken long.
    let written = match (html, page) {
        (Some(html), Some(page)) => outputs.write(html, |out| Ok(out.write_all(page.as_bytes())?)),
        _ => Ok(()),
    };
    outputs.with(None, |out| {
        if args.json {
            serde_json::to_writer(&mut *out, &report)?;
            writeln!(out)?;
        } else {
            write!(out, "{}", report.text())?;
        }
        Ok(())
    })?;
    written?;
    Ok(Outcome::default())
}

/// Whether what is written may be: before anything is computed.
fn check_outputs(args: &EvaluateArgs) -> Result<()> {
    if args.folds.is_some() && model_is_typed() {
        bail!("--folds trains models of its own: no --model is used");
    }
    if args.predictions.is_some() && model_is_typed() {
        bail!("--predictions measures another tool: no --model is used");
    }
    let Some(html) = args.html.as_deref() else { return Ok(()) };
    if output::is_standard(html) {
        bail!("--html needs a file: the tables go to standard output");
    }
    Ok(())
}

/// Whether a model was asked for by hand. One that stands in the environment or in the settings is for
/// those who use a model.
fn model_is_typed() -> bool {
    let typed = std::env::args_os().skip(1).take_while(|word| word != "--");
    typed.into_iter().any(|word| word == "--model" || word.to_string_lossy().starts_with("--model="))
}

fn labelled(args: &EvaluateArgs) -> Result<Vec<GoldDocument>> {
    let mut documents = Vec::new();
    for (bytes, path) in contents(&args.gold)? {
        documents.extend(gold::read(&bytes, &path)?);
    }
    Ok(documents)
}

fn by_model(args: &EvaluateArgs, measure: &Measure) -> Result<Judged> {
    let model = model::load(args.judge.model.as_deref())?;
    let gold = labelled(args)?;
    let options = model::options(SplitMode::Lines, &args.judge)?;
    let progress = Progress::new(None, 0);
    progress.phase("judging");
    let documents = gold::score(&gold, &model, options.clone(), &measure.ignore)?;
    drop(progress);
    let thresholds = Judge::new(&model, options.clone())?.thresholds().map(|threshold| threshold.to_string());
    let by = format!("the model {} ({})", model.name(), &model.digest()[..12]);
    Ok(Judged { gold, documents, by, thresholds: Some(thresholds), model: Some((model, options)) })
}

fn by_predictions(args: &EvaluateArgs, path: &Path, measure: &mut Measure) -> Result<Judged> {
    let gold = labelled(args)?;
    let predictions = Predictions::read(&input::bytes(path)?, path)?;
    measure.probabilities = predictions.probabilities();
    let keep = settings(args).keep;
    let kept = |label: &str| keep.iter().any(|keep| keep == label);
    let mut documents: Vec<ScoredDocument> = gold.iter().map(|document| document.unscored(kept)).collect();
    predictions.judge(&mut documents)?;
    Ok(Judged {
        gold,
        documents,
        by: format!("predictions in {}", path.display()),
        thresholds: None,
        model: None,
    })
}

fn out_of_fold(args: &EvaluateArgs, folds: usize, preset: Preset) -> Result<Judged> {
    if args.judge.threshold.is_some() || args.judge.prior.is_some() {
        bail!(
            "--threshold and --prior set what a model left open; with --folds every fold chooses its own (see --max-loss)"
        );
    }
    if args.record.is_some() && preset != Preset::Default {
        bail!("--record keeps the figures of the default threshold, not those of --{}", preset.name());
    }
    let (gold, with) = (contents(&args.gold)?, contents(&args.with)?);
    let progress = Progress::new(Some(folds as u64), 0);
    progress.done(0, "reading the labelled documents");
    let all = CrossValidation::new(folds, gold.iter().map(both), with.iter().map(both))?;
    let (count, thresholds) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let told = |count: u64| progress.done(count, &format!("{count} of {folds} folds done"));
    told(0);
    let documents = all.run_watched(&settings(args), Options { preset, ..Options::default() }, &|fold| {
        told(count.fetch_add(1, Ordering::Relaxed) + 1);
        if let Ok(mut thresholds) = thresholds.lock() {
            thresholds.extend(fold.thresholds);
        }
    })?;
    drop(progress);
    let thresholds = thresholds.into_inner().unwrap_or_default();
    let gold = all.into_gold();
    let by = format!("models trained without the document’s site, {folds} folds");
    let thresholds = Some([0, 1].map(|i| range(thresholds.iter().map(|fold: &[f64; 2]| fold[i]))));
    Ok(Judged { gold, documents, by, thresholds, model: None })
}

/// Labels to keep, and how the folds train.
fn settings(args: &EvaluateArgs) -> Settings {
    let mut settings = Settings {
        min_sites: args.min_sites,
        min_counts: min_counts(args.min_count),
        max_loss: args.max_loss,
        ..Settings::default()
    };
    if !args.keep.is_empty() {
        settings.keep.clone_from(&args.keep);
    }
    settings
}

/// From the least to the largest, in words; the order does not matter.
fn range(values: impl Iterator<Item = f64> + Clone) -> String {
    let least = values.clone().fold(f64::INFINITY, f64::min);
    let most = values.fold(f64::NEG_INFINITY, f64::max);
    if least < most { format!("{least} to {most} by fold") } else { least.to_string() }
}

/// The report to look at.
fn page(args: &EvaluateArgs, judged: &Judged, report: &Report, measure: &Measure) -> Result<String> {
    let names = |files: &[PathBuf]| {
        files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ")
    };
    let mut about =
        vec![("Labelled".to_owned(), names(&args.gold)), ("Judged by".to_owned(), judged.by.clone())];
    if !args.with.is_empty() {
        about.push(("Trained with".to_owned(), names(&args.with)));
    }
    if let Some([unsure, boilerplate]) = &judged.thresholds {
        let said = format!("unsure from {unsure}; boilerplate, and so dropped, from {boilerplate}");
        about.push(("Thresholds".to_owned(), said));
    }
    if !measure.probabilities {
        let said = "none were given: ranked by verdicts alone, so there is no calibration to measure";
        about.push(("Probabilities".to_owned(), said.to_owned()));
    }
    about.push(("Written by".to_owned(), concat!("gleaner ", env!("CARGO_PKG_VERSION")).to_owned()));
    let Judged { gold, documents, .. } = judged;
    let mistakes = mistakes::worst(documents, measure, args.worst);
    let model = || judged.model.as_ref().map(|(model, options)| (&**model, options.clone()));
    let site_names: Vec<&str> = gold.iter().map(|document| document.site.as_str()).collect();
    Ok(evaluation::page(&Page {
        about: &about,
        report,
        curve: &curve(documents, measure)?,
        thresholds: judged.thresholds.clone(),
        sites: &sites(documents, &site_names, measure),
        mistakes: &mistakes,
        lost: &shown::examples(&mistakes.lost, documents, gold, model())?,
        left: &shown::examples(&mistakes.left, documents, gold, model())?,
        ignored: &measure.ignore,
    }))
}

fn both((bytes, path): &(Vec<u8>, PathBuf)) -> (&[u8], &Path) {
    (bytes, path)
}

/// Writes the figures into a file of fitted numbers.
fn record(args: &EvaluateArgs, report: &Report, path: &Path, outputs: &Outputs) -> Result<()> {
    let mut fitted = fitted(path)?;
    fitted.evaluation = report.millionths();
    if let Some(folds) = args.folds {
        fitted.evaluation.insert("folds".to_owned(), i64::from(folds) * 1_000_000);
    }
    if let Some(made_by) = &args.made_by {
        fitted.made_by.clone_from(made_by);
    }
    let text = fitted.to_text();
    outputs.with(Some(path), |out| Ok(writeln!(out, "{text}")?))
}
