//! What a call of the client costs, compared with the same call by hand and by others.

mod callgrind;
mod check;
mod comparisons;
mod instruction_counts;
mod program;
mod report;
mod server;
mod timings;
mod weight;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use crate::terminal;

#[derive(Args)]
pub(crate) struct BenchArguments {
    #[command(subcommand)]
    command: Option<BenchCommand>,
    /// Write the results as JSON too.
    #[arg(long)]
    json: Option<PathBuf>,
    /// How often the contenders take turns where times are measured.
    #[arg(long, default_value_t = 7)]
    rounds: usize,
}

#[derive(Subcommand)]
enum BenchCommand {
    /// Compare the counts of this client with those that are committed.
    Check {
        /// Write what was measured into the committed file. Its reasons stay.
        #[arg(long)]
        update: bool,
    },
    /// Measure what the client adds to a program: dependencies, size, and the time that its build
    /// takes.
    Weight,
}

/// Whether everything is as it should be.
pub(crate) fn run(root: &Path, arguments: &BenchArguments) -> Result<bool, String> {
    match arguments.command {
        Some(BenchCommand::Check { update }) => check::run(root, update),
        Some(BenchCommand::Weight) => {
            terminal::print_line(weight::table(&weight::measure(root)?));
            Ok(true)
        }
        None => {
            let results = report::Results {
                costs: instruction_counts::measure(root, |_| true)?,
                rates: timings::requests(root, arguments.rounds)?,
                times: timings::times(root, arguments.rounds)?,
            };
            if let Some(file) = &arguments.json {
                report::write_json(file, &results)?;
            }
            terminal::print_line(report::table(&results));
            Ok(true)
        }
    }
}
