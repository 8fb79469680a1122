//! `gleaner clean`.

use anyhow::Result;

use crate::args::{CleanArgs, Color, To};
use crate::batch::form::{Form, Mode};
use crate::batch::{self, Job, Ran};
use crate::console::remark;
use crate::outcome::Outcome;
use crate::output::{self, Outputs};
use crate::terminal;

/// Runs the subcommand.
pub fn run(args: &CleanArgs, outputs: &Outputs) -> Result<Outcome> {
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
    let job = Job {
        command: "clean",
        input: &args.input,
        judge: &args.judge,
        batch: &args.batch,
        site: &args.site,
        form,
        dropped: args.dropped.as_deref(),
        in_place: false,
    };
    let Ran { outcome, counts, .. } = batch::run(job, outputs)?;
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
