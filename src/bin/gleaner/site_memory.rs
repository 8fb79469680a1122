//! `gleaner site-memory`, and finding the memory that others use.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use gleaner::unstable::site::{Sightings, SiteMemory};
use gleaner::unstable::split;

use crate::args::{SiteMemoryArg, SiteMemoryArgs, SiteMemoryBuildArgs, SiteMemoryCommand};
use crate::console::remark;
use crate::input;
use crate::outcome::Outcome;
use crate::output::Outputs;
use crate::output::files::Files;

/// What a memory of sites is to a run.
pub const SITE_MEMORY: &str = "the site memory";

/// Runs the subcommand.
pub fn run(args: &SiteMemoryArgs, outputs: &Outputs) -> Result<Outcome> {
    match &args.command {
        SiteMemoryCommand::Build(args) => build(args, outputs),
        SiteMemoryCommand::Info { memory, json } => {
            outputs.claim(Files::default().reads(SITE_MEMORY, [memory]).results(None))?;
            info(&load(memory)?, *json, outputs)
        }
    }
}

/// A memory file.
///
/// # Errors
/// One that cannot be read, or is no sound memory.
pub fn load(path: &Path) -> Result<SiteMemory> {
    let bytes = fs::read(path).with_context(|| format!("{}: cannot read the site memory", path.display()))?;
    Ok(SiteMemory::from_bytes(&bytes, path)?)
}

/// Where a run takes its memory of sites from.
pub enum Memory {
    /// What came before in this run.
    Before(SiteMemory),
    /// A file, which knows all documents.
    Built(SiteMemory),
}

impl Memory {
    /// What was asked for.
    ///
    /// # Errors
    /// As [`load`]; a size that is none or too large.
    pub fn new(arg: &SiteMemoryArg) -> Result<Self> {
        Ok(match arg {
            SiteMemoryArg::Size(bytes) => Self::Before(SiteMemory::new(*bytes)?),
            SiteMemoryArg::File(path) => Self::Built(load(path)?),
        })
    }

    /// How many documents of its site have each paragraph of this one.
    pub fn counts(&mut self, sightings: &Sightings) -> Vec<u32> {
        match self {
            Self::Before(memory) => memory.see(sightings),
            Self::Built(memory) => memory.look(sightings),
        }
    }
}

fn build(args: &SiteMemoryBuildArgs, outputs: &Outputs) -> Result<Outcome> {
    outputs.claim(Files::default().inputs(&args.input.files).results(Some(&args.output)))?;
    let output = outputs.open(Some(&args.output))?;
    let mut memory = SiteMemory::new(args.size)?;
    let mut outcome = Outcome::default();
    let (mut without, mut pages) = (0u64, 0u64);
    input::each(&args.input, outputs, &mut outcome, |_, document, is_page| {
        if is_page {
            pages += 1;
            return Ok(());
        }
        let paragraphs = split::text::units(&document, args.input.split);
        match Sightings::of(&document, &paragraphs) {
            Some(sightings) => drop(memory.see(&sightings)),
            None => without += 1,
        }
        Ok(())
    })?;
    outputs.write(output, |out| Ok(memory.write(out)?))?;
    let address = match without {
        0 => String::new(),
        n => format!(", {n} without an address (--url-key names its field)"),
    };
    let pages = match pages {
        0 => String::new(),
        n => format!(", {n} pages of HTML left out: sites are remembered of text alone"),
    };
    remark(&format!("{}: {}{address}{pages}", args.output.display(), summary(&memory)));
    Ok(outcome)
}

/// What a memory holds, in a line.
fn summary(memory: &SiteMemory) -> String {
    let table = memory.table();
    format!(
        "{} paragraphs of {} documents ({} of them copies), {} forgotten for want of room",
        table.len(),
        memory.documents(),
        memory.copies(),
        table.forgotten()
    )
}

/// Says that a memory was too small, if it was.
pub fn forgotten(memory: &SiteMemory) {
    if memory.table().forgotten() > 0 {
        remark(&format!("site memory: {}; --site-memory with more room forgets less", summary(memory)));
    }
}

fn info(memory: &SiteMemory, json: bool, outputs: &Outputs) -> Result<Outcome> {
    let table = memory.table();
    outputs.with(None, |out| {
        if json {
            let value = serde_json::json!({
                "bytes": table.bytes(),
                "paragraphs": table.len(),
                "documents": memory.documents(),
                "copies": memory.copies(),
                "forgotten": table.forgotten(),
            });
            writeln!(out, "{value}")?;
            return Ok(Outcome::default());
        }
        writeln!(out, "memory       {} bytes", table.bytes())?;
        writeln!(out, "paragraphs   {} of at most {}", table.len(), table.bytes() / 8)?;
        writeln!(out, "documents    {}, {} of them copies", memory.documents(), memory.copies())?;
        writeln!(out, "forgotten    {}", table.forgotten())?;
        Ok(Outcome::default())
    })
}
