//! `gleaner completions` and `gleaner man`: both from the list of flags.

use std::fs;

use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_mangen::Man;
use gleaner::write::atomic;

use crate::args::{Cli, CompletionsArgs, ManArgs};
use crate::output;
use crate::report::Outcome;

/// Runs `gleaner completions`.
pub fn completions(args: &CompletionsArgs) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "gleaner", &mut script);
    output::with(None, |out| {
        out.write_all(&script)?;
        Ok(Outcome::default())
    })
}

/// Runs `gleaner man`.
pub fn man(args: &ManArgs) -> Result<Outcome> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.folder else {
        let page = page(command)?;
        return output::with(None, |out| {
            out.write_all(&page)?;
            Ok(Outcome::default())
        });
    };
    fs::create_dir_all(folder).with_context(|| format!("{}: cannot make the folder", folder.display()))?;
    let mut pages = vec![command];
    while let Some(command) = pages.pop() {
        pages.extend(command.get_subcommands().cloned());
        let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
        let page = page(command)?;
        atomic::replace(folder.join(format!("{name}.1")), |out| out.write_all(&page))?;
    }
    Ok(Outcome::default())
}

fn page(command: clap::Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
