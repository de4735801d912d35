//! The project's own tooling: `cargo xtask <command>`.
#![allow(clippy::print_stderr, reason = "it is a command")]

mod bench;
mod ci;
mod codegen;
mod command;
mod diff;
mod features;
mod files;
mod finding;
mod fuzz;
mod lint;
mod metadata;
mod package;
mod public_api;
mod releases;
mod rust_syntax;
mod surface;
mod terminal;
mod tidy;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use releases::ContractCommand;
use xtask::contract::Document;

/// Reserved, not used: only what is touched takes memory.
const STACK: usize = 1 << 28;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "The project's own tooling"
)]
struct Cli {
    /// The root of the repository.
    #[arg(long, global = true, default_value_os_t = repository())]
    root: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the generated files from the OpenAPI document.
    Codegen {
        /// Compare only: print a diff and fail if a generated file is stale.
        #[arg(long)]
        check: bool,
        /// The OpenAPI document, relative to the root.
        #[arg(long, default_value = "spec/ekodb.yaml")]
        spec: PathBuf,
    },
    /// Work on the OpenAPI document.
    Spec {
        #[command(subcommand)]
        command: SpecCommand,
    },
    /// Run everything that must hold before a change lands, and print how long each step took.
    Ci {
        /// Leave out what needs other languages, a browser or minutes: format, lints, generated
        /// files and unit tests remain.
        #[arg(long)]
        quick: bool,
    },
    /// Report modules that have grown too long, leftovers in hand-written code, and dependencies
    /// that need a newer Rust than the crates promise.
    Tidy,
    /// Write the public items of the libraries into their `public-api.txt`.
    PublicApi {
        /// Compare only: print a diff and fail if a file is stale.
        #[arg(long)]
        check: bool,
    },
    /// Check the client with each of its features: none, the default ones, each alone, and all.
    Features,
    /// Check what the packages of the crates hold, and build each from its package.
    Package,
    /// Measure what a call costs compared with the same call by hand, by hyper-util and the
    /// official client. Needs valgrind.
    Bench(bench::BenchArguments),
    /// Give random inputs to the parsers, longer than `cargo test` does. A failure is printed with
    /// the seed that repeats it, as BOLERO_RANDOM_SEED.
    Fuzz {
        /// How long for each test.
        #[arg(long, default_value_t = 120)]
        seconds: u64,
        /// Run only the tests whose names contain this.
        #[arg(default_value = "")]
        name: String,
    },
}

#[derive(Subcommand)]
enum SpecCommand {
    /// Say what is wrong with the document, where, why, and what to write instead.
    Lint {
        /// The OpenAPI document, relative to the root.
        #[arg(long, default_value = "spec/ekodb.yaml")]
        spec: PathBuf,
    },
    /// Ask a server whether it is as the document assumes: `ekodb verify`, with its arguments.
    Verify {
        /// Such as --url, --admin, --probe and --json; `--help` lists them.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    #[command(flatten)]
    Contract(ContractCommand),
}

fn main() -> ExitCode {
    if let Some(code) = public_api::as_rustdoc() {
        return code;
    }
    let cli = Cli::parse();
    // The generator follows references by calling itself: a long chain of them must not end it.
    let thread = std::thread::Builder::new().stack_size(STACK);
    let ended = thread
        .spawn(move || run(&cli))
        .map(std::thread::JoinHandle::join);
    match ended {
        Ok(Ok(Ok(code))) => code,
        Ok(Ok(Err(report))) => {
            eprintln!("error: {report}");
            ExitCode::FAILURE
        }
        // The panic has been printed.
        Ok(Err(_)) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: no thread can be started: {error}");
            ExitCode::FAILURE
        }
    }
}

/// How the command ended; `Err` where it could not do its work.
fn run(cli: &Cli) -> Result<ExitCode, String> {
    let well = match &cli.command {
        Command::Codegen { check, spec } => {
            let document = Document::load(&cli.root, spec)?;
            let findings = lint::essentials(&document);
            if !findings.is_empty() {
                finding::print(&document, &findings);
                eprintln!("nothing was generated");
                return Ok(ExitCode::FAILURE);
            }
            codegen::run(&cli.root, &document, *check)?
        }
        Command::Spec {
            command: SpecCommand::Lint { spec },
        } => {
            let document = Document::load(&cli.root, spec)?;
            let findings = lint::all(&document);
            if findings.is_empty() {
                let count = document.operations().len();
                terminal::print_line(format_args!(
                    "{}: nothing is wrong with its {count} operations",
                    spec.display()
                ));
            } else {
                finding::print(&document, &findings);
            }
            findings.is_empty()
        }
        Command::Spec {
            command: SpecCommand::Verify { arguments },
        } => return verify(&cli.root, arguments),
        Command::Spec {
            command: SpecCommand::Contract(command),
        } => return Ok(releases::run(&cli.root, command)),
        Command::Ci { quick } => ci::run(&cli.root, *quick)?,
        Command::Tidy => tidy::run(&cli.root)?,
        Command::PublicApi { check } => public_api::run(&cli.root, *check)?,
        Command::Features => features::run(&cli.root)?,
        Command::Package => package::run(&cli.root)?,
        Command::Bench(arguments) => bench::run(&cli.root, arguments)?,
        Command::Fuzz { seconds, name } => fuzz::run(&cli.root, *seconds, name)?,
    };
    Ok(if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs `ekodb verify` of this repository. Returns its exit code.
fn verify(root: &Path, arguments: &[OsString]) -> Result<ExitCode, String> {
    let status = command::cargo(root)
        .args(["run", "--quiet", "-p", "ekodb-cli", "--", "verify"])
        .args(arguments)
        .status()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The repository that this program was built from.
fn repository() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}
