//! `gleaner model`, and finding the model that the others use.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use gleaner::model::Model;
use gleaner::model::dump;
use gleaner::model::fitted::FittedContext;
use gleaner::pipeline::Options;
use gleaner::split::SplitMode;
use gleaner::verdict::Preset;

use crate::args::{JudgeArgs, ModelArgs, ModelCommand};
use crate::report::Outcome;
use crate::{input, output};

/// The model that was asked for.
///
/// # Errors
/// A file that cannot be read, or is no sound model.
pub fn load(path: Option<&Path>) -> Result<Model> {
    let Some(path) = path else { return Ok(Model::built_in()?) };
    let bytes = fs::read(path).with_context(|| format!("{}: cannot read the model", path.display()))?;
    // A model of pages judges pages; text is left to the built-in one.
    #[cfg(feature = "html")]
    if gleaner::pages::model::PageModel::is_one(&bytes) {
        return Ok(Model::built_in()?);
    }
    Ok(Model::from_bytes(&bytes, path)?)
}

/// The pipeline's options from what was typed.
///
/// # Errors
/// Two thresholds at once.
pub fn options(split: SplitMode, judge: &JudgeArgs, model: &Model) -> Result<Options> {
    let preset = preset(judge)?;
    let thresholds = judge.threshold.map(|threshold| [model.thresholds()[0].min(threshold), threshold]);
    Ok(Options { split, prior: judge.prior, preset, thresholds, every_signal: false, every_kind: false })
}

/// The preset that was typed.
///
/// # Errors
/// As [`options`].
pub fn preset(judge: &JudgeArgs) -> Result<Preset> {
    if u8::from(judge.precision) + u8::from(judge.recall) + u8::from(judge.threshold.is_some()) > 1 {
        bail!(
            "--precision, --recall and --threshold each say from where a paragraph is dropped; give one of them"
        );
    }
    Ok(match (judge.precision, judge.recall) {
        (true, _) => Preset::Precision,
        (_, true) => Preset::Recall,
        _ => Preset::Default,
    })
}

/// Runs the subcommand.
pub fn run(args: &ModelArgs) -> Result<Outcome> {
    #[cfg(feature = "html")]
    if let ModelCommand::Info { model: Some(path), .. } | ModelCommand::Dump { model: Some(path), .. } =
        &args.command
    {
        let pages = crate::pages::Models::new(Some(path))?;
        if pages.is_named() {
            let fitted = matches!(args.command, ModelCommand::Dump { fitted: true, .. });
            return crate::pages::show(pages.get()?, fitted);
        }
    }
    match &args.command {
        ModelCommand::Info { model, json } => info(&load(model.as_deref())?, *json),
        ModelCommand::Dump { model, fitted } => {
            let model = load(model.as_deref())?;
            output::with(None, |out| {
                if *fitted {
                    writeln!(out, "{}", FittedContext::of(&model).to_text())?;
                } else {
                    dump::write(&model, out)?;
                }
                Ok(Outcome::default())
            })
        }
        ModelCommand::Load { dump, output: to } => {
            if output::is_same(dump, to) {
                bail!("{}: is the dump; the model (-o) would replace it", dump.display());
            }
            let model = dump::read(&input::bytes(dump)?, dump)?;
            output::with(Some(to), |out| Ok(out.write_all(&model.to_bytes())?))?;
            Ok(Outcome::default())
        }
    }
}

fn info(model: &Model, json: bool) -> Result<Outcome> {
    let bytes = model.to_bytes().len();
    let header = model.header();
    output::with(None, |out| {
        if json {
            let mut value = serde_json::to_value(header)?;
            value["bytes"] = bytes.into();
            value["digest"] = model.digest().into();
            value["features_known"] = model.weights().len().into();
            value["trees"] = model.context().trees.len().into();
            writeln!(out, "{value}")?;
            return Ok(Outcome::default());
        }
        writeln!(out, "name         {}", header.name)?;
        writeln!(
            out,
            "size         {bytes} bytes, {} features, {} trees",
            model.weights().len(),
            model.context().trees.len()
        )?;
        writeln!(out, "digest       {}", model.digest())?;
        writeln!(
            out,
            "trained on   {} documents, {} paragraphs",
            header.trained_on[0], header.trained_on[1]
        )?;
        writeln!(out, "data digest  {}", header.data_digest)?;
        let [unsure, boilerplate] = model.thresholds();
        writeln!(out, "thresholds   unsure from {unsure}, boilerplate from {boilerplate}")?;
        for preset in [Preset::Precision, Preset::Recall] {
            let threshold = model.thresholds_of(preset);
            let from = threshold
                .map_or("no threshold".to_owned(), |[_, threshold]| format!("boilerplate from {threshold}"));
            writeln!(out, "  {:<12} {from}", format!("--{}", preset.name()))?;
        }
        writeln!(out, "base rate    {}", model.base_rate())?;
        writeln!(out, "labels       paragraphs")?;
        for (label, (kept, count)) in
            header.labels.iter().zip(header.kept.iter().zip(model.parts().counts.paragraphs()))
        {
            writeln!(out, "  {label:<12} {count:>9}{}", if *kept { "  kept" } else { "" })?;
        }
        if !header.evaluation.is_empty() {
            writeln!(out, "evaluation   (out of fold, by site)")?;
            for (figure, millionths) in &header.evaluation {
                writeln!(out, "  {figure:<34} {:.4}", *millionths as f64 / 1e6)?;
            }
        }
        Ok(Outcome::default())
    })
}
