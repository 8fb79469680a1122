//! `gleaner score`.

use anyhow::Result;

use crate::args::ScoreArgs;
use crate::batch::form::{Form, Mode};
use crate::batch::{self, Job, Ran};
use crate::outcome::Outcome;
use crate::output::Outputs;

/// Exit status of `--exit-verdict` where a paragraph is boilerplate.
const FOUND: u8 = 3;

/// Runs the subcommand.
pub fn run(args: &ScoreArgs, outputs: &Outputs) -> Result<Outcome> {
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
    let job = Job {
        command: "score",
        input: &args.input,
        judge: &args.judge,
        batch: &args.batch,
        site: &args.site,
        form,
        dropped: None,
        in_place: false,
    };
    let Ran { mut outcome, found, .. } = batch::run(job, outputs)?;
    if args.exit_verdict && found {
        outcome.status = Some(FOUND);
    }
    Ok(outcome)
}
