//! `ekodb man`, made from the definitions of the commands.

use std::{io, path::PathBuf};

use clap::{Args, Command};

use super::Context;
use crate::failure::Failure;

/// Write the manual pages into a directory, one for each command
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb man man1")]
pub(crate) struct Man {
    /// The directory, which is made if it does not exist
    directory: PathBuf,
}

impl Man {
    pub(crate) fn run(self, context: &Context, command: Command) -> Result<(), Failure> {
        let path = self.directory.display().to_string();
        let failed = |error: io::Error| {
            Failure::io(format_args!("cannot write manual pages to {path}"), &error)
        };
        std::fs::create_dir_all(&self.directory).map_err(failed)?;
        clap_mangen::generate_to(command, &self.directory).map_err(failed)?;
        context
            .output
            .note(&format!("wrote the manual pages to {path}"));
        Ok(())
    }
}
