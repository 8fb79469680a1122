//! `gleaner score`.

use std::path::Path;

use anyhow::{Result, bail};

use crate::args::ScoreArgs;
use crate::batch::form::{Form, Mode};
use crate::batch::{self, Job, Ran};
use crate::outcome::Outcome;
use crate::output;

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
        view: None,
        words: false,
        told: false,
        apart: false,
        headings: false,
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
