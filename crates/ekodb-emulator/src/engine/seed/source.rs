//! Where a seed comes from.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use super::json::{self, Pass};
use super::loader::{Loader, Monitor};
use super::ndjson;
use super::problem::Problem;
use crate::engine::error::Error;

#[derive(Clone)]
pub(super) enum Source {
    Path(PathBuf),
    Lines(Bytes),
    Records {
        collection: String,
        /// Or why one has no form in JSON.
        records: Arc<[Result<Value, String>]>,
    },
}

impl Source {
    /// How many bytes of files there are to read, as far as can be told without reading them.
    pub(super) fn bytes(&self) -> u64 {
        let Self::Path(path) = self else { return 0 };
        let length = |path: &PathBuf| {
            let passes = 1 + u64::from(Form::of(path) == Some(Form::Json));
            std::fs::metadata(path).map_or(0, |metadata| metadata.len() * passes)
        };
        files(path).map_or(0, |files| files.iter().map(length).sum())
    }

    pub(super) fn feed(&self, loader: &mut Loader<'_>) -> Result<(), Error> {
        match self {
            Self::Path(path) => {
                for file in files(path)? {
                    feed_file(&file, loader)?;
                }
                Ok(())
            }
            Self::Lines(content) => ndjson::feed(&content[..], None, loader)
                .map_err(|problem| Error::seed(problem.place_in("the seed"), problem.text)),
            Self::Records {
                collection,
                records,
            } => feed_records(collection, records, loader),
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => f.debug_tuple("Path").field(path).finish(),
            Self::Lines(content) => write!(f, "Lines({} bytes)", content.len()),
            Self::Records {
                collection,
                records,
            } => write!(f, "Records({collection:?}, {})", records.len()),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Json,
    Lines,
}

impl Form {
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Lines),
            _ => None,
        }
    }
}

/// The file itself, or those of the directory.
fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |error: io::Error| Error::seed(path.display().to_string(), error.to_string());
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if Form::of(&file).is_some() && file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Error::seed(
            path.display().to_string(),
            "there is no .json, .ndjson or .jsonl file in the directory",
        ));
    }
    files.sort();
    Ok(files)
}

fn feed_file(path: &Path, loader: &mut Loader<'_>) -> Result<(), Error> {
    let name = path.display().to_string();
    let Some(form) = Form::of(path) else {
        return Err(Error::seed(
            name,
            "the name of the file must end in .json, .ndjson or .jsonl",
        ));
    };
    let collection = path.file_stem().and_then(|stem| stem.to_str());
    let monitor = loader.monitor;
    let open = || {
        let file =
            File::open(path).map_err(|error| Error::seed(name.clone(), error.to_string()))?;
        Ok::<_, Error>(BufReader::with_capacity(64 * 1024, Counted(file, monitor)))
    };
    let placed = |problem: Problem| Error::seed(problem.place_in(&name), problem.text);
    match form {
        Form::Lines => ndjson::feed(open()?, collection, loader).map_err(placed),
        Form::Json => {
            // Schemas first: in a file with sorted members they stand behind the records.
            for pass in [Pass::Schemas, Pass::Records] {
                json::feed(open()?, collection, pass, loader).map_err(placed)?;
            }
            Ok(())
        }
    }
}

fn feed_records(
    collection: &str,
    records: &[Result<Value, String>],
    loader: &mut Loader<'_>,
) -> Result<(), Error> {
    let named = |problem| Error::seed(format!("collection {collection}"), problem);
    loader.collection(collection, None).map_err(named)?;
    for (position, record) in records.iter().enumerate() {
        let outcome = match record {
            Ok(Value::Object(record)) => loader.record(collection, record.clone()),
            Ok(_) => Err("it is no object".to_owned()),
            Err(problem) => Err(format!("it has no form in JSON: {problem}")),
        };
        outcome.map_err(|problem| {
            Error::seed(format!("record {} of {collection}", position + 1), problem)
        })?;
    }
    Ok(())
}

/// Counts what is read.
struct Counted<'a, R>(R, &'a Monitor<'a>);

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.add_bytes(read);
        Ok(read)
    }
}
