//! `gleaner score`.

use std::io::Write;

use anyhow::Result;
use gleaner::Document;
use gleaner::pipeline::{Judged, Pipeline};
use gleaner::verdict::Verdict;
use gleaner::write::jsonl::ScoreRow;

use crate::args::ScoreArgs;
use crate::input::{self, Item};
use crate::report::Outcome;
use crate::{model, output};

/// Exit status of `--exit-verdict` where a paragraph is boilerplate.
const FOUND: u8 = 3;

/// Runs the subcommand.
pub fn run(args: &ScoreArgs) -> Result<Outcome> {
    let model = model::load(args.judge.model.as_deref())?;
    let mut pipeline = Pipeline::new(&model, model::options(args.input.split, &args.judge, &model)?)?;
    let mut outcome = Outcome::default();
    output::with(None, |out| {
        input::each(&args.input, &mut outcome, |outcome, item| {
            let (Item::Text(document) | Item::Row { document, .. }) = item else { return Ok(()) };
            let judged = pipeline.judge(&document);
            input::tell(&args.input, outcome, &judged.problems)?;
            let found = judged.dropped();
            outcome.count(&document, &judged.paragraphs, &found);
            if args.exit_verdict && found.contains(&true) {
                outcome.status = Some(FOUND);
            }
            rows(&pipeline, &document, &judged, |_| true, out)?;
            Ok(out.flush()?)
        })
    })?;
    Ok(outcome)
}

/// Writes one row for each paragraph that is wanted, by its number.
pub fn rows(
    pipeline: &Pipeline<'_>,
    document: &Document,
    judged: &Judged,
    wanted: impl Fn(usize) -> bool,
    out: &mut dyn Write,
) -> Result<()> {
    let paragraphs = judged.paragraphs.iter().zip(&judged.decisions).enumerate();
    for (index, (paragraph, decision)) in paragraphs.filter(|(index, _)| wanted(*index)) {
        let kind = (decision.verdict != Verdict::Editorial).then(|| pipeline.model().kind(decision.kind));
        let row = ScoreRow {
            doc: &document.id,
            index,
            start: paragraph.span.start,
            end: paragraph.span.end,
            verdict: decision.verdict.name(),
            kind,
            boilerplate: decision.probability,
            log_odds: decision.margin,
            text: &document.text(paragraph),
        };
        out.write_all(&row.to_line())?;
    }
    Ok(())
}
