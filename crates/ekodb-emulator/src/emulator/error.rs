//! Why an emulator did not start, or an operation on it failed.

use std::net::SocketAddr;

use crate::engine::{self, StoreError};

/// Why an emulator did not start, or an operation on it failed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Cause);

/// The kind of an [`Error`].
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
    /// Returns the kind of the failure.
    pub fn kind(&self) -> ErrorKind {
        match &self.0 {
            Cause::Setting { .. } | Cause::Database(engine::Error::LimitedAdminKey) => {
                ErrorKind::Setting
            }
            Cause::Listen { .. } => ErrorKind::Listen,
            Cause::Database(error) => match error {
                engine::Error::Seed { .. } => ErrorKind::Seed,
                engine::Error::Store(StoreError::DataDirectory { .. }) => ErrorKind::DataDirectory,
                engine::Error::Store(StoreError::Locked { .. }) => ErrorKind::Locked,
                _ => ErrorKind::Store,
            },
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
    #[error(transparent)]
    Database(engine::Error),
}

impl Cause {
    pub(crate) fn setting(name: &'static str, problem: impl Into<String>) -> Self {
        Self::Setting {
            name,
            problem: problem.into(),
        }
    }
}

impl From<engine::Error> for Error {
    fn from(error: engine::Error) -> Self {
        Self(Cause::Database(error))
    }
}
