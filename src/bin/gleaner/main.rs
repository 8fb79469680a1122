//! The program: thin over the library. Each subcommand has a file of its own.

mod args;
mod clean;
mod count;
mod evaluate;
mod input;
mod model;
mod output;
mod report;
mod score;
mod train;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let lenient = cli.lenient();
    let done = match &cli.command {
        Command::Clean(args) => clean::run(args),
        Command::Score(args) => score::run(args),
        Command::Train(args) => train::run(args),
        Command::Count(args) => count::run(args),
        Command::Evaluate(args) => evaluate::run(args),
        Command::Model(args) => model::run(args),
    };
    match done {
        Ok(outcome) => outcome.exit_code(lenient),
        // Whoever read our output has seen enough: that is no failure.
        Err(error) if output::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            ExitCode::from(2)
        }
    }
}
