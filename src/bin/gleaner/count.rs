//! `gleaner count`.

use anyhow::Result;

use crate::args::CountArgs;
use crate::labelled::{LABELLED, gather, listed};
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::output::files::Files;

/// Runs the subcommand.
pub fn run(args: &CountArgs, outputs: &Outputs) -> Result<Outcome> {
    let files = listed(&args.files)?;
    outputs.claim(Files::default().reads(LABELLED, &files).results(args.output.as_deref()))?;
    let output = outputs.open(args.output.as_deref())?;
    let gathered = gather(&files)?;
    let corpus = &gathered.corpus;
    let mut table = corpus.to_table(&corpus.count(args.min_sites, |_| true));
    if args.min_count > 1 {
        table = table.filtered(|id| {
            table.row(id).iter().fold(0u64, |sum, &n| sum.saturating_add(n)) >= args.min_count
        });
    }
    outputs.write(output, |out| {
        table.write(out)?;
        Ok(Outcome::default())
    })
}
