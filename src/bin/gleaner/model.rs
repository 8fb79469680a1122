//! `gleaner model`, and finding the model that the others use.

use std::borrow::Cow;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use gleaner::unstable::judge::Judge;
use gleaner::unstable::judge::Options;
use gleaner::unstable::model::fitted::FittedContext;
use gleaner::unstable::model::{Medium, Model, Section, dump};
use gleaner::unstable::split::SplitMode;
#[cfg(feature = "html")]
use gleaner::unstable::split::Units;
use gleaner::unstable::verdict::Preset;
use serde_json::json;

use crate::args::{JudgeArgs, ModelArgs, ModelCommand};
use crate::input;
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::output::files::Files;

/// What a model is to a run.
pub const MODEL: &str = "the model";

/// The model that was asked for.
///
/// # Errors
/// A file that cannot be read, or is no model.
pub fn load(path: Option<&Path>) -> Result<Cow<'static, Model>> {
    let Some(path) = path else { return Ok(Cow::Borrowed(Model::built_in()?)) };
    let bytes = fs::read(path).with_context(|| format!("{}: cannot read the model", path.display()))?;
    Ok(Cow::Owned(Model::from_bytes(&bytes, path)?))
}

/// Checks options, those for pages too where a type of page is named, before anything is touched.
///
/// # Errors
/// As [`Judge::new`] and [`Judge::page`].
pub fn check(model: &Model, options: &Options) -> Result<()> {
    let mut judge = Judge::new(model, options.clone())?;
    #[cfg(feature = "html")]
    if options.page_type.is_some() {
        judge.page(Units::default())?;
    }
    let _ = &mut judge;
    Ok(())
}

/// How documents are judged, from what was typed.
///
/// # Errors
/// Two thresholds at once.
pub fn options(split: SplitMode, judge: &JudgeArgs) -> Result<Options> {
    Ok(Options {
        split,
        prior: judge.prior,
        preset: preset(judge)?,
        threshold: judge.threshold,
        #[cfg(feature = "html")]
        page_type: judge.page_type.clone(),
        ..Options::default()
    })
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
pub fn run(args: &ModelArgs, outputs: &Outputs) -> Result<Outcome> {
    match &args.command {
        ModelCommand::Info { model, json } => {
            outputs.claim(Files::default().reads(MODEL, model).results(None))?;
            info(&*load(model.as_deref())?, *json, outputs)
        }
        ModelCommand::Dump { model, fitted, pages } => {
            outputs.claim(Files::default().reads(MODEL, model).results(None))?;
            let model = load(model.as_deref())?;
            outputs.with(None, |out| {
                if *fitted {
                    let medium = if *pages || !model.has(Medium::Text) { Medium::Page } else { Medium::Text };
                    let fitted = FittedContext::of(model.section(medium)?);
                    let fitted = FittedContext { made_by: model.made_by().to_owned(), ..fitted };
                    writeln!(out, "{}", fitted.to_text())?;
                } else {
                    dump::write(&model, out)??;
                }
                Ok(Outcome::default())
            })
        }
        ModelCommand::Load { dump, output: to } => {
            outputs.claim(Files::default().reads("the dump", [dump]).results(Some(to)))?;
            let output = outputs.open(Some(to))?;
            let model = dump::read(&input::bytes(dump)?, dump)?;
            outputs.write(output, |out| Ok(out.write_all(&model.to_bytes())?))?;
            Ok(Outcome::default())
        }
    }
}

fn info(model: &Model, json: bool, outputs: &Outputs) -> Result<Outcome> {
    let bytes = model.to_bytes().len();
    let mut sections = Vec::new();
    for medium in Medium::ALL.into_iter().filter(|&medium| model.has(medium)) {
        sections.push((medium, model.section(medium)?));
    }
    outputs.with(None, |out| {
        if json {
            let mut value = json!({
                "name": model.name(), "made_by": model.made_by(), "bytes": bytes, "digest": model.digest(),
            });
            for (medium, section) in sections {
                let mut told = serde_json::to_value(section.header())?;
                told["features_known"] = section.weights().len().into();
                told["trees"] = section.context().trees.len().into();
                value[medium.name()] = told;
            }
            writeln!(out, "{value}")?;
            return Ok(Outcome::default());
        }
        writeln!(out, "name         {}", model.name())?;
        writeln!(out, "made by      {}", model.made_by())?;
        writeln!(out, "size         {bytes} bytes")?;
        writeln!(out, "digest       {}", model.digest())?;
        for (medium, section) in sections {
            writeln!(out, "\n{}", medium.name())?;
            section_info(medium, section, out)?;
        }
        Ok(Outcome::default())
    })
}

fn section_info(medium: Medium, section: &Section, out: &mut dyn Write) -> Result<()> {
    let header = section.header();
    let (documents, units) =
        if medium == Medium::Text { ("documents", "paragraphs") } else { ("pages", "blocks") };
    let (features, trees) = (section.weights().len(), section.context().trees.len());
    writeln!(out, "knows        {features} features, {trees} trees")?;
    // Counts alone do not know of how many pages they are.
    match header.trained_on {
        [0, all] => writeln!(out, "trained on   {all} {units}")?,
        [ordered, all] => writeln!(out, "trained on   {ordered} {documents}, {all} {units}")?,
    }
    writeln!(out, "data digest  {}", header.data_digest)?;
    if medium == Medium::Text {
        let [unsure, boilerplate] = section.thresholds();
        writeln!(out, "thresholds   unsure from {unsure}, boilerplate from {boilerplate}")?;
        for preset in [Preset::Precision, Preset::Recall] {
            let threshold = section.thresholds_of(preset);
            let from = threshold
                .map_or("no threshold".to_owned(), |[_, threshold]| format!("boilerplate from {threshold}"));
            writeln!(out, "  {:<12} {from}", format!("--{}", preset.name()))?;
        }
    }
    writeln!(out, "base rate    {}", section.base_rate())?;
    writeln!(out, "labels       {units}")?;
    let labels = header.labels.iter().zip(&header.kept);
    for ((label, kept), count) in labels.zip(section.counts()?.paragraphs()) {
        writeln!(out, "  {label:<12} {count:>9}{}", if *kept { "  kept" } else { "" })?;
    }
    if !header.page_types.is_empty() {
        let types: Vec<&str> = header.page_types.keys().map(String::as_str).collect();
        writeln!(out, "page types   {}", types.join(", "))?;
    }
    if !header.evaluation.is_empty() {
        writeln!(out, "evaluation   (out of fold, by site)")?;
        for (figure, millionths) in &header.evaluation {
            writeln!(out, "  {figure:<34} {:.4}", *millionths as f64 / 1e6)?;
        }
    }
    Ok(())
}
