//! Deleted records, kept for thirty days.

use std::ops::Bound;

use chrono::TimeDelta;
use redb::{ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};

use super::expiry_index::{Deadline, remove_deadline, set_deadline};
use super::stored::Stored;
use super::table::Records;
use crate::engine::record::Record;
use crate::engine::store::codec;
use crate::engine::store::error::StoreError;
use crate::engine::store::transaction::{ReadView, WriteTransaction};

pub(super) const TRASH: TableDefinition<'static, (u64, &str), &[u8]> =
    TableDefinition::new("trashed_records");

/// How long the trash keeps what was deleted.
pub(in crate::engine::store) const TRASH_PERIOD: TimeDelta = TimeDelta::days(30);

#[derive(Serialize, Deserialize)]
struct Trashed {
    goes_at: i64,
    number: u64,
    record: Record,
}

impl Trashed {
    /// Whether it can come back at a moment: neither the trash has let go of it, nor is its time to
    /// live over.
    fn is_there(&self, now: i64) -> bool {
        now < self.goes_at && !self.record.is_expired(now)
    }
}

impl<S: ReadView> Records<'_, S> {
    /// Whether the trash has a record of this id.
    pub(crate) fn was_deleted(&self, id: &str) -> Result<bool, StoreError> {
        let overlay = self.view.overlay();
        let staged = overlay.as_ref().and_then(|overlay| overlay.of(self.uid));
        let deleted = staged.and_then(|staged| staged.number(id)) == Some(None);
        Ok(deleted || self.trashed(id)?.is_some())
    }

    fn trashed(&self, id: &str) -> Result<Option<Trashed>, StoreError> {
        let table = self.view.table(TRASH)?;
        let Some(bytes) = table.get((self.uid, id))? else {
            return Ok(None);
        };
        let trashed: Trashed = codec::decode("deleted record", bytes.value())?;
        Ok(Some(trashed).filter(|trashed| trashed.is_there(self.now)))
    }

    /// Some deleted records that can come back: at most so many after this id, and of so many
    /// bytes.
    pub(crate) fn trashed_after(
        &self,
        id: &str,
        (records, bytes): (usize, usize),
    ) -> Result<Vec<Stored>, StoreError> {
        let table = self.view.table(TRASH)?;
        let (mut found, mut held) = (Vec::new(), 0);
        let first = (
            Bound::Excluded((self.uid, id)),
            Bound::Excluded((self.uid + 1, "")),
        );
        for entry in table.range::<(u64, &str)>(first)? {
            if found.len() == records || held > bytes {
                break;
            }
            let entry = entry?;
            held += entry.1.value().len();
            let trashed: Trashed = codec::decode("deleted record", entry.1.value())?;
            if trashed.is_there(self.now) {
                found.push(Stored {
                    number: trashed.number,
                    record: trashed.record,
                });
            }
        }
        Ok(found)
    }

    /// The ids of some deleted records, those that cannot come back included.
    pub(super) fn trashed_ids(&self, most: usize) -> Result<Vec<String>, StoreError> {
        let table = self.view.table(TRASH)?;
        let entries = table.range((self.uid, "")..(self.uid + 1, ""))?;
        let ids = entries
            .take(most)
            .map(|entry| Ok(entry?.0.value().1.to_owned()));
        ids.collect()
    }

    /// The deleted record of this id, if it can come back.
    pub(crate) fn get_trashed(&self, id: &str) -> Result<Option<Stored>, StoreError> {
        Ok(self.trashed(id)?.map(|trashed| Stored {
            number: trashed.number,
            record: trashed.record,
        }))
    }
}

impl Records<'_, WriteTransaction<'_>> {
    /// Moves a record into the trash, in the place of an earlier one of its id.
    pub(crate) fn trash(&self, stored: &Stored) -> Result<(), StoreError> {
        self.erase(stored)?;
        self.forget(&stored.record.id)?;
        let goes_at = self.now.saturating_add(TRASH_PERIOD.num_milliseconds());
        let id = stored.record.id.as_str();
        let trashed = Trashed {
            goes_at,
            number: stored.number,
            record: stored.record.clone(),
        };
        let bytes = codec::encode("deleted record", &trashed)?;
        self.view.spend(bytes.len())?;
        self.view
            .table_mut(TRASH)?
            .insert((self.uid, id), bytes.as_slice())?;
        let deadline = Deadline::trashed_record(goes_at, self.uid, stored.number);
        set_deadline(self.view, deadline, id)
    }

    /// Puts a deleted record back in its old place. Its id is not in use.
    pub(crate) fn restore<'f>(
        &self,
        stored: &Stored,
        indexed: impl IntoIterator<Item = &'f str>,
    ) -> Result<(), StoreError> {
        let id = &stored.record.id;
        self.forget(id)?;
        // One of this id may be there still, though its time is over.
        if let Some(number) = self.number(id)? {
            self.erase_number(number)?;
        }
        self.write(stored.number, &stored.record, indexed)
    }

    /// Removes a record from the trash for good.
    pub(crate) fn forget(&self, id: &str) -> Result<(), StoreError> {
        let removed: Option<Trashed> = {
            let mut table = self.view.table_mut(TRASH)?;
            let removed = table.remove((self.uid, id))?;
            removed
                .map(|bytes| codec::decode("deleted record", bytes.value()))
                .transpose()?
        };
        match removed {
            Some(trashed) => {
                let Trashed {
                    goes_at, number, ..
                } = trashed;
                remove_deadline(
                    self.view,
                    Deadline::trashed_record(goes_at, self.uid, number),
                )
            }
            None => Ok(()),
        }
    }

    pub(super) fn purge_trash(&self) -> Result<(), StoreError> {
        self.view
            .table_mut(TRASH)?
            .retain_in((self.uid, "")..(self.uid + 1, ""), |_, _| false)?;
        Ok(())
    }
}
