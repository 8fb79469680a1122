//! `gleaner count`.

use anyhow::Result;

use crate::args::CountArgs;
use crate::labelled::gather;
use crate::outcome::Outcome;
use crate::output;

/// Runs the subcommand.
pub fn run(args: &CountArgs) -> Result<Outcome> {
    let gathered = gather(&args.files)?;
    let corpus = &gathered.corpus;
    let mut table = corpus.to_table(&corpus.count(args.min_sites, |_| true));
    if args.min_count > 1 {
        table = table.filtered(|id| {
            table.row(id).iter().fold(0u64, |sum, &n| sum.saturating_add(n)) >= args.min_count
        });
    }
    output::with(args.output.as_deref(), |out| {
        table.write(out)?;
        Ok(Outcome::default())
    })
}
