//! `gleaner clean`.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};
use gleaner::Document;
use gleaner::error::Place;
use gleaner::pipeline::{Judged, Pipeline};
use gleaner::read::text::{document, encoding};
use gleaner::write::{jsonl, text};
use serde_json::Value;

use crate::args::{CleanArgs, To};
use crate::input::{self, Item};
use crate::report::{Outcome, remark};
use crate::{model, output, score};

/// Runs the subcommand.
pub fn run(args: &CleanArgs) -> Result<Outcome> {
    let in_place = check_outputs(args)?;
    let model = model::load(args.judge.model.as_deref())?;
    let pipeline = Pipeline::new(&model, model::options(args.input.split, &args.judge, &model)?)?;
    let mut cleaner = Cleaner { args, pipeline, outcome: Outcome::default(), gone: Gone::default() };
    output::with(args.output.as_deref().filter(|_| !args.dry_run), |out| {
        match args.dropped.as_deref().filter(|_| !args.dry_run) {
            None => cleaner.run(&mut Sinks::new(out, None))?,
            // The file of what went is in place before the output is: nothing is lost in between.
            Some(path) => with_dropped(path, |dropped| cleaner.run(&mut Sinks::new(out, Some(dropped))))?,
        }
        if in_place && cleaner.outcome.unreadable > 0 {
            bail!("not every input could be read, so none is replaced");
        }
        Ok(())
    })?;
    if args.dry_run {
        let Gone { paragraphs, of_paragraphs, words, of_words } = cleaner.gone;
        remark(&format!(
            "would drop {paragraphs} of {of_paragraphs} paragraphs, {words} of {of_words} words"
        ));
    }
    Ok(cleaner.outcome)
}

/// Refuses outputs that replace each other or an input that is not their source; whether the output is an
/// input, which is fine.
fn check_outputs(args: &CleanArgs) -> Result<bool> {
    if args.dry_run {
        return Ok(false);
    }
    let output = args.output.as_deref().unwrap_or(Path::new("-"));
    if let Some(dropped) = &args.dropped {
        if output::is_same(dropped, output) {
            bail!("--dropped and the output are both {}; name two files", dropped.display());
        }
        let input = args.input.files.iter().find(|file| output::is_same(file, dropped));
        if let Some(input) = input.filter(|input| !output::is_standard(input)) {
            bail!("{}: is an input; --dropped would replace it", input.display());
        }
    }
    Ok(args.input.files.iter().any(|file| !output::is_standard(file) && output::is_same(file, output)))
}

/// [`output::with`] for what went. A reader that leaves early has seen enough, but the cleaned article
/// still has one.
fn with_dropped(path: &Path, body: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let mut done = false;
    match output::with(Some(path), |dropped| body(dropped).inspect(|()| done = true)) {
        Err(error) if done && output::is_closed_pipe(&error) => Ok(()),
        other => other,
    }
}

/// The two outputs. Each may lose its reader; the run ends when neither has one.
struct Sinks<'o> {
    out: Option<&'o mut dyn Write>,
    dropped: Option<&'o mut dyn Write>,
}

impl<'o> Sinks<'o> {
    fn new(out: &'o mut dyn Write, dropped: Option<&'o mut dyn Write>) -> Self {
        Self { out: Some(out), dropped }
    }

    /// Writes to the output.
    fn put(&mut self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        attempt(&mut self.out, write, self.dropped.is_some())
    }

    /// Writes to the file of what went, if there is one.
    fn put_dropped(&mut self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        attempt(&mut self.dropped, write, self.out.is_some())
    }
}

fn attempt(
    sink: &mut Option<&mut dyn Write>,
    write: impl FnOnce(&mut dyn Write) -> Result<()>,
    another: bool,
) -> Result<()> {
    let Some(out) = sink else { return Ok(()) };
    match write(*out) {
        Err(error) if another && output::is_closed_pipe(&error) => {
            *sink = None;
            Ok(())
        }
        other => other,
    }
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
    fn run(&mut self, sinks: &mut Sinks<'_>) -> Result<()> {
        let mut outcome = std::mem::take(&mut self.outcome);
        let done =
            input::each(&self.args.input, &mut outcome, |outcome, item| self.item(outcome, item, sinks));
        self.outcome = outcome;
        done
    }

    fn item(&mut self, outcome: &mut Outcome, item: Item, sinks: &mut Sinks<'_>) -> Result<()> {
        match item {
            Item::Pause => sinks.put(|out| Ok(out.flush()?)),
            Item::Untouched { .. } if self.args.dry_run => Ok(()),
            Item::Untouched { id, bytes, text } => {
                let bytes = self.untouched(id, bytes, text)?;
                sinks.put(|out| Ok(out.write_all(&bytes)?))
            }
            Item::Text(document) => {
                let (judged, gone) = self.judge(&document, outcome, sinks)?;
                if self.is_left_out(&gone) {
                    return Ok(());
                }
                let kept = text::keep(&document, &judged.paragraphs, &gone);
                let bytes = match self.args.to {
                    Some(To::Jsonl) => row(&document, &kept, &gone),
                    Some(To::Text) | None => kept.into_owned(),
                };
                sinks.put(|out| Ok(out.write_all(&bytes)?))
            }
            Item::Row { document, row, terminator, text: span } => {
                let (judged, gone) = self.judge(&document, outcome, sinks)?;
                if self.is_left_out(&gone) {
                    return Ok(());
                }
                let kept = text::keep(&document, &judged.paragraphs, &gone);
                if self.args.to == Some(To::Text) {
                    let end: &[u8] = if kept.is_empty() || kept.ends_with(b"\n") { b"" } else { b"\n" };
                    return sinks.put(|out| {
                        out.write_all(&kept)?;
                        Ok(out.write_all(end)?)
                    });
                }
                // Field texts are UTF-8 by construction.
                let row = if gone.contains(&true) {
                    jsonl::splice(&row, span, &String::from_utf8_lossy(&kept)).into_owned()
                } else {
                    row
                };
                sinks.put(|out| {
                    out.write_all(&row)?;
                    Ok(out.write_all(terminator)?)
                })
            }
        }
    }

    /// Whether nothing is to be written: in a dry run, and with `--drop-empty` where no paragraph is left.
    fn is_left_out(&self, gone: &[bool]) -> bool {
        self.args.dry_run || self.args.drop_empty && gone.iter().all(|gone| *gone)
    }

    /// What passes untouched, in the form that was asked for.
    fn untouched(&self, id: Option<Value>, bytes: Vec<u8>, text: bool) -> Result<Vec<u8>> {
        match (self.args.to, id) {
            // A row needs its text as text.
            (Some(To::Jsonl), Some(id)) if text => {
                let encoding = self.args.input.encoding.as_deref().map(encoding).transpose()?;
                let document = document(id, Place::default(), bytes, encoding);
                Ok(row(&document, &document.bytes, &[]))
            }
            // An empty row is no text.
            (Some(To::Text), None) if bytes.iter().all(u8::is_ascii_whitespace) => Ok(Vec::new()),
            _ => Ok(bytes),
        }
    }

    /// Judges a document, tells its problems and hands on what goes.
    fn judge(
        &mut self,
        document: &Document,
        outcome: &mut Outcome,
        sinks: &mut Sinks<'_>,
    ) -> Result<(Judged, Vec<bool>)> {
        let mut judged = self.pipeline.judge(document);
        judged.guard(document, self.args.max_drop);
        input::tell(&self.args.input, outcome, &judged.problems)?;
        let gone = judged.dropped();
        outcome.count(document, &judged.paragraphs, &gone);
        let write =
            |out: &mut dyn Write| score::rows(&self.pipeline, document, &judged, |index| gone[index], out);
        if self.args.dry_run {
            for (paragraph, &gone) in judged.paragraphs.iter().zip(&gone) {
                let words = document.text(paragraph).split_whitespace().count();
                self.gone.of_paragraphs += 1;
                self.gone.of_words += words;
                self.gone.paragraphs += usize::from(gone);
                self.gone.words += if gone { words } else { 0 };
            }
            sinks.put(write)?;
        } else {
            sinks.put_dropped(write)?;
        }
        Ok((judged, gone))
    }
}

fn row(document: &Document, kept: &[u8], gone: &[bool]) -> Vec<u8> {
    let text = document.encoding.decode_with_bom_removal(kept).0;
    let dropped = gone.iter().filter(|gone| **gone).count();
    jsonl::CleanRow { id: &document.id, text: &text, kept: gone.len() - dropped, dropped }.to_line()
}
