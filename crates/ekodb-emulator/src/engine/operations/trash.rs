//! Restoring deleted collections and records.

use super::collection_writer::CollectionWriter;
use super::database::Database;
use crate::engine::error::Error;
use crate::engine::store::{Collections, Records};

impl Database {
    /// Restores a deleted collection, or the deleted records of an existing one. Returns how many records left the
    /// trash and how many of them are back. An empty trash is not an error.
    pub(crate) async fn restore_collection(&self, name: String) -> Result<Restored, Error> {
        let (now, clears_only) = (self.clock.now(), self.rules.restore_clears_only);
        let all = |records| Restored {
            cleared: records,
            back: records,
        };
        self.store
            .write(move |transaction| {
                if let Some(collection) = CollectionWriter::open(transaction, &name, now)? {
                    return match clears_only {
                        true => clear_trash(&collection),
                        false => restore_records(&collection).map(all),
                    };
                }
                if clears_only {
                    return Ok(Restored::default());
                }
                let restored = Collections(transaction).restore(&name, now)?;
                let totals = restored
                    .map(|collection| Records::new(transaction, collection.uid, now).totals())
                    .transpose()?;
                Ok(all(totals.map_or(0, |totals| totals.count)))
            })
            .await
    }

    /// Restores a deleted record. Returns whether it is back: by a rule of the database it only leaves the trash.
    pub(crate) async fn restore_record(
        &self,
        collection: String,
        id: String,
    ) -> Result<bool, Error> {
        let (now, clears_only) = (self.clock.now(), self.rules.restore_clears_only);
        self.store
            .write(move |transaction| {
                let missing = || Error::NotInTrash(id.clone());
                let collection = CollectionWriter::open(transaction, &collection, now)?;
                let collection = collection.ok_or_else(missing)?;
                let stored = collection.records.get_trashed(&id)?.ok_or_else(missing)?;
                match clears_only {
                    true => collection.records.forget(&id)?,
                    false => collection.restore(&stored)?,
                }
                Ok(!clears_only)
            })
            .await
    }
}

/// How many records left the trash, and how many of them are back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Restored {
    pub(crate) cleared: u64,
    pub(crate) back: u64,
}

fn clear_trash(collection: &CollectionWriter<'_>) -> Result<Restored, Error> {
    let mut restored = Restored::default();
    for stored in collection.records.all_trashed()? {
        collection.records.forget(&stored.record.id)?;
        restored.cleared += 1;
    }
    Ok(restored)
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
