//! What is said once the emulator answers.

use std::io::{self, Write};

use crate::Emulator;

use super::arguments::Arguments;

/// The ready line, then lines to copy into a shell.
pub(super) fn announce(emulator: &Emulator, arguments: &Arguments) -> io::Result<()> {
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
