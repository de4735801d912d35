//! What goes at a moment: records whose time to live is over, and what the trash has kept long
//! enough.
//!
//! Nothing waits for these moments. Reads pass over what is due, and each write sweeps some of it
//! away.

use redb::TableDefinition;

use crate::engine::store::error::StoreError;
use crate::engine::store::transaction::WriteTransaction;

pub(super) type Key = (i64, u64, u64, u8);

/// Moment, collection, record and kind, with the record's id or the collection's name.
pub(super) const DEADLINES: TableDefinition<'static, Key, &str> = TableDefinition::new("deadlines");

pub(super) const EXPIRY: u8 = 0;
pub(super) const TRASHED_RECORD: u8 = 1;
const TRASHED_COLLECTION: u8 = 2;

/// Something that goes at a moment, in Unix milliseconds.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine::store) struct Deadline(pub(super) Key);

impl Deadline {
    pub(super) fn expiry(at: i64, uid: u64, number: u64) -> Self {
        Self((at, uid, number, EXPIRY))
    }

    pub(super) fn trashed_record(at: i64, uid: u64, number: u64) -> Self {
        Self((at, uid, number, TRASHED_RECORD))
    }

    pub(in crate::engine::store) fn trashed_collection(at: i64, uid: u64) -> Self {
        Self((at, uid, 0, TRASHED_COLLECTION))
    }
}

pub(in crate::engine::store) fn set_deadline(
    transaction: &WriteTransaction<'_>,
    Deadline(key): Deadline,
    name: &str,
) -> Result<(), StoreError> {
    transaction.table_mut(DEADLINES)?.insert(key, name)?;
    Ok(())
}

pub(in crate::engine::store) fn remove_deadline(
    transaction: &WriteTransaction<'_>,
    Deadline(key): Deadline,
) -> Result<(), StoreError> {
    transaction.table_mut(DEADLINES)?.remove(key)?;
    Ok(())
}
