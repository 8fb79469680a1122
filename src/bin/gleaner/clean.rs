//! `gleaner clean`.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use gleaner::Document;
use gleaner::pipeline::{Judged, Pipeline};
use gleaner::write::{atomic, jsonl, text};

use crate::args::{CleanArgs, To};
use crate::input::{self, Item};
use crate::report::{Outcome, say};
use crate::{model, output, score};

/// Runs the subcommand.
pub fn run(args: &CleanArgs) -> Result<Outcome> {
    if !(0.0..=1.0).contains(&args.max_drop) {
        bail!("--max-drop is a share between 0 and 1, not {}", args.max_drop);
    }
    let model = model::load(args.judge.model.as_deref())?;
    let pipeline = Pipeline::new(&model, model::options(&args.input, &args.judge, &model))?;
    let mut cleaner = Cleaner { args, pipeline, outcome: Outcome::default(), gone: Gone::default() };
    match args.dropped.as_deref().filter(|_| !args.dry_run) {
        None => cleaner.run(&mut io::sink())?,
        Some(path) => with_dropped(path, |dropped| cleaner.run(dropped))?,
    }
    if args.dry_run {
        let Gone { paragraphs, of_paragraphs, words, of_words } = cleaner.gone;
        say(&format!("would drop {paragraphs} of {of_paragraphs} paragraphs, {words} of {of_words} words"));
    }
    Ok(cleaner.outcome)
}

/// Like [`output::with`], for the file of what went.
fn with_dropped(path: &Path, body: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut result = Ok(());
    atomic::replace(path, |out| {
        result = body(out);
        if result.is_err() { Err(io::Error::other("given up")) } else { Ok(()) }
    })
    .or_else(|error| if result.is_err() { Ok(()) } else { Err(error) })?;
    result
}

#[derive(Default)]
struct Gone {
    paragraphs: usize,
    of_paragraphs: usize,
    words: usize,
    of_words: usize,
}

struct Cleaner<'a> {
    args: &'a CleanArgs,
    pipeline: Pipeline<'a>,
    outcome: Outcome,
    gone: Gone,
}

impl Cleaner<'_> {
    fn run(&mut self, dropped: &mut dyn Write) -> Result<()> {
        let mut outcome = std::mem::take(&mut self.outcome);
        let done = output::with(self.args.output.as_deref().filter(|_| !self.args.dry_run), |out| {
            input::each(&self.args.input, &mut outcome, |outcome, item| {
                self.item(outcome, item, out, dropped)
            })
        });
        self.outcome = outcome;
        done
    }

    fn item(
        &mut self,
        outcome: &mut Outcome,
        item: Item,
        out: &mut dyn Write,
        dropped: &mut dyn Write,
    ) -> Result<()> {
        match item {
            Item::Untouched { .. } if self.args.dry_run => Ok(()),
            Item::Untouched { id, bytes, text } => {
                let bytes = match (self.args.to, id) {
                    // A row needs its text as text; what cannot be decoded shows where.
                    (Some(To::Jsonl), Some(id)) if text => {
                        let text = String::from_utf8_lossy(&bytes);
                        jsonl::CleanRow { id: &id, text: &text, kept: 0, dropped: 0 }.to_line()
                    }
                    _ => bytes,
                };
                out.write_all(&bytes).context("cannot write")
            }
            Item::Text(document) => {
                let judged = self.judge(&document, outcome, out, dropped)?;
                if self.args.dry_run {
                    return Ok(());
                }
                let gone = judged.dropped();
                let kept = text::keep(&document, &judged.paragraphs, &gone);
                if self.args.drop_empty && is_blank(&kept) {
                    return Ok(());
                }
                let bytes = match self.args.to {
                    Some(To::Jsonl) => row(&document, &kept, &gone),
                    Some(To::Text) | None => kept.into_owned(),
                };
                out.write_all(&bytes).context("cannot write")
            }
            Item::Row { document, row: bytes, terminator, text: span } => {
                let judged = self.judge(&document, outcome, out, dropped)?;
                if self.args.dry_run {
                    return Ok(());
                }
                let gone = judged.dropped();
                let kept = text::keep(&document, &judged.paragraphs, &gone);
                if self.args.drop_empty && is_blank(&kept) {
                    return Ok(());
                }
                if self.args.to == Some(To::Text) {
                    out.write_all(&kept).context("cannot write")?;
                    let ended = kept.is_empty() || kept.ends_with(b"\n");
                    return if ended { Ok(()) } else { out.write_all(b"\n").context("cannot write") };
                }
                // Field texts are UTF-8 by construction.
                let text = String::from_utf8_lossy(&kept);
                out.write_all(&jsonl::splice(&bytes, span, &text)).context("cannot write")?;
                out.write_all(terminator).context("cannot write")
            }
        }
    }

    fn judge(
        &mut self,
        document: &Document,
        outcome: &mut Outcome,
        out: &mut dyn Write,
        dropped: &mut dyn Write,
    ) -> Result<Judged> {
        let mut judged = self.pipeline.judge(document);
        judged.guard(document, self.args.max_drop);
        for problem in &judged.problems {
            outcome.problem(problem);
        }
        let gone = judged.dropped();
        for (paragraph, &gone) in judged.paragraphs.iter().zip(&gone) {
            let words = document.text(paragraph).split_whitespace().count();
            self.gone.of_paragraphs += 1;
            self.gone.of_words += words;
            self.gone.paragraphs += usize::from(gone);
            self.gone.words += if gone { words } else { 0 };
        }
        let went = Judged {
            paragraphs: chosen(&judged.paragraphs, &gone),
            decisions: chosen(&judged.decisions, &gone),
            ..Judged::default()
        };
        score::rows(&self.pipeline, document, &went, if self.args.dry_run { out } else { dropped })?;
        Ok(judged)
    }
}

fn chosen<T: Clone>(all: &[T], which: &[bool]) -> Vec<T> {
    all.iter().zip(which).filter(|(_, chosen)| **chosen).map(|(item, _)| item.clone()).collect()
}

fn is_blank(text: &[u8]) -> bool {
    text.iter().all(u8::is_ascii_whitespace)
}

fn row(document: &Document, kept: &[u8], gone: &[bool]) -> Vec<u8> {
    let text = document.encoding.decode_with_bom_removal(kept).0;
    let dropped = gone.iter().filter(|gone| **gone).count();
    jsonl::CleanRow { id: &document.id, text: &text, kept: gone.len() - dropped, dropped }.to_line()
}
