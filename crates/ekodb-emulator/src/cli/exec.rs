//! Runs a command with an emulator of its own.

use std::ffi::OsString;
use std::io::{self, ErrorKind, Write};
use std::process::ExitStatus;

use crate::Emulator;
use tokio::process::{Child, Command};

use super::signals::{StopSignal, StopSignals};

/// The exit code that says that the emulator failed, not the command. The codes of this and the
/// next two are those of `env` and `timeout`.
pub(super) const EMULATOR_FAILED: u8 = 125;
const NOT_RUNNABLE: u8 = 126;
const NOT_FOUND: u8 = 127;

/// Why a command did not run to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExecError {
    #[error(
        "cannot run {}: there is no such command; check its name and PATH",
        command.display()
    )]
    NotFound { command: OsString },
    #[error("cannot run {}", command.display())]
    NotRunnable {
        command: OsString,
        source: io::Error,
    },
    #[error("cannot wait for the command")]
    Wait(#[source] io::Error),
}

impl ExecError {
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Self::NotFound { .. } => NOT_FOUND,
            Self::NotRunnable { .. } => NOT_RUNNABLE,
            Self::Wait(_) => EMULATOR_FAILED,
        }
    }
}

/// Runs a command to its end with the emulator's address and key in its environment; gives the code
/// to exit with. Requests to stop are the command's to follow.
pub(super) async fn run(
    emulator: &Emulator,
    command: &[OsString],
    signals: &mut StopSignals,
) -> Result<u8, ExecError> {
    // Standard output is the command's. If nobody listens here that is no reason not to run it.
    let _ = writeln!(
        io::stderr(),
        "ekodb-emulator is ready on {}",
        emulator.url()
    );
    let mut child = start(emulator, command)?;
    loop {
        tokio::select! {
            ended = child.wait() => return ended.map(exit_code).map_err(ExecError::Wait),
            signal = signals.next() => forward(signal, &child),
        }
    }
}

fn start(emulator: &Emulator, command: &[OsString]) -> Result<Child, ExecError> {
    let (program, arguments) = match command {
        [program, arguments @ ..] => (program.clone(), arguments),
        [] => (OsString::new(), command),
    };
    Command::new(&program)
        .args(arguments)
        .env("EKODB_API_URL", emulator.url())
        .env("EKODB_API_KEY", emulator.admin_key())
        .spawn()
        .map_err(|source| match source.kind() {
            ErrorKind::NotFound => ExecError::NotFound { command: program },
            _ => ExecError::NotRunnable {
                command: program,
                source,
            },
        })
}

#[cfg(unix)]
fn exit_code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;

    let code = match status.signal() {
        Some(signal) => 128 + signal,
        None => status.code().unwrap_or(1),
    };
    u8::try_from(code).unwrap_or(1)
}

#[cfg(not(unix))]
fn exit_code(status: ExitStatus) -> u8 {
    // Failure must not become success by being cut off.
    u8::try_from(status.code().unwrap_or(1)).unwrap_or(1)
}

#[cfg(unix)]
fn forward(signal: StopSignal, child: &Child) {
    use rustix::process::{Pid, Signal, kill_process};

    let number = match signal {
        // Ctrl-C has gone to everyone in the foreground, and twice means more than once to many
        // commands.
        StopSignal::Interrupt if is_in_foreground() => return,
        StopSignal::Interrupt => Signal::INT,
        StopSignal::Terminate => Signal::TERM,
    };
    let pid = child.id().and_then(|id| i32::try_from(id).ok());
    let Some(pid) = pid.and_then(Pid::from_raw) else {
        return;
    };
    if let Err(error) = kill_process(pid, number) {
        tracing::warn!(%error, "a signal could not be passed on to the command");
    }
}

/// Whether this process is among those that a terminal sends Ctrl-C to.
#[cfg(unix)]
fn is_in_foreground() -> bool {
    let Ok(terminal) = std::fs::File::open("/dev/tty") else {
        return false;
    };
    rustix::termios::tcgetpgrp(&terminal)
        .is_ok_and(|foreground| foreground == rustix::process::getpgrp())
}

/// Ctrl-C goes to everyone at the console, the command included.
#[cfg(not(unix))]
fn forward(_signal: StopSignal, _child: &Child) {}
