//! The data directory: who may read it, and what it may contain.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::Path;

use redb::{Database, DatabaseError};

use super::error::StoreError;

/// The one file of a store. It holds API keys, so nobody but its owner may read it.
const FILE: &str = "emulator.redb";

/// What is kept of the file in memory at most: an emulator shares a developer's machine. The system keeps the file's
/// pages too, and gives them up when others need the room.
const CACHE_BYTES: usize = 16 * 1024 * 1024;

/// Opens the database in a directory, making both if need be.
pub(super) fn open(directory: &Path) -> Result<Database, StoreError> {
    make_private(directory)?;
    let path = directory.join(FILE);
    make_private_file(&path).map_err(|error| {
        StoreError::data_directory(directory, "its file cannot be opened", Some(error))
    })?;
    let opened = Database::builder()
        .set_cache_size(CACHE_BYTES)
        .create(&path);
    opened.map_err(|error| match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            StoreError::Locked {
                directory: directory.to_owned(),
            }
        }
        DatabaseError::Storage(redb::StorageError::Io(error))
            if error.kind() == ErrorKind::InvalidData =>
        {
            StoreError::data_directory(
                directory,
                format!("{FILE} is not an emulator's store, or is damaged"),
                Some(error),
            )
        }
        error => StoreError::from(error),
    })
}

/// Makes the directory, or takes over one that is empty or already a store: no other directory's mode is
/// touched.
fn make_private(directory: &Path) -> Result<(), StoreError> {
    let failed = |problem: &str, error: io::Error| {
        StoreError::data_directory(directory, problem, Some(error))
    };
    match create_private(directory) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed("it cannot be made", error)),
    }
    let mut entries =
        fs::read_dir(directory).map_err(|error| failed("it cannot be read", error))?;
    if entries.next().is_some() && !directory.join(FILE).exists() {
        return Err(StoreError::data_directory(
            directory,
            "it has other files in it: give a new or an empty directory",
            None,
        ));
    }
    restrict(directory).map_err(|error| failed("its mode cannot be set to 0700", error))
}

#[cfg(unix)]
fn create_private(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    if let Some(parent) = directory
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        fs::create_dir_all(parent)?;
    }
    fs::DirBuilder::new().mode(0o700).create(directory)
}

#[cfg(unix)]
fn restrict(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    fs::set_permissions(directory, fs::Permissions::from_mode(0o700))
}

#[cfg(unix)]
fn make_private_file(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;

    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .map(drop)
}

// Elsewhere a new directory takes the rights of its parent, which is a user's own by default.
#[cfg(not(unix))]
fn create_private(directory: &Path) -> io::Result<()> {
    if let Some(parent) = directory
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        fs::create_dir_all(parent)?;
    }
    fs::create_dir(directory)
}

#[cfg(not(unix))]
fn restrict(_directory: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn make_private_file(path: &Path) -> io::Result<()> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map(drop)
}
