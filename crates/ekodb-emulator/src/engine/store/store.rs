//! A handle to the store.

use std::path::Path;
use std::sync::Arc;

use redb::Database;
use redb::backends::InMemoryBackend;

use super::data_directory;
use super::durability::Durability;
use super::error::StoreError;
use super::savepoints::Snapshot;
use super::shared_database::SharedDatabase;
use super::tables;
use super::transaction::{ReadTransaction, WriteTransaction};
use super::writer::Writer;
use crate::engine::key::ApiKey;

/// A handle to the store, shared by everything in one emulator.
#[derive(Debug)]
pub(crate) struct Store {
    database: Arc<SharedDatabase>,
    writer: Writer,
}

impl Store {
    /// Opens a store in memory, which ends with this value.
    pub(crate) fn in_memory() -> Result<Self, StoreError> {
        let database = Database::builder().create_with_backend(InMemoryBackend::new())?;
        tables::create(&database)?;
        Self::start(SharedDatabase::new(database, None), Durability::Immediate)
    }

    /// Opens the store in a data directory, which is created if it does not exist.
    pub(crate) fn in_directory(
        directory: &Path,
        durability: Durability,
    ) -> Result<Self, StoreError> {
        let (database, file) = data_directory::open(directory)?;
        let file = Some((file, directory.to_owned()));
        Self::start(SharedDatabase::new(database, file), durability)
    }

    fn start(database: SharedDatabase, durability: Durability) -> Result<Self, StoreError> {
        let database = Arc::new(database);
        let writer = Writer::spawn(Arc::clone(&database), durability)?;
        Ok(Self { database, writer })
    }

    /// Returns a consistent view of everything committed so far.
    pub(crate) fn read(&self) -> Result<ReadTransaction, StoreError> {
        Ok(ReadTransaction::new(self.database.read()?))
    }

    /// Finds out whether writes can be stored at present.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.database.check()
    }

    /// Runs `work` in the next group commit and returns once the commit is durable.
    ///
    /// `work` may run more than once: when another write of its group fails after it has begun to
    /// write, the group is undone and the others run again. It is all or nothing: an `Err` leaves
    /// no trace.
    pub(crate) async fn write<T, E>(
        &self,
        work: impl FnMut(&WriteTransaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let outcome = self.writer.enqueue(work, true).await;
        outcome.unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// Runs `work` like [`Store::write`], without waiting for it.
    pub(crate) fn write_later(
        &self,
        work: impl FnMut(&WriteTransaction<'_>) -> Result<(), StoreError> + Send + 'static,
    ) {
        self.writer.enqueue(work, false);
    }

    /// Removes everything but the store's own secrets and this admin key, which is put back if it
    /// has been revoked.
    pub(crate) async fn clear(&self, admin: ApiKey) -> Result<(), StoreError> {
        self.write(move |transaction| tables::clear(transaction, &admin))
            .await
    }

    /// Keeps the present state to return to, unless `most` states are kept already.
    pub(crate) async fn save(&self, most: usize) -> Result<Option<Snapshot>, StoreError> {
        let savepoints = self.database.savepoints().clone();
        self.writer
            .run_exclusive(move |database| savepoints.save(database, most))
            .await
    }

    /// Returns to a kept state. Returns whether it is still kept.
    pub(crate) async fn restore(
        &self,
        snapshot: Snapshot,
        token_epoch: u64,
    ) -> Result<bool, StoreError> {
        let savepoints = self.database.savepoints().clone();
        self.writer
            .run_exclusive(move |database| savepoints.restore(database, snapshot, token_epoch))
            .await
    }

    /// Drops the kept states.
    pub(crate) fn forget_saved(&self) {
        self.database.savepoints().clear();
    }

    /// Commits what is queued and stops the writer. Later writes fail.
    pub(crate) fn close(&self) {
        self.writer.close();
    }
}
