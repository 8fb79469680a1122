//! `gleaner train`.

use anyhow::{Result, bail, ensure};
use gleaner::Error;
use gleaner::unstable::model::{Model, Parts};
use gleaner::unstable::train::must_keep::MustKeep;
use gleaner::unstable::train::review::Review;
use gleaner::unstable::train::{MADE_BY, Settings, reviewed};

use crate::args::TrainArgs;
use crate::console::remark;
use crate::labelled::{check_inputs, fitted, gather};
use crate::outcome::Outcome;
use crate::progress::Progress;
use crate::{must_keep, output, review};

/// Runs the subcommand.
pub fn run(args: &TrainArgs) -> Result<Outcome> {
    #[cfg(feature = "html")]
    let pages = crate::pages::parts(args)?;
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
        true if !args.must_keep.is_empty() => bail!("--must-keep is for text: name labelled FILEs"),
        true if args.suspects.is_some() => bail!("--suspects is for text: name labelled FILEs"),
        true => (None, None),
        false => {
            let (text, review, must_keep) = text(args)?;
            (Some(text), Some((review, must_keep)))
        }
    };
    let model = Model::new(&name, MADE_BY, text.as_ref(), pages.as_ref()).map_err(Error::Training)?;
    if let Some((review, must_keep)) = of_text {
        must_keep::check(&must_keep, &model)?;
        if let Some(path) = &args.suspects {
            review::write(&review, path)?;
        }
    }
    let bytes = model.to_bytes();
    output::with(Some(&args.output), |out| Ok(out.write_all(&bytes)?))?;
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

/// What the section for text is made of, what is to be said of its data, and what the model has to keep.
fn text(args: &TrainArgs) -> Result<(Parts, Review, MustKeep)> {
    let inputs = args.files.iter().chain(&args.must_keep);
    check_inputs(inputs.clone(), &args.output)?;
    if let Some(suspects) = &args.suspects {
        if let Some(file) = inputs.clone().find(|file| output::is_same(file, suspects)) {
            bail!("{}: is labelled data; the suspects (--suspects) would replace it", file.display());
        }
        ensure!(
            !output::is_same(suspects, &args.output),
            "{}: is the model (-o) and the suspects (--suspects); name two files",
            suspects.display()
        );
    }
    let gathered = gather(&args.files)?;
    let mut settings = Settings {
        min_sites: args.min_sites,
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
