//! `ekodb completions`, made from the definitions of the commands.

use std::io::{self, Write};

use clap::{Args, Command};
use clap_complete::Shell;

use crate::failure::Failure;

/// Print the completions of a shell
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  ekodb completions bash
  ekodb completions powershell

To load them in bash, add to ~/.bashrc: source <(ekodb completions bash)")]
pub(crate) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self, mut command: Command) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "ekodb", &mut script);
        let mut out = io::stdout().lock();
        out.write_all(&script)?;
        Ok(out.flush()?)
    }
}
