//! Settings: a flag wins over its environment variable, that over the configuration file, that over the
//! default. The list of flags is the only list of settings: what the file says becomes their defaults.

mod file;
mod print;
mod setting;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::builder::Resettable;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, CommandFactory, FromArgMatches};

use crate::args::Cli;
use crate::usage;
use file::File;
use setting::{is_flag, leaf};

/// Settings that exclude each other: one that is typed silences what the file says of the others.
const EITHER: [&str; 3] = ["threshold", "precision", "recall"];

/// What was asked for.
pub enum Asked {
    /// To run this.
    Run(Box<Cli>),
    /// To print these settings.
    Print(String),
}

/// What was typed, over what the environment and the configuration file say.
///
/// # Errors
/// Wrong usage, help and version as [`clap::Error`]; a configuration file that cannot be used.
pub fn read(typed: &[OsString]) -> Result<Asked> {
    let command = each_arg(Cli::command(), &|arg| with_value(without_empty_variable(arg)));
    // Errors wait: which flags must be there depends on the file, and which file on the flags.
    let first = match command.clone().ignore_errors(true).try_get_matches_from(typed) {
        Ok(matches) => matches,
        Err(error) => return Err(usage::reworded(as_listed(typed, error)).into()),
    };
    let leaf = leaf(&first);
    if leaf.is_empty() && first.get_one::<bool>("print_config") == Some(&true) {
        bail!("--print-config prints the settings of one subcommand: try `gleaner clean --print-config`");
    }
    if leaf.is_empty() {
        let matches = Cli::command().try_get_matches_from(typed).map_err(usage::reworded)?;
        return Ok(Asked::Run(Box::new(Cli::from_arg_matches(&matches)?)));
    }
    let mut file = find(&first)?.map(|path| File::read(path, &command)).transpose()?;
    if let Some(file) = &mut file {
        file.forget(&silenced(&command, &first));
    }
    let mut command = match &file {
        Some(file) => with_defaults(command, &leaf, 0, file),
        None => command,
    };
    if first.get_one::<bool>("print_config") == Some(&true) {
        let command = each_arg(command, &|arg| arg.required(false));
        let matches = command.clone().try_get_matches_from(typed).map_err(usage::reworded)?;
        return Ok(Asked::Print(print::settings(&command, &matches, file.as_ref())));
    }
    let matches = match command.try_get_matches_from_mut(typed) {
        Err(error) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            return Err(as_listed(typed, error).into());
        }
        other => other.map_err(usage::reworded)?,
    };
    let mut cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    cli.global.config = file.map(|file| file.path);
    cli.global.typed = flags(&command, &matches);
    Ok(Asked::Run(Box::new(cli)))
}

/// Help and version as the list of flags has them, without what the settings need.
fn as_listed(typed: &[OsString], error: clap::Error) -> clap::Error {
    Cli::command().try_get_matches_from(typed).err().unwrap_or(error)
}

fn each_arg(command: Command, change: &impl Fn(Arg) -> Arg) -> Command {
    command.mut_args(change).mut_subcommands(|subcommand| each_arg(subcommand, change))
}

/// A variable that is set to nothing says nothing.
fn without_empty_variable(arg: Arg) -> Arg {
    let empty = arg.get_env().and_then(env::var_os).is_some_and(|value| value.is_empty());
    if empty { arg.env(Resettable::Reset) } else { arg }
}

/// A flag that also takes `=false`, so that what the file turns on can be turned off.
fn with_value(arg: Arg) -> Arg {
    if !matches!(arg.get_action(), ArgAction::SetTrue) {
        return arg;
    }
    arg.action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .value_parser(clap::value_parser!(bool))
        .default_missing_value("true")
        .default_value("false")
}

/// The file's values as defaults, from the command down to the subcommand that runs.
fn with_defaults(command: Command, leaf: &[String], depth: usize, file: &File) -> Command {
    let command = command.mut_args(|arg| match file.entry(&arg, leaf) {
        Some(entry) => arg.default_values(entry.values.clone()).required(false),
        None => arg,
    });
    match leaf.get(depth) {
        Some(name) => {
            command.mut_subcommand(name, |subcommand| with_defaults(subcommand, leaf, depth + 1, file))
        }
        None => command,
    }
}

/// The flags of the subcommand that were typed.
fn flags(mut command: &Command, mut matches: &ArgMatches) -> Vec<String> {
    while let Some((name, below)) = matches.subcommand() {
        let Some(inner) = command.find_subcommand(name) else { break };
        (command, matches) = (inner, below);
    }
    let typed = |arg: &&Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    command.get_arguments().filter(typed).filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
}

/// Those of [`EITHER`] about which the file has no say, because another of them was typed, and not as
/// `=false`.
fn silenced(mut command: &Command, mut matches: &ArgMatches) -> Vec<&'static str> {
    while let Some((name, below)) = matches.subcommand() {
        let Some(inner) = command.find_subcommand(name) else { break };
        (command, matches) = (inner, below);
    }
    let is_typed = |key: &&str| {
        let arg = command.get_arguments().find(|arg| arg.get_long() == Some(key));
        arg.is_some_and(|arg| {
            let id = arg.get_id().as_str();
            let on = !is_flag(arg) || matches.get_one::<bool>(id) == Some(&true);
            on && matches.value_source(id) == Some(ValueSource::CommandLine)
        })
    };
    let (typed, others): (Vec<_>, Vec<_>) = EITHER.into_iter().partition(is_typed);
    if typed.is_empty() { Vec::new() } else { others }
}

/// The configuration file: the one named, which must be there, or the user's, if there is one.
fn find(matches: &ArgMatches) -> Result<Option<PathBuf>> {
    if let Some(named) = matches.get_one::<PathBuf>("config") {
        return Ok(Some(named.clone()));
    }
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    let Some(path) = folder.map(|folder| folder.join("gleaner").join("config.toml")) else {
        return Ok(None);
    };
    // Where nobody may look (the home folder of somebody else, as in containers) there are no settings of this user.
    Ok(path.exists().then_some(path))
}
