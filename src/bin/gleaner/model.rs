//! `gleaner model`, and finding the model that the others use.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use gleaner::Judge;
use gleaner::judge::Options;
use gleaner::model::fitted::FittedContext;
use gleaner::model::{Medium, Model, dump};
use gleaner::split::SplitMode;
#[cfg(feature = "html")]
use gleaner::split::Units;
use gleaner::verdict::Preset;

use crate::args::{JudgeArgs, ModelArgs, ModelCommand};
use crate::report::Outcome;
use crate::{input, output};

/// The models that judge: the built-in ones, unless a file was named, which replaces the one that it is of.
pub struct Models {
    pub text: Model,
    /// Of pages; the built-in one where there is none.
    pub pages: Option<Model>,
}

impl Models {
    /// The models that were asked for.
    ///
    /// # Errors
    /// A file that cannot be read, or is no sound model.
    pub fn load(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self { text: Model::built_in()?, pages: None }) };
        let bytes = fs::read(path).with_context(|| format!("{}: cannot read the model", path.display()))?;
        let model = Model::from_bytes(&bytes, path)?;
        // A model of pages judges pages; text is left to the built-in one.
        Ok(match model.header().medium {
            Medium::Text => Self { text: model, pages: None },
            Medium::Page => Self { text: Model::built_in()?, pages: Some(model) },
        })
    }

    /// The model that was named, of text or of pages; of text where none was.
    pub fn named(&self) -> &Model {
        self.pages.as_ref().unwrap_or(&self.text)
    }

    /// A judge by these models.
    ///
    /// # Errors
    /// As [`Judge::new`].
    pub fn judge(&self, options: Options) -> Result<Judge<'_>> {
        Ok(Judge::new(&self.text, self.pages.as_ref(), options)?)
    }

    /// Checks options, those for pages too where a type of page is named, before anything is touched.
    ///
    /// # Errors
    /// As [`Judge::new`] and [`Judge::page`].
    pub fn check(&self, options: &Options) -> Result<()> {
        let mut judge = self.judge(options.clone())?;
        #[cfg(feature = "html")]
        if options.page_type.is_some() {
            judge.page(Units::default())?;
        }
        let _ = &mut judge;
        Ok(())
    }
}

/// The model of text that was asked for.
///
/// # Errors
/// As [`Models::load`].
pub fn load(path: Option<&Path>) -> Result<Model> {
    Ok(Models::load(path)?.text)
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
        page_type: judge.page.clone(),
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
pub fn run(args: &ModelArgs) -> Result<Outcome> {
    match &args.command {
        ModelCommand::Info { model, json } => info(Models::load(model.as_deref())?.named(), *json),
        ModelCommand::Dump { model, fitted } => {
            let models = Models::load(model.as_deref())?;
            let model = models.named();
            output::with(None, |out| {
                if *fitted {
                    writeln!(out, "{}", FittedContext::of(model).to_text())?;
                } else {
                    dump::write(model, out)?;
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
