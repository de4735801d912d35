//! Restoring deleted collections and records.

use super::collection_writer::CollectionWriter;
use super::database::Database;
use crate::engine::error::Error;
use crate::engine::store::{Collections, Records};

impl Database {
    /// Restores a deleted collection, or the deleted records of an existing one. Returns how many records came
    /// back. An empty trash is not an error.
    pub(crate) async fn restore_collection(&self, name: String) -> Result<u64, Error> {
        let now = self.clock.now();
        self.store
            .write(move |transaction| {
                if let Some(collection) = CollectionWriter::open(transaction, &name, now)? {
                    return restore_records(&collection);
                }
                match Collections(transaction).restore(&name, now)? {
                    Some(collection) => Ok(Records::new(transaction, collection.uid, now)
                        .totals()?
                        .count),
                    None => Ok(0),
                }
            })
            .await
    }

    pub(crate) async fn restore_record(&self, collection: String, id: String) -> Result<(), Error> {
        let now = self.clock.now();
        self.store
            .write(move |transaction| {
                let missing = || Error::NotInTrash(id.clone());
                let collection = CollectionWriter::open(transaction, &collection, now)?;
                let collection = collection.ok_or_else(missing)?;
                let stored = collection.records.get_trashed(&id)?.ok_or_else(missing)?;
                collection.restore(&stored)
            })
            .await
    }
}

/// A record whose id or unique value is in use again stays in the trash.
fn restore_records(collection: &CollectionWriter<'_>) -> Result<u64, Error> {
    let mut restored = 0;
    for stored in collection.records.all_trashed()? {
        match collection.restore(&stored) {
            Ok(()) => restored += 1,
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(restored)
}
