//! `gleaner merge`.

use anyhow::{Context, Result, bail};
use gleaner::error::Place;
use gleaner::unstable::features::counts::{CountTable, HEADER, MAX_LABELS};
use gleaner::unstable::site::{SiteMemory, file};

use crate::args::MergeArgs;
use crate::input;
use crate::labelled::remark_alike;
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::output::files::Files;

/// What was added up so far.
enum Sum {
    Counts(CountTable),
    Sites(SiteMemory),
}

/// Runs the subcommand.
pub fn run(args: &MergeArgs, outputs: &Outputs) -> Result<Outcome> {
    input::check(&args.files)?;
    outputs.claim(Files::default().reads("a part of the sum", &args.files).results(Some(&args.output)))?;
    let output = outputs.open(Some(&args.output))?;
    let mut sum = None;
    for path in &args.files {
        // One at a time: only the sum and one part are in memory.
        let bytes = input::bytes(path)?;
        let name = path.display();
        sum = Some(if file::is_memory(&bytes) {
            let memory = SiteMemory::from_bytes(&bytes, path)?;
            match sum {
                None => Sum::Sites(memory),
                Some(Sum::Sites(mut sum)) => {
                    sum.merge(&memory).with_context(|| format!("{name}: cannot be added"))?;
                    Sum::Sites(sum)
                }
                Some(Sum::Counts(_)) => {
                    bail!("{name}: is a site memory, the files before it are count tables")
                }
            }
        } else if bytes.starts_with(HEADER.as_bytes()) {
            let table = CountTable::read(&mut bytes.as_slice(), &Place::of(path))?;
            let mut sum = match sum {
                None => CountTable::default(),
                Some(Sum::Counts(sum)) => sum,
                Some(Sum::Sites(_)) => {
                    bail!("{name}: is a count table, the files before it are site memories")
                }
            };
            sum.merge(&table);
            if sum.labels().len() > MAX_LABELS {
                bail!("{name}: with it there are more than {MAX_LABELS} labels");
            }
            Sum::Counts(sum)
        } else {
            bail!(
                "{name}: is neither a count table nor a site memory (`gleaner count` and `gleaner site-memory \
                 build` write them)"
            );
        });
    }
    if let Some(Sum::Counts(table)) = &sum {
        remark_alike(table.labels());
    }
    outputs.write(output, |out| {
        match &sum {
            Some(Sum::Counts(table)) => table.write(out)?,
            Some(Sum::Sites(memory)) => memory.write(out)?,
            None => {}
        }
        Ok(Outcome::default())
    })
}
