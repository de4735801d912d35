//! Restoring deleted collections and records.

use super::collection_writer::CollectionWriter;
use super::database::Database;
use crate::engine::error::Error;
use crate::engine::store::{Collections, Records, WriteTransaction};

impl Database {
    /// Restores a deleted collection, or the deleted records of an existing one. Returns how many
    /// records left the trash and how many of them are back. An empty trash is not an error.
    pub(crate) async fn restore_collection(&self, name: String) -> Result<Restored, Error> {
        let (now, clears_only) = (self.clock.now(), self.rules.restore_clears_only);
        let (mut total, mut after) = (Restored::default(), String::new());
        // In several writes: there may be many.
        loop {
            let (name, from) = (name.clone(), after.clone());
            let write = self.store.write(move |transaction| {
                if let Some(collection) = CollectionWriter::open(transaction, &name, now)? {
                    return restore_some(&collection, &from, clears_only);
                }
                // Also where it was deleted in the meantime.
                if clears_only || !from.is_empty() {
                    return Ok((Restored::default(), None));
                }
                let restored = Collections(transaction).restore(&name, now)?;
                let totals = restored
                    .map(|collection| Records::new(transaction, collection.uid, now).totals())
                    .transpose()?;
                let count = totals.map_or(0, |totals| totals.count);
                let restored = Restored {
                    cleared: count,
                    back: count,
                };
                Ok((restored, None))
            });
            let (restored, last) = write.await?;
            total.cleared += restored.cleared;
            total.back += restored.back;
            match last {
                Some(id) => after = id,
                None => return Ok(total),
            }
        }
    }

    /// Restores a deleted record. Returns whether it is back: by a rule of the database it only
    /// leaves the trash.
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

/// How many records, and bytes of them, one write restores.
const AT_ONCE: (usize, usize) = (1000, 16 * 1024 * 1024);

/// Restores some records after an id, or removes them from the trash only. Returns the last that
/// was looked at, unless there was none. A record whose id or unique value is in use again stays in
/// the trash.
fn restore_some(
    collection: &CollectionWriter<'_, WriteTransaction<'_>>,
    after: &str,
    clears_only: bool,
) -> Result<(Restored, Option<String>), Error> {
    let mut restored = Restored::default();
    let some = collection.records.trashed_after(after, AT_ONCE)?;
    for stored in &some {
        let done = match clears_only {
            true => Ok(collection.records.forget(&stored.record.id)?),
            false => collection.restore(stored),
        };
        match done {
            Ok(()) => {
                restored.cleared += 1;
                restored.back += u64::from(!clears_only);
            }
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    let last = some.last().map(|stored| stored.record.id.clone());
    Ok((restored, last))
}
