//! The command `ekodb`, as a library so that its definitions can be tested.
#![deny(missing_docs)]

mod cli;
mod commands;
mod connection;
mod failure;
mod filter;
mod json_text;
mod literal_or_file;
mod output;
mod record_json;
mod settings;
mod terminal_settings;
mod transfer;
mod verify;

use std::{ffi::OsString, process::ExitCode};

use clap::{CommandFactory, FromArgMatches};

use crate::failure::{Exit, Failure};

/// The definitions of all commands and options.
pub fn command() -> clap::Command {
    cli::Cli::command()
}

/// Runs one command line, the name of the program first. Prints its results and errors.
pub async fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let parsed = command()
        .try_get_matches_from(arguments)
        .and_then(|matches| cli::Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            // A reader that has closed the output needs no error.
            let _ = error.print();
            return u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from);
        }
    };
    let (terminal, follows_signals) = (
        terminal_settings::SavedSettings::now(),
        cli.follows_signals(),
    );
    // On a task of its own: it may be blocked in a question or a read when Ctrl-C comes.
    let task = tokio::spawn(Box::pin(cli.run(command())));
    let outcome = tokio::select! {
        outcome = task => outcome.unwrap_or_else(|error| {
            Err(Failure::failed(format!("this is a bug of ekodb: {error}")))
        }),
        _ = tokio::signal::ctrl_c(), if !follows_signals => {
            terminal.restore();
            Err(Failure::new(Exit::Interrupted, "interrupted"))
        }
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            output::print_failure(&failure);
            ExitCode::from(failure.exit as u8)
        }
    }
}

/// Says that the process could not begin. Returns its exit code.
pub fn cannot_start(error: &std::io::Error) -> ExitCode {
    let failure = Failure::io("cannot start the runtime", error);
    output::print_failure(&failure);
    ExitCode::from(failure.exit as u8)
}
