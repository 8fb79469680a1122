//! `train --pages` and `evaluate --pages`, and finding the model of pages.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use gleaner::error::ProblemKind;
use gleaner::explain::page as page_view;
use gleaner::features::extract::Extractor;
use gleaner::model::Model;
use gleaner::pages::boilerplate::Kinds;
use gleaner::pages::corpus::{Corpus, FOLDS, Labelled};
use gleaner::pages::judge::{Options, PageJudge};
use gleaner::pages::model::PageModel;
use gleaner::pages::train::{self as pages, GROWTH, Prediction, figures};
use gleaner::read::compression;
use gleaner::split::html::{Page, Spans};
use gleaner::write::page;
use gleaner::{Document, Problem};
use serde_json::{Value, json};

use crate::args::{EvaluateArgs, JudgeArgs, TrainArgs};
use crate::model::preset;
use crate::progress::Progress;
use crate::report::{Outcome, remark};
use crate::{input, output, train};

/// The built-in model of pages, or the one that was named.
pub struct Models {
    named: Option<PageModel>,
}

impl Models {
    /// The model in this file, if it is one of pages.
    ///
    /// # Errors
    /// A damaged model of pages. That a file cannot be read is said where it is read as a model of text.
    pub fn new(path: Option<&Path>) -> Result<Self> {
        let bytes = path.and_then(|path| Some((fs::read(path).ok()?, path)));
        let named = match bytes.filter(|(bytes, _)| PageModel::is_one(bytes)) {
            Some((bytes, path)) => Some(PageModel::from_bytes(&bytes, path)?),
            None => None,
        };
        Ok(Self { named })
    }

    /// Whether a file of pages was named.
    pub fn is_named(&self) -> bool {
        self.named.is_some()
    }

    /// Checks that the model knows a kind of page, before anything is touched.
    ///
    /// # Errors
    /// As [`PageModel::built_in`] and [`PageJudge::of_kind`].
    pub fn check(&self, kind: Option<&str>) -> Result<()> {
        if kind.is_some() {
            PageJudge::new(self.get()?, Options::default()).of_kind(kind)?;
        }
        Ok(())
    }

    /// The model.
    ///
    /// # Errors
    /// As [`PageModel::built_in`].
    pub fn get(&self) -> Result<&PageModel> {
        match &self.named {
            Some(model) => Ok(model),
            None => Ok(PageModel::built_in()?),
        }
    }
}

/// `train --pages`.
pub fn train(args: &TrainArgs) -> Result<Outcome> {
    let (model, predictions) = match (&args.pages, &args.fitted, &args.page_counts) {
        (Some(folder), None, _) => {
            let corpus = corpus(folder)?;
            let progress = Progress::new(None, 0);
            progress.phase("fitting, and judging out of fold");
            pages::train(&corpus, GROWTH, "gleaner train --pages")?
        }
        (None, Some(fitted), Some(counts)) => {
            let text = String::from_utf8(input::bytes(counts)?).context("counts are not UTF-8")?;
            let parts = PageModel::counts_of_text(&text).map_err(|reason| (counts, reason));
            let parts = parts.map_err(|(path, reason)| anyhow::anyhow!("{}: {reason}", path.display()))?;
            let model = PageModel::new(parts, train::fitted(fitted)?);
            (model.map_err(|reason| anyhow::anyhow!("{}: {reason}", fitted.display()))?, Vec::new())
        }
        _ => bail!("a model of pages comes from --pages DIR, or from --page-counts FILE and --fitted FILE"),
    };
    if let (Some(path), Some(_)) = (&args.page_counts, &args.pages) {
        let text = PageModel::counts_to_text(model.counts());
        output::with(Some(path), |out| Ok(out.write_all(text.as_bytes())?))?;
    }
    let bytes = model.to_bytes();
    output::with(Some(&args.output), |out| Ok(out.write_all(&bytes)?))?;
    remark(&format!(
        "{}: {} bytes, {} features, {} trees",
        args.output.display(),
        bytes.len(),
        model.weights().len(),
        model.fitted().trees.len(),
    ));
    if !predictions.is_empty() {
        tabulated(&predictions).lines().for_each(remark);
    }
    Ok(Outcome::default())
}

/// `model info` and `model dump` of a model of pages: what was fitted, or its counts as well.
pub fn show(model: &PageModel, fitted: bool) -> Result<Outcome> {
    output::with(None, |out| {
        writeln!(out, "{}", model.fitted().to_text())?;
        if !fitted {
            write!(out, "{}", PageModel::counts_to_text(model.counts()))?;
        }
        Ok(())
    })?;
    Ok(Outcome::default())
}

/// `evaluate --pages`.
pub fn evaluate(args: &EvaluateArgs, folder: &Path) -> Result<Outcome> {
    if args.folds.map(usize::from) != Some(FOLDS) {
        bail!("pages are measured in {FOLDS} folds: give --folds {FOLDS}");
    }
    let corpus = corpus(folder)?;
    let progress = Progress::new(None, 0);
    progress.phase("training, and judging out of fold");
    let (_, predictions) = pages::train(&corpus, GROWTH, "gleaner evaluate --pages")?;
    drop(progress);
    if let Some(path) = &args.texts {
        output::with(Some(path), |out| {
            for (known, prediction) in corpus.pages().iter().zip(&predictions) {
                let dropped: Vec<bool> = prediction.kept.iter().map(|kept| !kept).collect();
                let row = json!({"id": prediction.id, "text": page::text(&known.blocks, &dropped)});
                writeln!(out, "{row}")?;
            }
            Ok(())
        })?;
    }
    output::with(None, |out| {
        if args.json {
            writeln!(out, "{}", json!(figures(&predictions)))?;
        } else {
            writeln!(out, "{}", tabulated(&predictions))?;
        }
        Ok(())
    })?;
    Ok(Outcome::default())
}

/// `explain` for a page: a page of HTML to look at. `text` is the model that knows kinds of boilerplate.
pub fn explain(
    document: &Document,
    judge: &JudgeArgs,
    text: &Model,
    outcome: &mut Outcome,
    out: &mut dyn Write,
) -> Result<()> {
    let models = Models::new(judge.model.as_deref())?;
    let model = models.get()?;
    let page = Page::read(&document.bytes, Some(document.encoding), Spans::Known);
    if page.is_cut {
        outcome.problem(&Problem { place: document.place.clone(), kind: ProblemKind::PageTooLarge });
    }
    let options = Options::asked(model, preset(judge)?, judge.threshold, judge.prior);
    let judged = PageJudge::new(model, options).of_kind(judge.page.as_deref())?.judge(&page.blocks);
    let kinds = Kinds::new(text).of(&page.blocks, &judged.decisions);
    let name = document.id.to_string();
    out.write_all(page_view::render(&name, &page, &judged, &kinds, model).as_bytes())?;
    Ok(out.flush()?)
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
    let (mut corpus, mut extractor) = (Corpus::default(), Extractor::default());
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let row: Value = serde_json::from_str(line)
            .with_context(|| format!("{}, line {}: not a JSON object", gold.display(), number + 1))?;
        let field = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let (id, reference) = (field("id"), field("main_content"));
        if id.is_empty() || id.contains(['/', '\\']) {
            bail!("{}, line {}: \"id\" names no file", gold.display(), number + 1);
        }
        let labelled = Labelled { domain: field("domain"), kind: field("page_type"), reference, id };
        let bytes = plain(&either(&folder.join("html"), &format!("{}.html", labelled.id))?)?;
        corpus.add(labelled, Page::read(&bytes, None, Spans::Unknown).blocks, &mut extractor);
    }
    corpus.arrange();
    if corpus.pages().is_empty() {
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
