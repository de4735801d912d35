//! How far an import or export is, in a file that is replaced as a whole: a crash leaves the last
//! one.

use std::{fs, io, path::PathBuf};

use serde::{Serialize, de::DeserializeOwned};

use crate::{failure::Failure, settings::write_atomically};

/// The file of a checkpoint.
#[derive(Debug)]
pub(super) struct CheckpointFile {
    path: PathBuf,
}

impl CheckpointFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The checkpoint of an earlier run, if there is one.
    pub(super) fn load<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failure("read", &error)),
        };
        serde_json::from_slice(&text).map(Some).map_err(|error| {
            Failure::failed(format!(
                "{} is not a checkpoint: {error}",
                self.path.display()
            ))
            .hint("add --restart to begin again")
        })
    }

    pub(super) fn save(&self, checkpoint: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_vec(checkpoint).map_err(io::Error::from);
        text.and_then(|text| write_atomically(&self.path, &text))
            .map_err(|error| self.failure("write", &error))
    }

    pub(super) fn remove(&self) -> Result<(), Failure> {
        match fs::remove_file(&self.path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self.failure("remove", &error)),
        }
    }

    /// The failure of a run that does not fit the checkpoint.
    pub(super) fn differs(&self, what: &str) -> Failure {
        Failure::usage(format!(
            "an earlier run was interrupted, and {what} (its checkpoint is {})",
            self.path.display()
        ))
        .hint("run the same command as then to go on, or add --restart to begin again")
    }

    fn failure(&self, attempt: &str, error: &io::Error) -> Failure {
        Failure::io(
            format_args!("cannot {attempt} the checkpoint {}", self.path.display()),
            error,
        )
    }
}
