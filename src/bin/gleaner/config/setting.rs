//! Which arguments are settings, and the subcommand whose settings hold.

use clap::{Arg, ArgMatches};

/// Flags about settings, which are none themselves.
const ABOUT: [&str; 2] = ["config", "print-config"];

/// The name under which an argument is a setting: its long flag; a bare argument is one if a variable
/// stands behind it.
pub fn key(arg: &Arg) -> Option<&str> {
    let bare = || arg.get_env().map(|_| arg.get_id().as_str());
    arg.get_long().or_else(bare).filter(|key| !ABOUT.contains(key))
}

/// Whether the argument is on or off.
pub fn is_flag(arg: &Arg) -> bool {
    arg.get_long().is_some() && arg.get_num_args().is_some_and(|values| values.min_values() == 0)
}

/// The subcommands on the way to the one that runs.
pub fn leaf(mut matches: &ArgMatches) -> Vec<String> {
    let mut leaf = Vec::new();
    while let Some((name, below)) = matches.subcommand() {
        leaf.push(name.to_owned());
        matches = below;
    }
    leaf
}
