//! What can go wrong in the store.

use std::path::{Path, PathBuf};

/// A failure of the store. None of these is a caller's fault.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
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
    #[error("the database failed: {0}")]
    Database(#[source] Box<redb::Error>),
    #[error("the database holds an unreadable {what}: {source}")]
    Unreadable {
        what: &'static str,
        source: serde_json::Error,
    },
    #[error("a {what} has no stored form: {source}")]
    Unwritable {
        what: &'static str,
        source: serde_json::Error,
    },
    #[error("the database was written by a newer version (format {found}, known {known})")]
    Newer { found: u64, known: u64 },
    #[error("the writer could not be started: {0}")]
    Thread(#[source] std::io::Error),
    #[error("the commit failed: {0}")]
    Commit(String),
    #[error("a change failed unexpectedly and was undone")]
    Undone,
    #[error(
        "The records that the request writes, or compares for uniqueness, take more than {limit} bytes; send less at once"
    )]
    TooMuchWritten { limit: usize },
    #[error("the store failed and could not be opened again")]
    Failed,
    #[error("the disk has no room for the data; nothing was stored")]
    NoSpace,
    #[error(
        "the data directory was removed or replaced while the emulator ran; nothing was stored"
    )]
    Moved,
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Returns the error for each write of a commit that failed.
    pub(super) fn of_commit(&self) -> Self {
        match self {
            Self::NoSpace => Self::NoSpace,
            Self::Moved => Self::Moved,
            Self::Failed => Self::Failed,
            error => Self::Commit(error.to_string()),
        }
    }

    pub(super) fn data_directory(
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

macro_rules! from_redb {
    ($($error:ty),+) => {$(
        impl From<$error> for StoreError {
            fn from(error: $error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        }
    )+};
}

from_redb!(
    redb::CommitError,
    redb::DatabaseError,
    redb::SavepointError,
    redb::SetDurabilityError,
    redb::StorageError,
    redb::TableError,
    redb::TransactionError
);
