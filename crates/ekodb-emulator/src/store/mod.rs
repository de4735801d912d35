//! The embedded store: one redb database, many readers, one writer that commits in groups.

mod collections;
mod directory;
mod error;
mod keys;
mod records;
mod savepoints;
mod settings;
mod transaction;
mod writer;

use std::path::Path;
use std::sync::Arc;

use redb::Database;
use redb::backends::InMemoryBackend;

pub(crate) use collections::{CollectionRecord, Collections};
pub(crate) use error::StoreError;
pub(crate) use keys::{KeyRecord, Keys};
pub(crate) use records::{Records, Stored, Totals, Walk, sweep};
pub(crate) use settings::Settings;
pub(crate) use transaction::{Change, Snapshot, Source};

use crate::error::Cause;
use savepoints::Savepoints;
use writer::Writer;

/// When a write is acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// Once it is on disk: it survives a crash of the process and of the machine. Concurrent writers share
    /// one flush.
    #[default]
    Immediate,
    /// Once it is applied: flushed within a quarter of a second, and at a clean stop. A crash may lose the
    /// last moments, but never leaves half a write.
    Relaxed,
}

/// A handle to the store, shared by everything in one emulator.
#[derive(Debug)]
pub(crate) struct Store {
    database: Arc<Database>,
    writer: Writer,
    savepoints: Savepoints,
}

impl Store {
    /// A store that lives in memory and ends with this value.
    pub(crate) fn in_memory() -> Result<Self, Cause> {
        let database = Database::builder()
            .create_with_backend(InMemoryBackend::new())
            .map_err(StoreError::from)?;
        Self::start(database, Durability::Immediate)
    }

    /// The store in a data directory, made if it is not there.
    pub(crate) fn in_directory(directory: &Path, durability: Durability) -> Result<Self, Cause> {
        Self::start(directory::open(directory)?, durability)
    }

    fn start(database: Database, durability: Durability) -> Result<Self, Cause> {
        let database = Arc::new(database);
        transaction::create_tables(&database)?;
        let writer = Writer::spawn(Arc::clone(&database), durability)?;
        Ok(Self {
            database,
            writer,
            savepoints: Savepoints::default(),
        })
    }

    /// A consistent view of everything committed so far.
    pub(crate) fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Snapshot::begin(&self.database)
    }

    /// Runs `work` in the next group commit and returns once that is durable.
    ///
    /// `work` may be run more than once: when another change of its group fails half-way, the group is
    /// undone and everyone else is tried again. It is all or nothing: an `Err` leaves no trace.
    pub(crate) async fn write<T, E>(
        &self,
        work: impl FnMut(&Change<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.writer.run(work).await
    }

    /// Runs `work` like [`Store::write`], without waiting for it.
    pub(crate) fn write_later(
        &self,
        work: impl FnMut(&Change<'_>) -> Result<(), StoreError> + Send + 'static,
    ) {
        self.writer.enqueue(work);
    }

    /// Removes everything but the store's own secrets and this admin key, which is put back if it has been revoked.
    pub(crate) async fn clear(&self, admin: KeyRecord) -> Result<(), StoreError> {
        self.write(move |change| transaction::clear_tables(change, &admin))
            .await
    }

    /// Remembers the state as it is, unless as many as `most` are remembered already. Gives its number.
    pub(crate) async fn save(&self, most: usize) -> Result<Option<u64>, StoreError> {
        let savepoints = self.savepoints.clone();
        self.writer
            .alone(move |database| savepoints.save(database, most))
            .await
    }

    /// Puts a remembered state back. Whether there was one of this number.
    pub(crate) async fn restore(&self, number: u64, token_epoch: u64) -> Result<bool, StoreError> {
        let savepoints = self.savepoints.clone();
        self.writer
            .alone(move |database| savepoints.restore(database, number, token_epoch))
            .await
    }

    /// Forgets the remembered states.
    pub(crate) fn forget_saved(&self) {
        self.savepoints.clear();
    }

    /// Commits what is queued and stops the writer. Later writes fail.
    pub(crate) fn close(&self) {
        self.writer.close();
    }
}

fn encode(what: &'static str, value: &impl serde::Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|source| StoreError::Unwritable { what, source })
}

fn decode<T: serde::de::DeserializeOwned>(
    what: &'static str,
    bytes: &[u8],
) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|source| StoreError::Unreadable { what, source })
}
