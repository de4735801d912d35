//! `cargo xtask spec`: comparing the contract with what was released, and releasing it.

mod diff;
mod outcome;
mod release;
mod versions;

#[cfg(test)]
mod tests;

use std::{
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Subcommand;
use serde_json::json;
use xtask::contract::Document;

use self::outcome::Outcome;

use crate::{diff::render::Format, finding, lint, terminal::print_line};

/// What to do with the contract.
#[derive(Subcommand)]
pub(crate) enum ContractCommand {
    /// Compare the OpenAPI document with a released one.
    ///
    /// Ends with 1 if something breaks and `info.version` does not say so, with 2 if there was
    /// nothing to compare.
    Diff {
        /// What to compare with: a released version such as `0.1.0`, or a file. The last release,
        /// if not given.
        base: Option<String>,
        /// How to write it down.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// The OpenAPI document, relative to the root.
        #[arg(long, default_value = "spec/ekodb.yaml")]
        spec: PathBuf,
    },
    /// Freeze the OpenAPI document as the release of its version.
    ///
    /// Refuses with 1 if the changes since the last release need a higher version.
    Release {
        /// The OpenAPI document, relative to the root.
        #[arg(long, default_value = "spec/ekodb.yaml")]
        spec: PathBuf,
    },
}

/// Runs a command, and prints what it has to say.
pub(crate) fn run(root: &Path, command: &ContractCommand) -> ExitCode {
    let outcome = match command {
        ContractCommand::Diff { base, format, spec } => {
            diff::diff(root, spec, base.as_deref(), *format)
        }
        ContractCommand::Release { spec } => release(root, spec),
    };
    match outcome {
        Ok(Outcome::Done(text)) => print(&text, ExitCode::SUCCESS),
        Ok(Outcome::Refused(text)) => print(&text, ExitCode::from(1)),
        Err(reason) => {
            if let ContractCommand::Diff {
                format: Format::Json,
                ..
            } = command
            {
                print_line(format_args!("{:#}", json!({ "error": reason })));
            }
            let _ = writeln!(anstream::stderr(), "error: {reason}");
            ExitCode::from(2)
        }
    }
}

/// Prints a report, and returns the exit code, unless the report cannot be written. Colours are
/// taken out where no terminal reads them. It is not an error if the reader has gone.
fn print(text: &str, code: ExitCode) -> ExitCode {
    let mut output = anstream::stdout();
    match write!(output, "{text}").and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let _ = writeln!(
                anstream::stderr(),
                "error: the report cannot be written: {error}"
            );
            ExitCode::from(2)
        }
        _ => code,
    }
}

/// Freezes the document, unless the lint finds fault with it: a release cannot be fixed.
fn release(root: &Path, spec: &Path) -> Result<Outcome, String> {
    let document = Document::load(root, spec)?;
    let findings = lint::all(&document);
    if findings.is_empty() {
        release::release(root, &document)
    } else {
        finding::print(&document, &findings);
        Ok(Outcome::Refused(
            "nothing was released: fix these first\n".to_owned(),
        ))
    }
}
