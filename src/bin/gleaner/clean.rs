//! `gleaner clean`.

use std::path::Path;

use anyhow::{Result, bail};

use crate::args::{CleanArgs, Color, To};
use crate::batch::form::{Form, Mode};
use crate::batch::{self, Job, Ran};
use crate::console::remark;
use crate::outcome::Outcome;
use crate::{output, terminal};

/// Runs the subcommand.
pub fn run(args: &CleanArgs) -> Result<Outcome> {
    let in_place = check_outputs(args)?;
    let form = Form {
        mode: if args.dry_run { Mode::DryRun } else { Mode::Clean },
        to: args.to,
        dropped: None,
        max_drop: args.max_drop,
        drop_empty: args.drop_empty,
        view: view(args),
        words: false,
        told: false,
        apart: false,
        // Rows, Dolma's among them, and pages of HTML say where one ends.
        headings: !args.no_filename && matches!(args.to, None | Some(To::Text | To::Markdown)),
    };
    let Ran { outcome, counts, .. } = batch::run(Job {
        command: "clean",
        input: &args.input,
        judge: &args.judge,
        batch: &args.batch,
        site: args.site.site_memory.as_ref(),
        form,
        dropped: args.dropped.as_deref(),
        in_place,
    })?;
    if args.dry_run {
        remark(&format!(
            "would drop {} of {} paragraphs, {} of {} words",
            counts.dropped_paragraphs, counts.paragraphs, counts.dropped_words, counts.words
        ));
    }
    Ok(outcome)
}

/// Whether the text is shown instead of rows, and then whether in colours.
fn view(args: &CleanArgs) -> Option<bool> {
    let shown = args.dry_run && (args.color == Color::Always || output::is_terminal());
    shown.then(|| terminal::is_coloured(args.color))
}

/// Refuses outputs that replace each other or an input that is not their source; whether the output is an
/// input, which is fine.
fn check_outputs(args: &CleanArgs) -> Result<bool> {
    if args.dry_run {
        return Ok(false);
    }
    let output = args.batch.output.as_deref().unwrap_or(Path::new("-"));
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
