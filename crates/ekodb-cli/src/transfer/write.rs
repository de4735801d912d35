//! Records written to a file or to standard output.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufWriter, Seek, Write},
    path::{Path, PathBuf},
};

use serde_json::{Map, Value as Json, json};

use super::FileFormat;
use crate::{
    failure::Failure,
    output::{csv_cell, write_csv_row},
};

/// Where an export goes.
pub(super) struct Target {
    out: BufWriter<Box<dyn Write + Send>>,
    file: Option<(PathBuf, File)>,
    written: u64,
}

/// How an export is written.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) format: FileFormat,
    /// Whether each line says its collection.
    pub(super) wrapped: bool,
    /// Of CSV.
    pub(super) columns: Vec<String>,
}

impl Target {
    pub(super) fn stdout() -> Self {
        Self {
            out: BufWriter::new(Box::new(io::stdout())),
            file: None,
            written: 0,
        }
    }

    /// A file that is continued after `bytes`; what follows them is cut off.
    pub(super) fn file(path: &Path, bytes: u64) -> Result<Self, Failure> {
        let open = || {
            let mut file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)?;
            file.set_len(bytes)?;
            file.seek(io::SeekFrom::Start(bytes))?;
            Ok((file.try_clone()?, file))
        };
        let (file, out) = open().map_err(|error| failed(Some(path), error))?;
        Ok(Self {
            out: BufWriter::new(Box::new(out)),
            file: Some((path.to_owned(), file)),
            written: bytes,
        })
    }

    /// What comes before the first record.
    pub(super) fn begin(&mut self, layout: &Layout) -> Result<(), Failure> {
        match layout.format {
            FileFormat::Ndjson => Ok(()),
            FileFormat::Json => self.write(b"["),
            FileFormat::Csv => self.row(layout.columns.iter().map(String::as_str)),
        }
    }

    pub(super) fn schema(
        &mut self,
        collection: &str,
        schema: Map<String, Json>,
    ) -> Result<(), Failure> {
        self.line(&json!({ "collection": collection, "schema": schema }))
    }

    /// One record; `first` if none was written before.
    pub(super) fn record(
        &mut self,
        layout: &Layout,
        collection: &str,
        record: Map<String, Json>,
        first: bool,
    ) -> Result<(), Failure> {
        match layout.format {
            FileFormat::Ndjson if layout.wrapped => {
                self.line(&json!({ "collection": collection, "record": record }))
            }
            FileFormat::Ndjson => self.line(&Json::Object(record)),
            FileFormat::Json => {
                self.write(if first { b"\n" } else { b",\n" })?;
                self.write(Json::Object(record).to_string().as_bytes())
            }
            FileFormat::Csv => {
                self.row(layout.columns.iter().map(|name| csv_cell(record.get(name))))
            }
        }
    }

    pub(super) fn end(&mut self, layout: &Layout) -> Result<(), Failure> {
        if layout.format == FileFormat::Json {
            self.write(b"\n]\n")?;
        }
        self.flush()?;
        if let Some((path, file)) = &self.file {
            file.sync_all().map_err(|error| failed(Some(path), error))?;
        }
        Ok(())
    }

    /// Hands everything to the operating system. Returns how long the file is.
    pub(super) fn flush(&mut self) -> Result<u64, Failure> {
        self.out.flush().map_err(|error| self.failed(error))?;
        Ok(self.written)
    }

    fn line(&mut self, value: &Json) -> Result<(), Failure> {
        self.write(format!("{value}\n").as_bytes())
    }

    fn row<C: AsRef<[u8]>>(&mut self, cells: impl IntoIterator<Item = C>) -> Result<(), Failure> {
        let mut row = Vec::new();
        write_csv_row(&mut row, cells)?;
        self.write(&row)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.written += bytes.len() as u64;
        self.out
            .write_all(bytes)
            .map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> Failure {
        failed(self.file.as_ref().map(|(path, _)| path.as_path()), error)
    }
}

fn failed(path: Option<&Path>, error: io::Error) -> Failure {
    match path {
        Some(path) => Failure::io(format_args!("cannot write {}", path.display()), &error),
        None => error.into(),
    }
}
