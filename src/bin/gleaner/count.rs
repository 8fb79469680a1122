//! `gleaner count`.

use anyhow::Result;

use crate::args::CountArgs;
use crate::output;
use crate::report::Outcome;
use crate::train::gather;

/// Runs the subcommand.
pub fn run(args: &CountArgs) -> Result<Outcome> {
    let gathered = gather(&args.files)?;
    let corpus = &gathered.corpus;
    let table = corpus.to_table(&corpus.count(|_| true, true));
    let table = table.filtered(|id| {
        let total = table.row(id).iter().fold(0u64, |sum, &n| sum.saturating_add(n));
        total >= args.min_count && table.sites(id).at_least() >= args.min_sites
    });
    output::with(args.output.as_deref(), |out| {
        table.write(out)?;
        Ok(Outcome::default())
    })
}
