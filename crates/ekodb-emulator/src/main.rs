//! The command `ekodb-emulator`.

mod cli;

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use ekodb_emulator::Emulator;

use cli::Arguments;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    log_to_stderr(&arguments.log);
    match run(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {}", with_sources(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    // Before the start, so that a signal is never missed once the ready line is out.
    let stop = stop_signal()?;
    let emulator = arguments.builder().start().await?;
    if let Some(path) = &arguments.port_file {
        write_atomically(path, &format!("{}\n", emulator.address().port()))
            .map_err(|error| format!("cannot write the port file {}: {error}", path.display()))?;
    }
    // Whoever started us may have closed our output: that is no reason to stop serving.
    let _ = announce(&emulator, &arguments);
    stop.await;
    emulator.shutdown().await;
    Ok(())
}

fn announce(emulator: &Emulator, arguments: &Arguments) -> io::Result<()> {
    let (url, key) = (emulator.url(), emulator.admin_key());
    let data = match &arguments.data_dir {
        Some(directory) => format!("in {}", directory.display()),
        None => "in memory, gone when this stops (keep it with --data-dir DIR)".to_owned(),
    };
    let mut out = io::stdout().lock();
    writeln!(out, "ekodb-emulator is ready on {url}")?;
    writeln!(out)?;
    writeln!(out, "data: {data}")?;
    if !arguments.no_docs {
        writeln!(out, "docs: {url}/docs")?;
    }
    writeln!(out)?;
    writeln!(
        out,
        "export EKODB_API_URL={url} EKODB_API_KEY={}",
        quoted(key)
    )?;
    writeln!(
        out,
        "curl -s {url}/api/auth/token -H 'content-type: application/json' -d \"{{\\\"api_key\\\":\\\"$EKODB_API_KEY\\\"}}\""
    )?;
    writeln!(out)?;
    writeln!(out, "For development and tests; stop it with Ctrl-C.")?;
    out.flush()
}

/// A value as a shell takes it.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

/// A reader never sees half a file.
fn write_atomically(path: &Path, content: &str) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = path.with_file_name(name);
    std::fs::write(&temporary, content)?;
    std::fs::rename(&temporary, path)
}

fn log_to_stderr(filter: &str) {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(filter))
        .with_writer(io::stderr)
        .init();
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

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a signal to wait for there is no way to be told to stop: serve for good.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
