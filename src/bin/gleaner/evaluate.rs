//! `gleaner evaluate`.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use gleaner::evaluate::{Options as Measure, Report, ScoredDocument};
use gleaner::pipeline::Options;
use gleaner::split::SplitMode;
use gleaner::train::crossval::CrossValidation;
use gleaner::train::{Settings, gold};
use gleaner::verdict::Preset;
use gleaner::write::atomic;

use crate::args::EvaluateArgs;
use crate::report::Outcome;
use crate::train::{contents, fitted};
use crate::{model, output};

/// Runs the subcommand.
pub fn run(args: &EvaluateArgs) -> Result<Outcome> {
    let preset = model::preset(&args.judge)?;
    let mut measure = Measure { resamples: args.resamples, ..Measure::default() };
    if !args.ignore.is_empty() {
        measure.ignore = args.ignore.iter().filter(|label| !label.is_empty()).cloned().collect();
    }
    let documents = match args.folds {
        Some(folds) => out_of_fold(args, folds.into(), preset)?,
        None => by_model(args, &measure)?,
    };
    let report = Report::new(&documents, &measure)?;
    if let Some(path) = &args.record {
        record(args, &report, path)?;
    }
    output::with(None, |out| {
        if args.json {
            serde_json::to_writer(&mut *out, &report)?;
            writeln!(out)?;
        } else {
            write!(out, "{}", report.text())?;
        }
        Ok(Outcome::default())
    })
}

fn by_model(args: &EvaluateArgs, measure: &Measure) -> Result<Vec<ScoredDocument>> {
    let model = model::load(args.judge.model.as_deref())?;
    let mut documents = Vec::new();
    for (bytes, path) in contents(&args.gold)? {
        documents.extend(gold::read(&bytes, &path)?);
    }
    let options = model::options(SplitMode::Lines, &args.judge, &model)?;
    Ok(gold::score(&documents, &model, options, &measure.ignore)?)
}

fn out_of_fold(args: &EvaluateArgs, folds: usize, preset: Preset) -> Result<Vec<ScoredDocument>> {
    if args.judge.threshold.is_some() || args.judge.prior.is_some() {
        bail!(
            "--threshold and --prior set what a model left open; with --folds every fold chooses its own (see --max-loss)"
        );
    }
    if args.record.is_some() && preset != Preset::Default {
        bail!("--record keeps the figures of the default threshold, not those of --{}", preset.name());
    }
    let (gold, with) = (contents(&args.gold)?, contents(&args.with)?);
    let all = CrossValidation::new(folds, gold.iter().map(both), with.iter().map(both))?;
    let mut settings = Settings { min_sites: args.min_sites, max_loss: args.max_loss, ..Settings::default() };
    if !args.keep.is_empty() {
        settings.keep.clone_from(&args.keep);
    }
    Ok(all.run(&settings, Options { preset, ..Options::default() })?)
}

fn both((bytes, path): &(Vec<u8>, PathBuf)) -> (&[u8], &Path) {
    (bytes, path)
}

/// Writes the figures into a file of fitted numbers.
fn record(args: &EvaluateArgs, report: &Report, path: &Path) -> Result<()> {
    let mut fitted = fitted(path)?;
    fitted.evaluation = report.millionths();
    if let Some(folds) = args.folds {
        fitted.evaluation.insert("folds".to_owned(), i64::from(folds) * 1_000_000);
    }
    if let Some(made_by) = &args.made_by {
        fitted.made_by.clone_from(made_by);
    }
    let text = fitted.to_text();
    atomic::replace(path, |out| writeln!(out, "{text}"))?;
    Ok(())
}
