//! `gleaner score`.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};
use gleaner::Document;
use gleaner::pipeline::{Judged, Pipeline};
use gleaner::verdict::Verdict;
use gleaner::write::jsonl::{OnSite, ScoreRow};

use crate::args::ScoreArgs;
use crate::batch::work::{Form, Mode};
use crate::batch::{self, Job, Ran};
use crate::output;
use crate::report::Outcome;

/// Exit status of `--exit-verdict` where a paragraph is boilerplate.
const FOUND: u8 = 3;

/// Runs the subcommand.
pub fn run(args: &ScoreArgs) -> Result<Outcome> {
    let output = args.batch.output.as_deref().unwrap_or(Path::new("-"));
    let input = args.input.files.iter().find(|file| output::is_same(file, output));
    if let Some(input) = input.filter(|input| !output::is_standard(input)) {
        bail!("{}: is an input; its scores would replace it", input.display());
    }
    let form = Form {
        mode: Mode::Score,
        to: None,
        dropped: None,
        max_drop: 1.0,
        drop_empty: false,
        words: false,
        apart: false,
    };
    let Ran { mut outcome, found, .. } = batch::run(Job {
        command: "score",
        input: &args.input,
        judge: &args.judge,
        batch: &args.batch,
        site: args.site.site_memory.as_ref(),
        form,
        dropped: None,
        in_place: false,
    })?;
    if args.exit_verdict && found {
        outcome.status = Some(FOUND);
    }
    Ok(outcome)
}

/// Writes one row for each paragraph that is wanted, by its number; with what its site said of it, where a
/// memory of sites is in use.
pub fn rows(
    pipeline: &Pipeline<'_>,
    document: &Document,
    judged: &Judged,
    with_sites: bool,
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
            on_site: with_sites.then(|| OnSite {
                reason: decision.reason.map(|reason| reason.name()),
                on_site: judged.on_site.get(index).map(|it| it.documents),
            }),
            text: &document.text(paragraph),
        };
        out.write_all(&row.to_line())?;
    }
    Ok(())
}
