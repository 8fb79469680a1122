//! `gleaner explain`.

#[cfg(feature = "html")]
mod report;
mod show;
mod units;

use std::io::Write;

use anyhow::{Context, Result, bail};

use crate::args::{self, ExplainArgs};
use crate::model::MODEL;
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::output::files::Files;
use crate::site_memory::SITE_MEMORY;
use crate::{input, model};
use units::Explaining;

/// Runs the subcommand.
pub fn run(args: &ExplainArgs, outputs: &Outputs) -> Result<Outcome> {
    let files = Files::default().inputs(&args.input.files).reads(MODEL, &args.judge.model);
    let files = files.reads(SITE_MEMORY, args.site.file());
    #[cfg(feature = "html")]
    if let Some(file) = &args.html {
        return report::write(args, file, files, outputs);
    }
    if args.top.is_some() && !args.full && !args.json {
        bail!("--top says how much --full or --json shows: add one of them");
    }
    if args.stage == Some(args::Stage::Read) && (args.paragraph.is_some() || !args.only.is_empty()) {
        bail!("--stage read shows documents, which have no paragraphs yet: leave out --paragraph and --only");
    }
    outputs.claim(files.results(args.output.as_deref()))?;
    let output = outputs.open(args.output.as_deref())?;
    let model = model::load(args.judge.model.as_deref())?;
    let mut explaining = Explaining::new(args, &model)?;
    let mut outcome = Outcome::default();
    outputs.write(output, |out| {
        input::each(&args.input, outputs, &mut outcome, |outcome, document, is_page| {
            explaining.document(&document, is_page, outcome, out)?;
            out.flush().context("cannot write")
        })
    })?;
    // Reading knows no paragraphs yet, and where nothing could be read that has been said.
    let counted = args.stage != Some(args::Stage::Read) && outcome.readable > 0;
    if let Some(number) = args.paragraph.filter(|&number| counted && number >= explaining.longest) {
        match explaining.longest {
            0 => bail!("there is no paragraph {number}: there are none"),
            n => bail!("there is no paragraph {number}: they are numbered from 0 to {}", n - 1),
        }
    }
    Ok(outcome)
}
