//! `gleaner explain`.

#[cfg(feature = "html")]
mod report;
mod show;
mod units;

use anyhow::{Context, Result, bail};

use crate::args::{self, ExplainArgs};
use crate::outcome::Outcome;
use crate::{input, model, output};
use units::Explaining;

/// Runs the subcommand.
pub fn run(args: &ExplainArgs) -> Result<Outcome> {
    #[cfg(feature = "html")]
    if let Some(file) = &args.html {
        return report::write(args, file);
    }
    if let Some(output) = &args.output
        && let Some(input) = args.input.files.iter().find(|file| output::is_same(file, output))
        && !output::is_standard(input)
    {
        bail!("{}: is an input; the explanation (-o) would replace it", input.display());
    }
    let model = model::load(args.judge.model.as_deref())?;
    let mut explaining = Explaining::new(args, &model)?;
    let mut outcome = Outcome::default();
    output::with(args.output.as_deref(), |out| {
        input::each(&args.input, &mut outcome, |outcome, document, is_page| {
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
