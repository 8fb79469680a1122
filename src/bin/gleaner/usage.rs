//! Wrong usage in the words of this program: clap says what is wrong, and here is added what to type.

use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Error};

use crate::args::Cli;

/// How alike a word must be to be what was meant: as in clap.
pub const ALIKE: f64 = 0.7;

/// The same error, with what to type.
pub fn reworded(mut error: Error) -> Error {
    match error.kind() {
        ErrorKind::InvalidSubcommand => subcommand(&mut error),
        ErrorKind::UnknownArgument => argument(&mut error),
        _ => {}
    }
    error
}

/// A word that is no subcommand: a file, or one that is spelt wrongly.
fn subcommand(error: &mut Error) {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else { return };
    let typed = typed.clone();
    if Path::new(&typed).exists() || typed.contains(['.', '/', '\\']) {
        let tip = format!("to clean a file, type `gleaner clean {typed}`");
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        return;
    }
    if error.get(ContextKind::SuggestedSubcommand).is_none() {
        let command = Cli::command();
        let names = command.get_subcommands().map(Command::get_name);
        if let Some(name) = meant(&typed, names) {
            error.insert(ContextKind::SuggestedSubcommand, ContextValue::String(name.to_owned()));
        }
    }
}

/// A flag that does not exist: one like it is named without the value that switches it off (`--flag=false`).
fn argument(error: &mut Error) {
    if let Some(ContextValue::String(suggested)) = error.get(ContextKind::SuggestedArg) {
        let name = suggested.split(['[', '=', ' ']).next().unwrap_or_default().to_owned();
        error.insert(ContextKind::SuggestedArg, ContextValue::String(name));
        // The line of usage would show it with that value.
        error.remove(ContextKind::Usage);
    }
}

/// The name that is most like a word, if one is near.
pub fn meant<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let likeness = |name: &str| strsim::jaro(word, name);
    let mut near: Vec<&str> = names.filter(|name| likeness(name) > ALIKE).collect();
    near.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)).then(a.cmp(b)));
    near.first().copied()
}
