//! `train --pages` and `evaluate --pages`.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use gleaner::error::Place;
use gleaner::unstable::features::counts::CountTable;
use gleaner::unstable::model::Parts;
use gleaner::unstable::read::compression;
use gleaner::unstable::split::html::Page;
use gleaner::unstable::train::corpus::{Corpus, FOLDS, LabelledPage};
use gleaner::unstable::train::pages::{self, GROWTH, Prediction, figures};
use gleaner::unstable::write::page;
use serde_json::{Value, json};

use crate::args::{EvaluateArgs, TrainArgs};
use crate::console::remark;
use crate::outcome::Outcome;
use crate::output::files::Files;
use crate::output::{Output, Outputs};
use crate::progress::Progress;
use crate::{input, labelled};

/// What labelled pages are to a run.
pub const PAGES: &str = "labelled data";

/// What is read of a folder of pages.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect::<Vec<_>>()
    };
    [inside(folder), inside(&folder.join("html"))].concat()
}

/// What the section for pages is made of, where one was asked for.
pub fn parts(args: &TrainArgs, counts: Option<Output>, outputs: &Outputs) -> Result<Option<Parts>> {
    let (parts, predictions) = match (&args.pages, &args.page_fitted, &args.page_counts) {
        (Some(folder), ..) => {
            let corpus = corpus(folder)?;
            let progress = Progress::new(None, 0);
            progress.phase("fitting pages, and judging out of fold");
            pages::train(&corpus, GROWTH)?
        }
        (None, Some(fitted), Some(counts)) => {
            let table = CountTable::read(&mut input::bytes(counts)?.as_slice(), &Place::of(counts))?;
            (pages::parts(table, &labelled::fitted(fitted)?, 0)?, Vec::new())
        }
        (None, None, Some(_)) => bail!("--page-counts needs --pages DIR, or --page-fitted FILE"),
        _ => return Ok(None),
    };
    if let Some(counts) = counts {
        outputs.write(counts, |out| Ok(parts.counts.write(out)?))?;
    }
    if !predictions.is_empty() {
        tabulated(&predictions).lines().for_each(remark);
    }
    Ok(Some(parts))
}

/// `evaluate --pages`.
pub fn evaluate(args: &EvaluateArgs, folder: &Path, outputs: &Outputs) -> Result<Outcome> {
    if args.folds.map(usize::from) != Some(FOLDS) {
        bail!("pages are measured in {FOLDS} folds: give --folds {FOLDS}");
    }
    let read = files(folder);
    let files = Files::default().reads(PAGES, &read).writes("--texts", &args.texts);
    outputs.claim(files.results(None))?;
    let texts = args.texts.as_deref().map(|file| outputs.open(Some(file))).transpose()?;
    let corpus = corpus(folder)?;
    let progress = Progress::new(None, 0);
    progress.phase("training, and judging out of fold");
    let (_, predictions) = pages::train(&corpus, GROWTH)?;
    drop(progress);
    if let Some(texts) = texts {
        outputs.write(texts, |out| {
            for ((_, known), prediction) in corpus.pages().zip(&predictions) {
                let dropped: Vec<bool> = prediction.kept.iter().map(|kept| !kept).collect();
                let row = json!({"id": prediction.id, "text": page::text(&known.units, &dropped)});
                writeln!(out, "{row}")?;
            }
            Ok(())
        })?;
    }
    outputs.with(None, |out| {
        if args.json {
            writeln!(out, "{}", json!(figures(&predictions)))?;
        } else {
            writeln!(out, "{}", tabulated(&predictions))?;
        }
        Ok(())
    })?;
    Ok(Outcome::default())
}

fn tabulated(predictions: &[Prediction]) -> String {
    let lines = figures(predictions)
        .into_iter()
        .map(|(name, millionths)| format!("{name:<28} {:.4}", millionths as f64 / 1e6));
    let head = format!("{} pages, each judged by a model that has not seen its site", predictions.len());
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}

/// Reads a folder of pages with their reference texts.
fn corpus(folder: &Path) -> Result<Corpus> {
    let progress = Progress::new(None, 0);
    progress.phase("reading pages");
    let gold = either(folder, "ground-truth.jsonl")?;
    let text = String::from_utf8(plain(&gold)?).with_context(|| format!("{}: not UTF-8", gold.display()))?;
    let mut corpus = Corpus::default();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let row: Value = serde_json::from_str(line)
            .with_context(|| format!("{}, line {}: not a JSON object", gold.display(), number + 1))?;
        let field = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let (id, reference) = (field("id"), field("main_content"));
        if id.is_empty() || id.contains(['/', '\\']) {
            bail!("{}, line {}: \"id\" names no file", gold.display(), number + 1);
        }
        let labelled = LabelledPage { domain: field("domain"), page_type: field("page_type"), reference, id };
        let bytes = plain(&either(&folder.join("html"), &format!("{}.html", labelled.id))?)?;
        corpus.add_page(labelled, Page::read(&bytes, None).1);
    }
    corpus.arrange();
    if corpus.documents().is_empty() {
        bail!("{}: no pages", gold.display());
    }
    Ok(corpus)
}

/// The file of this name, or the same compressed.
fn either(folder: &Path, name: &str) -> Result<PathBuf> {
    let plain = folder.join(name);
    let packed = folder.join(format!("{name}.gz"));
    match (plain.exists(), packed.exists()) {
        (true, _) => Ok(plain),
        (_, true) => Ok(packed),
        _ => bail!("{}: no such file, nor with .gz at its end", plain.display()),
    }
}

fn plain(path: &Path) -> Result<Vec<u8>> {
    let stored = input::bytes(path)?;
    let Some(compression) = compression::sniff(&stored) else { return Ok(stored) };
    let mut bytes = Vec::new();
    compression::Decoder::new(stored.as_slice(), compression)
        .and_then(|mut it| it.read_to_end(&mut bytes))
        .with_context(|| format!("{}: cannot read", path.display()))?;
    Ok(bytes)
}
