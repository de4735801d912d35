//! The report of the records that were not taken, each with its line.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use serde_json::{Value as Json, json};

use crate::failure::Failure;

/// A file of lines `{"line", "error", "record"}`, which exists once there is one to write.
#[derive(Debug)]
pub(super) struct Report {
    path: Option<PathBuf>,
    file: Option<File>,
}

impl Report {
    /// A report that continues after `bytes` of an earlier run; what follows them is cut off.
    pub(super) fn open(path: Option<PathBuf>, bytes: u64) -> Result<Self, Failure> {
        let mut report = Self { path, file: None };
        if let Some(path) = report.path.as_ref().filter(|_| bytes == 0) {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(failed(path, &error));
                }
                _ => {}
            }
        } else if let Some(path) = &report.path {
            match OpenOptions::new().append(true).open(path) {
                Ok(file) => {
                    file.set_len(bytes).map_err(|error| failed(path, &error))?;
                    report.file = Some(file);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed(path, &error)),
            }
        }
        Ok(report)
    }

    pub(super) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(super) fn add(&mut self, line: u64, error: &str, record: &Json) -> Result<(), Failure> {
        let Some(path) = &self.path else {
            return Ok(());
        };
        let text = json!({ "line": line, "error": error, "record": record });
        let mut write = || {
            let file = match &mut self.file {
                Some(file) => file,
                empty => empty.insert(OpenOptions::new().create(true).append(true).open(path)?),
            };
            writeln!(file, "{text}")
        };
        write().map_err(|error| failed(path, &error))
    }

    /// How long the report is.
    pub(super) fn bytes(&self) -> Result<u64, Failure> {
        match (&self.path, &self.file) {
            (Some(path), Some(file)) => {
                let metadata = file.metadata().map_err(|error| failed(path, &error))?;
                Ok(metadata.len())
            }
            _ => Ok(0),
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::io(
        format_args!("cannot write the report {}", path.display()),
        error,
    )
}
