//! The server that all contenders call, in a process of its own.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::command;

/// Ends when it is dropped.
pub(super) struct Server {
    process: Child,
    url: String,
}

impl Server {
    pub(super) fn start(root: &Path) -> Result<Self, String> {
        let program = command::build(root, "release", &["-p", "ekodb-bench-server"])?;
        let mut process = Command::new(&program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{} cannot be run: {error}", program.display()))?;
        let mut url = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output)
                .read_line(&mut url)
                .map_err(|error| format!("{} printed no URL: {error}", program.display()))?;
        }
        Ok(Self {
            process,
            url: url.trim().to_owned(),
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
