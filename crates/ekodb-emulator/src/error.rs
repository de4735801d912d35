//! Why an emulator did not start, or could not be seeded.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Why an emulator did not start, or could not be seeded.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Cause);

/// What sort of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting has a value that cannot be used.
    Setting,
    /// The address could not be listened on.
    Listen,
    /// The data directory could not be used.
    DataDirectory,
    /// Another process has the data directory open.
    Locked,
    /// The store failed.
    Store,
    /// A seed could not be stored. Nothing of it was.
    Seed,
}

impl Error {
    /// What sort of failure this is.
    pub fn kind(&self) -> ErrorKind {
        match &self.0 {
            Cause::Setting { .. } => ErrorKind::Setting,
            Cause::Listen { .. } => ErrorKind::Listen,
            Cause::DataDirectory { .. } => ErrorKind::DataDirectory,
            Cause::Locked { .. } => ErrorKind::Locked,
            Cause::Seed { .. } => ErrorKind::Seed,
            Cause::Store(_) | Cause::Random(_) => ErrorKind::Store,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{name} {problem}")]
    Setting { name: &'static str, problem: String },
    #[error("cannot listen on {address}: choose another port, or 0 for any free one")]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error("cannot use the data directory {}: {problem}", directory.display())]
    DataDirectory {
        directory: PathBuf,
        problem: String,
        source: Option<std::io::Error>,
    },
    #[error(
        "the data directory {} is in use by another emulator: stop that one or choose another directory",
        directory.display()
    )]
    Locked { directory: PathBuf },
    #[error("cannot seed from {place}: {problem}; nothing of this seed was stored")]
    Seed { place: String, problem: String },
    #[error("the store failed")]
    Store(#[from] crate::store::StoreError),
    #[error("the system gave no random bytes for the emulator's secrets: {0}")]
    Random(getrandom::Error),
}

impl Cause {
    pub(crate) fn setting(name: &'static str, problem: impl Into<String>) -> Self {
        Self::Setting {
            name,
            problem: problem.into(),
        }
    }

    pub(crate) fn seed(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Seed {
            place: place.into(),
            problem: problem.into(),
        }
    }

    pub(crate) fn directory(
        directory: &Path,
        problem: impl Into<String>,
        source: Option<std::io::Error>,
    ) -> Self {
        Self::DataDirectory {
            directory: directory.to_owned(),
            problem: problem.into(),
            source,
        }
    }
}

impl From<crate::store::StoreError> for Error {
    fn from(error: crate::store::StoreError) -> Self {
        Self(Cause::Store(error))
    }
}
