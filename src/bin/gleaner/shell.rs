//! `gleaner completions` and `gleaner man`: both from the list of flags.

use std::any::TypeId;
use std::io::Write;

use anyhow::Result;
use clap::{Arg, Command, CommandFactory, ValueHint};
use clap_mangen::Man;

use crate::args::{Cli, CompletionsArgs, ManArgs, SiteMemoryArg};
use crate::outcome::Outcome;
use crate::output::files::Files;
use crate::output::{self, Outputs};

/// Runs `gleaner completions`.
pub fn completions(args: &CompletionsArgs, outputs: &Outputs) -> Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut hinted(Cli::command()), "gleaner", &mut script);
    output::print(outputs, &script)
}

/// The command, with file names offered only where files go, and folders where folders go.
fn hinted(command: Command) -> Command {
    let hint = |arg: Arg| {
        let named = |name: &str| arg.get_value_names().is_some_and(|names| names.iter().any(|it| it == name));
        let hint = match arg.get_value_hint() {
            _ if named("DIR") => ValueHint::DirPath,
            _ if arg.get_value_parser().type_id() == TypeId::of::<SiteMemoryArg>() => ValueHint::FilePath,
            ValueHint::Unknown => ValueHint::Other,
            known => known,
        };
        if arg.get_action().takes_values() { arg.value_hint(hint) } else { arg }
    };
    command.mut_args(hint).mut_subcommands(hinted)
}

/// Runs `gleaner man`.
pub fn man(args: &ManArgs, outputs: &Outputs) -> Result<Outcome> {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let Some(folder) = &args.folder else {
        return output::print(outputs, &page(command)?);
    };
    let (mut commands, mut pages) = (vec![command], Vec::new());
    while let Some(command) = commands.pop() {
        commands.extend(command.get_subcommands().cloned());
        let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
        pages.push((folder.join(format!("{name}.1")), page(command)?));
    }
    outputs.claim(Files::default().writes("man", pages.iter().map(|(file, _)| file)))?;
    outputs.make(folder)?;
    for (file, page) in &pages {
        outputs.with(Some(file), |out| Ok(out.write_all(page)?))?;
    }
    Ok(Outcome::default())
}

fn page(command: Command) -> Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}
