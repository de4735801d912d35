//! The data directory: who may read it, and what it may contain.

use std::fs::{self, DirEntry, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use redb::{Builder, Database, DatabaseError, StorageError};

use super::error::StoreError;
use super::storage_file::StorageFile;
use super::tables;

/// The one file of a store. It holds API keys, so nobody but its owner may read it.
const FILE: &str = "emulator.redb";

/// What is kept of the file in memory at most: an emulator shares a developer's machine. The system
/// keeps the file's pages too, and gives them up when others need the room.
const CACHE_BYTES: usize = 16 * 1024 * 1024;

/// A new store until it is complete. A start that was killed leaves it behind.
const UNFINISHED: &str = "emulator.redb.new";

/// Opens the database in a directory, making both if need be. A new file is complete before it has
/// its name.
pub(super) fn open(directory: &Path) -> Result<(Database, StorageFile), StoreError> {
    make_private(directory)?;
    let path = directory.join(FILE);
    let file = match open_file(&path, OpenOptions::new().read(true).write(true)) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return create(directory, &path);
        }
        Err(error) => {
            let problem = "its file cannot be opened";
            return Err(StoreError::data_directory(directory, problem, Some(error)));
        }
    };
    if file.metadata().is_ok_and(|data| data.len() == 0) {
        let problem = format!("{FILE} is empty: remove it to begin with a new store");
        return Err(StoreError::data_directory(directory, problem, None));
    }
    let file = StorageFile::new(&path, file)?;
    let database = open_database(directory, file.clone())?;
    if !tables::are_in(&database)? {
        let problem = format!("{FILE} is a database of another program");
        return Err(StoreError::data_directory(directory, problem, None));
    }
    tables::create(&database)?;
    match file.is_buffering() {
        true => Err(StoreError::NoSpace),
        false => Ok((database, file)),
    }
}

/// Opens a database whose file exists. Every page of it is checked.
pub(super) fn open_database(directory: &Path, file: StorageFile) -> Result<Database, StoreError> {
    let damaged = |error: Option<io::Error>| {
        let problem = format!(
            "{FILE} is not an emulator's store, or is damaged: restore it from a copy, or choose another directory"
        );
        StoreError::data_directory(directory, problem, error)
    };
    let opened = catch_unwind(AssertUnwindSafe(|| {
        builder()
            .set_check_integrity_on_open(true)
            .create_with_backend(file)
    }));
    let opened = opened.map_err(|_| damaged(None))?;
    opened.map_err(|error| match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            StoreError::Locked {
                directory: directory.to_owned(),
            }
        }
        DatabaseError::Storage(StorageError::Io(error))
            if matches!(
                error.kind(),
                ErrorKind::InvalidData | ErrorKind::UnexpectedEof
            ) =>
        {
            damaged(Some(error))
        }
        DatabaseError::Storage(StorageError::Corrupted(problem)) => {
            damaged(Some(io::Error::other(problem)))
        }
        DatabaseError::UpgradeRequired(version) => StoreError::data_directory(
            directory,
            format!(
                "{FILE} is of an older version ({version}) of the database, which is not read any more: export it \
                 with the emulator that wrote it"
            ),
            None,
        ),
        error => StoreError::from(error),
    })
}

fn create(directory: &Path, path: &Path) -> Result<(Database, StorageFile), StoreError> {
    let failed = |problem: &str, error: io::Error| {
        StoreError::data_directory(directory, problem, Some(error))
    };
    let unfinished = directory.join(UNFINISHED);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(failed("what a start left behind cannot be removed", error));
        }
        _ => {}
    }
    let mut options = OpenOptions::new();
    let file = open_file(&unfinished, options.read(true).write(true).create_new(true));
    let file = file.map_err(|error| failed("its file cannot be made", error))?;
    let file = StorageFile::new(path, file)?;
    let database = builder().create_with_backend(file.clone())?;
    tables::create(&database)?;
    if file.is_buffering() {
        return Err(StoreError::NoSpace);
    }
    let named = match path.exists() {
        true => Ok(()),
        false => fs::rename(&unfinished, path).and_then(|()| sync(directory)),
    };
    named.map_err(|error| failed("its file cannot be named", error))?;
    match file.is_in_place() {
        true => Ok((database, file)),
        // Another emulator began at the same moment.
        false => Err(StoreError::Locked {
            directory: directory.to_owned(),
        }),
    }
}

fn builder() -> Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

/// Makes the directory, or takes over one that is empty or already a store: no other directory's
/// mode is touched.
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
    let is_foreign =
        |entry: io::Result<DirEntry>| entry.is_ok_and(|entry| entry.file_name() != UNFINISHED);
    if entries.any(is_foreign) && !directory.join(FILE).exists() {
        return Err(StoreError::data_directory(
            directory,
            "it has other files in it: give a new or an empty directory",
            None,
        ));
    }
    restrict(directory).map_err(|error| failed("its mode cannot be set to 0700", error))
}

// Where there are no modes, a new directory takes the rights of its parent, which is a user's own
// by default.

fn create_private(directory: &Path) -> io::Result<()> {
    let parent = directory.parent();
    if let Some(parent) = parent.filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    let builder = &mut fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(builder, 0o700);
    builder.create(directory)
}

/// Opens a file that nobody but its owner may read, if it is made.
fn open_file(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn restrict(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    fs::set_permissions(directory, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn restrict(_directory: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a new name in a directory survive a crash of the machine.
#[cfg(unix)]
fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_directory: &Path) -> io::Result<()> {
    Ok(())
}
