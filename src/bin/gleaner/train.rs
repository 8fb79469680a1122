//! `gleaner train`.

use std::io::Write;

use anyhow::{Result, bail, ensure};
use gleaner::Error;
use gleaner::unstable::model::{Model, Parts};
use gleaner::unstable::train::must_keep::MustKeep;
use gleaner::unstable::train::review::Review;
use gleaner::unstable::train::{MADE_BY, Settings, min_counts, reviewed};

use crate::args::TrainArgs;
use crate::console::remark;
use crate::labelled::{FITTED, LABELLED, check_inputs, fitted, gather, listed};
use crate::must_keep;
use crate::must_keep::MUST_KEEP;
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::output::files::Files;
use crate::progress::Progress;
use crate::review;

/// Runs the subcommand.
pub fn run(args: &TrainArgs, typed: &[String], outputs: &Outputs) -> Result<Outcome> {
    check_inputs(args.files.iter().chain(&args.must_keep))?;
    if let (true, Some(flag)) = (args.files.is_empty(), for_text(args, typed)) {
        bail!("--{flag} is for text: name labelled FILEs");
    }
    let (labelled, must_keep) = (listed(&args.files)?, listed(&args.must_keep)?);
    let files = Files::default().reads(LABELLED, &labelled).reads(MUST_KEEP, &must_keep);
    let files = files.reads(FITTED, &args.fitted).writes("-o", [&args.output]);
    let files = files.writes("--suspects", &args.suspects);
    #[cfg(feature = "html")]
    let pages = crate::pages::files(&args.pages);
    #[cfg(feature = "html")]
    let files = {
        let files = files.reads(FITTED, &args.page_fitted).reads(crate::pages::PAGES, &pages);
        match args.pages.is_empty() {
            false => files.writes("--page-counts", &args.page_counts),
            true => files.reads("the counts of pages", &args.page_counts),
        }
    };
    outputs.claim(files)?;
    let output = outputs.open(Some(&args.output))?;
    let suspects = args.suspects.as_deref().map(|file| outputs.open(Some(file))).transpose()?;
    #[cfg(feature = "html")]
    let pages = {
        let counts = args.page_counts.as_deref().filter(|_| !args.pages.is_empty());
        let counts = counts.map(|file| outputs.open(Some(file))).transpose()?;
        crate::pages::parts(args, counts, outputs)?
    };
    #[cfg(not(feature = "html"))]
    let pages: Option<Parts> = None;
    ensure!(
        !args.files.is_empty() || pages.is_some(),
        "nothing to train on: name labelled FILEs or folders (`-` is standard input), or --pages DIR"
    );
    let name = || {
        args.output.file_stem().map_or_else(|| "model".to_owned(), |stem| stem.to_string_lossy().into_owned())
    };
    let name = args.name.clone().unwrap_or_else(name);
    let (text, of_text) = match args.files.is_empty() {
        true => (None, None),
        false => {
            let (text, review, must_keep) = text(args)?;
            (Some(text), Some((review, must_keep)))
        }
    };
    let model = Model::new(&name, MADE_BY, text.as_ref(), pages.as_ref()).map_err(Error::Training)?;
    if let Some((review, must_keep)) = of_text {
        must_keep::check(&must_keep, &model)?;
        if let Some(suspects) = suspects {
            review::write(&review, suspects, outputs)?;
        }
    }
    let bytes = model.to_bytes();
    outputs.write(output, |out| Ok(out.write_all(&bytes)?))?;
    let mut told = format!("{}: {} bytes", args.output.display(), bytes.len());
    if text.is_some() {
        let section = model.text()?;
        let [documents, paragraphs] = section.header().trained_on;
        told += &format!(
            ", {} features from {paragraphs} paragraphs ({documents} documents in order), dropped from probability {}",
            section.weights().len(),
            section.thresholds()[1]
        );
    }
    if pages.is_some() {
        let section = model.pages()?;
        let blocks = section.header().trained_on[1];
        told += &format!(", {} features from {blocks} blocks of pages", section.weights().len());
    }
    remark(&told);
    Ok(Outcome::default())
}

/// A flag that was typed and concerns the section for text alone.
fn for_text<'t>(args: &TrainArgs, typed: &'t [String]) -> Option<&'t str> {
    const FLAGS: [&str; 8] =
        ["keep", "min-sites", "min-count", "max-loss", "max-site-share", "fitted", "must-keep", "suspects"];
    // Without pages something else is missing, and is said.
    #[cfg(feature = "html")]
    let pages = !args.pages.is_empty() || args.page_fitted.is_some();
    #[cfg(not(feature = "html"))]
    let pages = false;
    let _ = args;
    typed.iter().map(String::as_str).find(|flag| pages && FLAGS.contains(flag))
}

/// What the section for text is made of, what is to be said of its data, and what the model has to keep.
fn text(args: &TrainArgs) -> Result<(Parts, Review, MustKeep)> {
    let gathered = gather(&args.files)?;
    let mut settings = Settings {
        min_sites: args.min_sites,
        min_counts: min_counts(args.min_count),
        max_loss: args.max_loss,
        max_site_share: args.max_site_share,
        ..Settings::default()
    };
    if !args.keep.is_empty() {
        settings.keep.clone_from(&args.keep);
    }
    let labels = gathered.corpus.labels().iter();
    let labels: Vec<(&str, bool)> =
        labels.map(|label| (label.as_str(), settings.keep.contains(label))).collect();
    // Without a label to keep, training says what is wrong.
    let is_kept = labels.iter().any(|(_, kept)| *kept);
    let must_keep = must_keep::read(if is_kept { &args.must_keep } else { &[] }, &labels)?;
    let fitted = args.fitted.as_deref().map(fitted).transpose()?;
    let progress = Progress::new(None, 0);
    progress.phase(if fitted.is_some() { "fitting" } else { "fitting, and judging out of fold" });
    let (parts, review) = reviewed(&gathered, &settings, fitted.as_ref())?;
    drop(progress);
    review::tell(&review, args);
    Ok((parts, review, must_keep))
}
