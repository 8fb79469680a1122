//! `gleaner tune`.

use std::io::Write;

use anyhow::Result;
use gleaner::unstable::evaluate::Options as Measure;
use gleaner::unstable::train::gold;
use gleaner::unstable::train::tune::{Measured, Tuned, tune};

use crate::args::TuneArgs;
use crate::console::remark;
use crate::labelled::{LABELLED, check_inputs, contents, listed};
use crate::model::MODEL;
use crate::must_keep::MUST_KEEP;
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::output::files::Files;
use crate::progress::Progress;
use crate::{model, must_keep};

/// Runs the subcommand.
pub fn run(args: &TuneArgs, outputs: &Outputs) -> Result<Outcome> {
    check_inputs(args.gold.iter().chain(&args.must_keep))?;
    let gold = listed(&args.gold)?;
    let must_keep = listed(&args.must_keep)?;
    let files = Files::default().reads(LABELLED, &gold).reads(MUST_KEEP, &must_keep);
    outputs.claim(files.reads(MODEL, &args.model).results(Some(&args.output)))?;
    let output = outputs.open(Some(&args.output))?;
    let model = model::load(args.model.as_deref())?;
    let header = model.text()?.header();
    let labels = header.labels.iter().map(String::as_str).zip(header.kept.iter().copied());
    let must_keep = must_keep::read(&must_keep, &labels.collect::<Vec<_>>())?;
    let mut documents = Vec::new();
    for (bytes, path) in contents(&gold)? {
        documents.extend(gold::read(&bytes, &path)?);
    }
    let mut ignore = Measure::default().ignore;
    if !args.ignore.is_empty() {
        ignore = args.ignore.iter().filter(|label| !label.is_empty()).cloned().collect();
    }
    let progress = Progress::new(None, 0);
    progress.phase("judging, and drawing documents again");
    let tuned = tune(&model, &documents, args.max_loss, &ignore)?;
    drop(progress);
    tell(&tuned);
    must_keep::check(&must_keep, &tuned.model)?;
    let bytes = tuned.model.to_bytes();
    outputs.write(output, |out| Ok(out.write_all(&bytes)?))?;
    remark(&format!("{}: {} bytes", args.output.display(), bytes.len()));
    Ok(Outcome::default())
}

/// Tells what was measured.
fn tell(tuned: &Tuned) {
    let sample = tuned.sample;
    remark(&format!(
        "measured on {} documents of {} sites: {} paragraphs to keep ({} words), {} of boilerplate",
        sample.documents, sample.sites, sample.kept, sample.words, sample.boilerplate,
    ));
    if !sample.by_site {
        remark("so few sites speak for themselves only: on others more may be lost");
    }
    remark(&format!("before: {}", measured(&tuned.before)));
    for (preset, loss, at) in &tuned.chosen {
        remark(&format!("{}, to lose at most {}: {}", preset.name(), per_cent(*loss), measured(at)));
    }
    for (preset, loss, missing) in &tuned.left_out {
        remark(&format!(
            "{}: no threshold, to lose at most {} takes {missing} more paragraphs to keep",
            preset.name(),
            per_cent(*loss)
        ));
    }
}

fn measured(at: &Measured) -> String {
    format!(
        "dropped from probability {}; {} of the words to keep lost here, at most {} elsewhere; {:.1}% of boilerplate caught",
        at.threshold,
        per_cent(at.lost),
        per_cent(at.at_most),
        at.caught * 100.0
    )
}

/// A share in per cent, to the thousandth of one.
fn per_cent(share: f64) -> String {
    format!("{}%", (share * 1e5).round() / 1e3)
}
