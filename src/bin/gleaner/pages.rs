//! `train --pages` and `evaluate --pages`.

use std::collections::{BTreeMap, BTreeSet};
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

use crate::args::{EvaluateArgs, TrainArgs, Unseen};
use crate::console::remark;
use crate::outcome::Outcome;
use crate::output::files::Files;
use crate::output::{Output, Outputs};
use crate::progress::Progress;
use crate::{input, labelled};

/// What labelled pages are to a run.
pub const PAGES: &str = "labelled data";

/// What is read of folders of pages.
pub fn files(folders: &[PathBuf]) -> Vec<PathBuf> {
    folders.iter().flat_map(|folder| of_folder(folder)).collect()
}

fn of_folder(folder: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect::<Vec<_>>()
    };
    [inside(folder), inside(&folder.join("html"))].concat()
}

/// What the section for pages is made of, where one was asked for.
pub fn parts(args: &TrainArgs, counts: Option<Output>, outputs: &Outputs) -> Result<Option<Parts>> {
    let (parts, predictions) = match (&*args.pages, &args.page_fitted, &args.page_counts) {
        (folders @ [_, ..], ..) => {
            let corpus = corpus(folders)?;
            let progress = Progress::new(None, 0);
            progress.phase("fitting pages, and judging out of fold");
            pages::train(&corpus, GROWTH)?
        }
        ([], Some(fitted), Some(counts)) => {
            let table = CountTable::read(&mut input::bytes(counts)?.as_slice(), &Place::of(counts))?;
            (pages::parts(table, &labelled::fitted(fitted)?, 0)?, Vec::new())
        }
        ([], None, Some(_)) => bail!("--page-counts needs --pages DIR, or --page-fitted FILE"),
        _ => return Ok(None),
    };
    if let Some(counts) = counts {
        outputs.write(counts, |out| Ok(parts.counts.write(out)?))?;
    }
    if !predictions.is_empty() {
        tabulated(&predictions, "site").lines().for_each(remark);
    }
    Ok(Some(parts))
}

/// `evaluate --pages`.
pub fn evaluate(args: &EvaluateArgs, outputs: &Outputs) -> Result<Outcome> {
    if args.folds.map(usize::from) != Some(FOLDS) {
        bail!("pages are measured in {FOLDS} folds: give --folds {FOLDS}");
    }
    let read = files(&args.pages);
    let files = Files::default().reads(PAGES, &read).writes("--texts", &args.texts);
    outputs.claim(files.results(None))?;
    let texts = args.texts.as_deref().map(|file| outputs.open(Some(file))).transpose()?;
    let corpus = corpus(&args.pages)?;
    let progress = Progress::new(None, 0);
    progress.phase("training, and judging out of fold");
    let (unseen, predictions) = match args.leave_out {
        Unseen::Site => ("site", pages::train(&corpus, GROWTH)?.1),
        Unseen::Set => ("set", pages::leave_sets_out(&corpus, GROWTH)?),
    };
    drop(progress);
    if let Some(texts) = texts {
        outputs.write(texts, |out| {
            let of = |set: &str, id: &str| (set.to_owned(), id.to_owned());
            let units: BTreeMap<_, _> =
                corpus.pages().map(|(document, page)| (of(&page.set, &document.id), &page.units)).collect();
            for Prediction { set, id, kept, .. } in &predictions {
                let dropped: Vec<bool> = kept.iter().map(|kept| !kept).collect();
                let text = page::text(units[&of(set, id)], &dropped);
                let row = json!({"set": set, "id": id, "text": text});
                writeln!(out, "{row}")?;
            }
            Ok(())
        })?;
    }
    outputs.with(None, |out| {
        if args.json {
            writeln!(out, "{}", json!(figures(&predictions)))?;
        } else {
            writeln!(out, "{}", tabulated(&predictions, unseen))?;
        }
        Ok(())
    })?;
    Ok(Outcome::default())
}

fn tabulated(predictions: &[Prediction], unseen: &str) -> String {
    let lines = figures(predictions)
        .into_iter()
        .map(|(name, millionths)| format!("{name:<28} {:.4}", millionths as f64 / 1e6));
    let head = format!("{} pages, each judged by a model that has not seen its {unseen}", predictions.len());
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}

/// Reads folders of pages with their reference texts.
fn corpus(folders: &[PathBuf]) -> Result<Corpus> {
    let progress = Progress::new(None, 0);
    progress.phase("reading pages");
    let mut corpus = Corpus::default();
    let mut sets = BTreeSet::new();
    for folder in folders {
        let named = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        let set = named.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !sets.insert(set.clone()) {
            bail!("{}: another set has the name {set} already; rename one of the folders", folder.display());
        }
        add(folder, &set, &mut corpus)?;
    }
    corpus.arrange();
    Ok(corpus)
}

/// Adds the pages of a folder, which are a set of this name.
fn add(folder: &Path, set: &str, corpus: &mut Corpus) -> Result<()> {
    let before = corpus.documents().len();
    let gold = either(folder, "ground-truth.jsonl")?;
    let text = String::from_utf8(plain(&gold)?).with_context(|| format!("{}: not UTF-8", gold.display()))?;
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let row: Value = serde_json::from_str(line)
            .with_context(|| format!("{}, line {}: not a JSON object", gold.display(), number + 1))?;
        let field = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let (id, reference) = (field("id"), field("main_content"));
        if id.is_empty() || id.contains(['/', '\\']) {
            bail!("{}, line {}: \"id\" names no file", gold.display(), number + 1);
        }
        let labelled = LabelledPage {
            set: set.to_owned(),
            domain: field("domain"),
            page_type: field("page_type"),
            reference,
            id,
        };
        let bytes = plain(&either(&folder.join("html"), &format!("{}.html", labelled.id))?)?;
        corpus.add_page(labelled, Page::read(&bytes, None).1);
    }
    if corpus.documents().len() == before {
        bail!("{}: no pages", gold.display());
    }
    Ok(())
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
