//! `--print-config`: what holds and where it comes from, as a configuration file.

use std::any::TypeId;
use std::ffi::OsStr;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

use super::file::File;
use super::setting::{is_flag, key, leaf};
use crate::args::CONFIG_VARIABLE;

/// Column at which the origins stand.
const ORIGINS: usize = 36;

/// The settings of the subcommand that was typed, one a line.
pub fn settings(command: &Command, matches: &ArgMatches, file: Option<&File>) -> String {
    let leaf = leaf(matches);
    let mut lines = vec![format!("# gleaner {}", leaf.join(" "))];
    lines.push(match file {
        Some(file) => {
            let origin = origin_of_file(matches);
            format!("# configuration file: {}{origin}", file.path.display())
        }
        None => "# configuration file: none".to_owned(),
    });
    // From the subcommand up to what is common to all.
    let mut commands = vec![(command, matches)];
    for name in &leaf {
        let (command, matches) = commands[commands.len() - 1];
        let (Some(command), Some(matches)) =
            (command.find_subcommand(name), matches.subcommand_matches(name))
        else {
            break;
        };
        commands.push((command, matches));
    }
    for (command, matches) in commands.into_iter().rev() {
        for arg in command.get_arguments() {
            let Some(key) = key(arg) else { continue };
            let value = match matches.get_raw(arg.get_id().as_str()) {
                Some(values) => format!("{key} = {}", literal(arg, &values.collect::<Vec<_>>())),
                None => format!("# {key} is not set"),
            };
            lines.push(format!("{value:ORIGINS$}  # {}", origin(arg, matches, file, &leaf)));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn origin(arg: &Arg, matches: &ArgMatches, file: Option<&File>, leaf: &[String]) -> String {
    match matches.value_source(arg.get_id().as_str()) {
        Some(ValueSource::CommandLine) => match arg.get_long() {
            Some(long) => format!("flag --{long}"),
            None => "argument".to_owned(),
        },
        Some(ValueSource::EnvVariable) => {
            format!("environment variable {}", arg.get_env().unwrap_or_default().to_string_lossy())
        }
        _ => match file.and_then(|file| Some((file, file.entry(arg, leaf)?))) {
            Some((file, entry)) => format!("file {}, line {}", file.path.display(), entry.line),
            None => "default".to_owned(),
        },
    }
}

fn origin_of_file(matches: &ArgMatches) -> String {
    match matches.value_source("config") {
        Some(ValueSource::CommandLine) => " (flag --config)".to_owned(),
        Some(ValueSource::EnvVariable) => format!(" (environment variable {CONFIG_VARIABLE})"),
        _ => String::new(),
    }
}

/// Values as TOML.
fn literal(arg: &Arg, values: &[&OsStr]) -> String {
    let one = |value: &&OsStr| {
        let value = value.to_string_lossy();
        if is_flag(arg) || is_number(arg) && value.parse::<f64>().is_ok() {
            value.into_owned()
        } else {
            // A JSON string is a TOML string.
            serde_json::Value::from(value).to_string()
        }
    };
    match values {
        [value] if !matches!(arg.get_action(), clap::ArgAction::Append) => one(value),
        values => format!("[{}]", values.iter().map(one).collect::<Vec<_>>().join(", ")),
    }
}

fn is_number(arg: &Arg) -> bool {
    let of = arg.get_value_parser().type_id();
    [TypeId::of::<f64>(), TypeId::of::<u32>(), TypeId::of::<u64>(), TypeId::of::<usize>()]
        .iter()
        .any(|it| of == *it)
}
