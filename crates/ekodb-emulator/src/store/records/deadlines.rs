//! What goes at a moment: records whose time to live is over, and what the trash has kept long enough.
//!
//! Nothing waits for these moments. Reads pass over what is due, and each write sweeps some of it away.

use redb::{ReadableTable, TableDefinition};

use super::Records;
use crate::store::{Change, Collections, Source, StoreError};

type Key = (i64, u64, u64, u8);

/// Moment, collection, record and kind, with the record's id or the collection's name.
pub(super) const DEADLINES: TableDefinition<'static, Key, &str> = TableDefinition::new("deadlines");

const EXPIRY: u8 = 0;
const TRASHED_RECORD: u8 = 1;
const TRASHED_COLLECTION: u8 = 2;

/// How much one write sweeps away.
const SWEEP: usize = 256;

pub(super) fn create_tables(change: &Change<'_>) -> Result<(), StoreError> {
    change.table_mut(DEADLINES)?;
    Ok(())
}

pub(super) fn clear(change: &Change<'_>) -> Result<(), StoreError> {
    change.clear(DEADLINES)
}

/// Something that goes at a moment, in Unix milliseconds.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) struct Deadline(Key);

impl Deadline {
    pub(super) fn expiry(at: i64, uid: u64, number: u64) -> Self {
        Self((at, uid, number, EXPIRY))
    }

    pub(super) fn trashed_record(at: i64, uid: u64, number: u64) -> Self {
        Self((at, uid, number, TRASHED_RECORD))
    }

    pub(in crate::store) fn trashed_collection(at: i64, uid: u64) -> Self {
        Self((at, uid, 0, TRASHED_COLLECTION))
    }
}

pub(in crate::store) fn set_deadline(
    change: &Change<'_>,
    Deadline(key): Deadline,
    name: &str,
) -> Result<(), StoreError> {
    change.table_mut(DEADLINES)?.insert(key, name)?;
    Ok(())
}

pub(in crate::store) fn remove_deadline(
    change: &Change<'_>,
    Deadline(key): Deadline,
) -> Result<(), StoreError> {
    change.table_mut(DEADLINES)?.remove(key)?;
    Ok(())
}

/// Removes some of what is due.
pub(crate) fn sweep(change: &Change<'_>, now: i64) -> Result<(), StoreError> {
    let due: Vec<(Key, String)> = {
        let table = change.table(DEADLINES)?;
        let mut due = Vec::new();
        for entry in table
            .range(..=(now, u64::MAX, u64::MAX, u8::MAX))?
            .take(SWEEP)
        {
            let (key, name) = entry?;
            due.push((key.value(), name.value().to_owned()));
        }
        due
    };
    for (key, name) in due {
        let (_, uid, number, kind) = key;
        let records = Records {
            source: change,
            uid,
            now,
        };
        match kind {
            EXPIRY => records.erase_number(number)?,
            TRASHED_RECORD => records.forget(&name)?,
            _ => {
                Collections(change).forget(&name, uid)?;
                records.purge()?;
            }
        }
        remove_deadline(change, Deadline(key))?;
    }
    Ok(())
}

impl<S: Source> Records<'_, S> {
    /// How many records of the collection are due and not swept away yet.
    pub(super) fn overdue(&self) -> Result<u64, StoreError> {
        let table = self.source.table(DEADLINES)?;
        let mut overdue = 0;
        for entry in table.range(..=(self.now, u64::MAX, u64::MAX, u8::MAX))? {
            let (_, uid, _, kind) = entry?.0.value();
            overdue += u64::from(uid == self.uid && kind == EXPIRY);
        }
        Ok(overdue)
    }
}
