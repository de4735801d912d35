//! Serving from the command line.

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use super::arguments::{Action, Arguments, EmulatorArgs};
use super::banner;
use super::exec::{self, ExecError};
use super::signals::{StopSignal, StopSignals};
use crate::Emulator;

/// The port, unless another one is named.
const PORT: u16 = 8080;

/// Runs the command line of this process: serves, or runs a command with a server. Returns the
/// exit code.
pub async fn main() -> ExitCode {
    run(EmulatorArgs::read()).await
}

/// Does what the arguments say until it is done, or a signal asks to stop. Logs and errors go to
/// standard error. Returns the exit code.
pub async fn run(EmulatorArgs { arguments, action }: EmulatorArgs) -> ExitCode {
    log_to_stderr(arguments.log.as_deref());
    match action {
        None | Some(Action::Serve) => match serve(&arguments).await {
            Ok(code) => code,
            Err(error) => failure(&*error, 1),
        },
        Some(Action::Exec { command }) => match exec(&arguments, &command).await {
            Ok(code) => code,
            Err(error) => {
                let refused = error.downcast_ref().map(ExecError::exit_code);
                failure(&*error, refused.unwrap_or(exec::EMULATOR_FAILED))
            }
        },
    }
}

async fn serve(arguments: &Arguments) -> Result<ExitCode, Box<dyn Error>> {
    // Before the start, so that a signal is never missed once the ready line is out.
    let mut signals = StopSignals::listen()?;
    let emulator = match start(arguments, PORT, &mut signals).await? {
        Started::Running(emulator) => emulator,
        Started::Stopped(_) => return Ok(ExitCode::SUCCESS),
    };
    // Whoever started us may have closed our output: that is no reason to stop serving.
    let _ = banner::announce(&emulator, arguments);
    signals.next().await;
    emulator.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

async fn exec(arguments: &Arguments, command: &[OsString]) -> Result<ExitCode, Box<dyn Error>> {
    let mut signals = StopSignals::listen()?;
    let emulator = match start(arguments, 0, &mut signals).await? {
        Started::Running(emulator) => emulator,
        Started::Stopped(signal) => return Ok(signal.exit_code().into()),
    };
    let code = exec::run(&emulator, command, &mut signals).await;
    emulator.shutdown().await;
    Ok(code?.into())
}

enum Started {
    Running(Emulator),
    /// By a signal, before it was ready.
    Stopped(StopSignal),
}

async fn start(
    arguments: &Arguments,
    default_port: u16,
    signals: &mut StopSignals,
) -> Result<Started, Box<dyn Error>> {
    let mut builder = arguments.builder(default_port)?;
    if let Some(seed) = arguments.shuffle_seed()? {
        // Who reads a test's failure needs it, whichever way the emulator was started.
        let _ = writeln!(
            io::stderr(),
            "records are shuffled; repeat their order with --shuffle-seed {seed}"
        );
        builder = builder.shuffle(seed);
    }
    let emulator = tokio::select! {
        started = builder.start() => started?,
        signal = signals.next() => return Ok(Started::Stopped(signal)),
    };
    if let Some(path) = &arguments.port_file {
        write_atomically(path, &format!("{}\n", emulator.address().port()))
            .map_err(|error| format!("cannot write the port file {}: {error}", path.display()))?;
    }
    Ok(Started::Running(emulator))
}

/// A reader never sees half a file.
fn write_atomically(path: &Path, content: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = path.with_file_name(name);
    std::fs::write(&temporary, content)?;
    std::fs::rename(&temporary, path)
}

fn log_to_stderr(filter: Option<&str>) {
    let environment = std::env::var("RUST_LOG").ok();
    let filter = filter.or(environment.as_deref().filter(|filter| !filter.is_empty()));
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter.unwrap_or("warn")))
        .with_writer(io::stderr)
        // Telling of a line that could not be written panics: on a full disk the log may be full as
        // well.
        .log_internal_errors(false)
        .init();
}

fn failure(error: &dyn Error, code: u8) -> ExitCode {
    let _ = writeln!(io::stderr(), "error: {}", with_sources(error));
    code.into()
}

fn with_sources(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
