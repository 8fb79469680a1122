//! The program: thin over the library. Each subcommand has a file of its own.

mod advice;
mod applies;
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
mod panics;
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

use anyhow::{Result, bail};

use args::{Cli, Command};
use config::Asked;
use outcome::{FAILED, Outcome};
use output::Outputs;

fn main() -> ExitCode {
    panics::silence();
    let typed: Vec<OsString> = std::env::args_os().collect();
    let asked = match config::read(&typed) {
        Ok(asked) => asked,
        Err(error) => return refused(&error),
    };
    let config = if let Asked::Run(cli) = &asked { cli.global.config.clone() } else { None };
    let outputs = Outputs::new(config);
    let (done, lenient) = match asked {
        Asked::Print(settings) => (output::print(&outputs, settings.as_bytes()), false),
        Asked::Run(cli) => {
            console::set(cli.global.quiet, cli.global.verbose);
            signals::watch();
            let done = panics::caught(|| run(&cli, &outputs)).unwrap_or_else(|| bail!(panics::OF_THE_RUN));
            (done.inspect(|outcome| applies::tell(&cli.global.typed, outcome.met)), cli.lenient())
        }
    };
    let status = match done {
        Ok(outcome) => outcome.status(lenient),
        // Whoever read our output has seen enough: that is no failure.
        Err(error) if output::is_closed_pipe(&error) => 0,
        Err(error) => return failed(&error),
    };
    // A run that fails leaves every file as it was.
    if status != FAILED
        && let Err(error) = outputs.commit()
    {
        return failed(&error);
    }
    ExitCode::from(status)
}

fn run(cli: &Cli, outputs: &Outputs) -> Result<Outcome> {
    match &cli.command {
        Command::Clean(args) => clean::run(args, outputs),
        Command::Score(args) => score::run(args, outputs),
        Command::Explain(args) => explain::run(args, outputs),
        Command::Train(args) => train::run(args, &cli.global.typed, outputs),
        Command::Tune(args) => tune::run(args, outputs),
        Command::Count(args) => count::run(args, outputs),
        Command::Merge(args) => merge::run(args, outputs),
        Command::SiteMemory(args) => site_memory::run(args, outputs),
        Command::Evaluate(args) => evaluate::run(args, outputs),
        Command::Model(args) => model::run(args, outputs),
        Command::Completions(args) => shell::completions(args, outputs),
        Command::Man(args) => shell::man(args, outputs),
    }
}

/// Help, version and wrong usage, as clap words them; a configuration file that cannot be used.
fn refused(error: &anyhow::Error) -> ExitCode {
    match error.downcast_ref::<clap::Error>() {
        Some(usage) if !usage.use_stderr() && output::was_closed() => failed(&output::is_closed()),
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
    ExitCode::from(FAILED)
}
