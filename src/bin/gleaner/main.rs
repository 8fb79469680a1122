//! The program: thin over the library. Each subcommand has a file of its own.

mod advice;
mod args;
mod batch;
mod clean;
mod config;
mod console;
mod count;
mod evaluate;
mod explain;
mod help;
mod input;
mod labelled;
mod merge;
mod model;
mod must_keep;
mod outcome;
mod output;
#[cfg(feature = "html")]
mod pages;
mod progress;
mod review;
mod score;
mod shell;
mod signals;
mod site_memory;
mod terminal;
mod train;
mod tune;
mod usage;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use args::{Cli, Command};
use config::Asked;
use outcome::Outcome;

fn main() -> ExitCode {
    let typed: Vec<OsString> = std::env::args_os().collect();
    let asked = match config::read(&typed) {
        Ok(asked) => asked,
        Err(error) => return refused(&error),
    };
    let (done, lenient) = match asked {
        Asked::Print(settings) => (output::print(settings.as_bytes()), false),
        Asked::Run(cli) => {
            console::set(cli.global.quiet, cli.global.verbose);
            signals::watch();
            (run(&cli), cli.lenient())
        }
    };
    match done {
        Ok(outcome) => outcome.exit_code(lenient),
        // Whoever read our output has seen enough: that is no failure.
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn run(cli: &Cli) -> Result<Outcome> {
    match &cli.command {
        Command::Clean(args) => clean::run(args),
        Command::Score(args) => score::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Train(args) => train::run(args),
        Command::Tune(args) => tune::run(args),
        Command::Count(args) => count::run(args),
        Command::Merge(args) => merge::run(args),
        Command::SiteMemory(args) => site_memory::run(args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Model(args) => model::run(args),
        Command::Completions(args) => shell::completions(args),
        Command::Man(args) => shell::man(args),
    }
}

/// Help, version and wrong usage, as clap words them; a configuration file that cannot be used.
fn refused(error: &anyhow::Error) -> ExitCode {
    match error.downcast_ref::<clap::Error>() {
        Some(usage) => {
            // Where neither stream takes it there is nobody left to tell.
            let _ = usage.print();
            ExitCode::from(u8::try_from(usage.exit_code()).unwrap_or(2))
        }
        None => failed(error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    console::error(error);
    ExitCode::from(2)
}
