//! The redb database of a store, which is opened again after a failure.

use std::io;
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use redb::{Database, ReadTransaction, ReadableDatabase};

use super::data_directory;
use super::error::StoreError;
use super::savepoints::Savepoints;
use super::storage_file::StorageFile;

/// A database, and the file that it is in unless it is in memory.
#[derive(Debug)]
pub(super) struct SharedDatabase {
    opened: RwLock<Opened>,
    directory: Option<PathBuf>,
    /// States of the database as it is open. They end when it is opened again.
    savepoints: Savepoints,
}

#[derive(Debug)]
struct Opened {
    /// Nothing, if it could not be opened again after a failure.
    database: Option<Database>,
    file: Option<StorageFile>,
}

impl SharedDatabase {
    /// `file`: what the database is in, and the directory of it, unless it is in memory.
    pub(super) fn new(database: Database, file: Option<(StorageFile, PathBuf)>) -> Self {
        let (file, directory) = file.unzip();
        Self {
            opened: RwLock::new(Opened {
                database: Some(database),
                file,
            }),
            directory,
            savepoints: Savepoints::default(),
        }
    }

    /// Returns a view of what is committed.
    pub(super) fn read(&self) -> Result<ReadTransaction, StoreError> {
        let opened = self.opened();
        let database = opened.database.as_ref().ok_or(StoreError::Failed)?;
        Ok(database.begin_read()?)
    }

    /// Runs work that may commit. If the disk does not take a commit, it is undone, and this fails.
    /// The work can ask whether the disk has not taken something already.
    ///
    /// Only the writer commits, so that there is one commit at a time.
    pub(super) fn commit<T>(
        &self,
        work: impl FnOnce(&Database, &dyn Fn() -> bool) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if self.opened().database.is_none() {
            self.reopen()?;
        }
        self.check_file(StorageFile::settle)?;
        let (done, is_full) = {
            let opened = self.opened();
            let database = opened.database.as_ref().ok_or(StoreError::Failed)?;
            let is_full = || opened.file.as_ref().is_some_and(StorageFile::is_buffering);
            (work(database, &is_full), is_full())
        };
        match done {
            Ok(_) if is_full => {
                self.reopen()?;
                Err(StoreError::NoSpace)
            }
            // After a failure of its file redb answers nothing any more.
            Err(error @ StoreError::Database(_)) if self.directory.is_some() => {
                self.reopen()?;
                Err(error)
            }
            done => {
                if let (Ok(_), Some(file)) = (&done, &self.opened().file) {
                    file.note_success();
                }
                done
            }
        }
    }

    /// Flushes what was committed. If the disk does not take it, it stays in memory to be flushed
    /// later.
    pub(super) fn flush(&self) -> Result<(), StoreError> {
        self.check_file(StorageFile::settle)?;
        let opened = self.opened();
        let database = opened.database.as_ref().ok_or(StoreError::Failed)?;
        let mut transaction = database.begin_write()?;
        transaction.set_two_phase_commit(true);
        transaction.commit()?;
        match opened.file.as_ref().is_some_and(StorageFile::is_buffering) {
            true => Err(StoreError::NoSpace),
            false => Ok(()),
        }
    }

    /// The states to return to.
    pub(super) fn savepoints(&self) -> &Savepoints {
        &self.savepoints
    }

    /// Finds out whether a write could be stored now.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        self.check_file(StorageFile::check_room)
    }

    fn check_file(
        &self,
        check: impl FnOnce(&StorageFile) -> io::Result<()>,
    ) -> Result<(), StoreError> {
        let opened = self.opened();
        if opened.database.is_none() {
            return Err(StoreError::Failed);
        }
        match &opened.file {
            Some(file) if !file.is_in_place() => Err(StoreError::Moved),
            Some(file) => check(file).map_err(|_| StoreError::NoSpace),
            None => Ok(()),
        }
    }

    /// Opens the database as it is on disk. Reads that are under way fail.
    fn reopen(&self) -> Result<(), StoreError> {
        let mut opened = self.opened.write().unwrap_or_else(PoisonError::into_inner);
        let (Some(file), Some(directory)) = (&opened.file, &self.directory) else {
            return Err(StoreError::Failed);
        };
        tracing::warn!("the store is opened again, as it is on disk");
        let file = file.abandon()?;
        self.savepoints.clear();
        // It is closed before it is opened again: its file is locked.
        opened.database = None;
        opened.file = Some(file.clone());
        opened.database = Some(data_directory::open_database(directory, file)?);
        Ok(())
    }

    fn opened(&self) -> RwLockReadGuard<'_, Opened> {
        self.opened.read().unwrap_or_else(PoisonError::into_inner)
    }
}
