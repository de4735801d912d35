//! The key-value store: values under keys, beside the collections.

mod entries;
mod links;

pub(crate) use entries::{Kv, KvEntry};
pub(crate) use links::{KvLink, MOST_BYTES as MOST_LINK_BYTES, MOST_LINKS};

use entries::{ENTRIES, EXPIRIES};
use links::LINKS;

use super::error::StoreError;
use super::transaction::WriteTransaction;

pub(super) fn create_tables(transaction: &WriteTransaction<'_>) -> Result<(), StoreError> {
    transaction.table_mut(ENTRIES)?;
    transaction.table_mut(EXPIRIES)?;
    transaction.table_mut(LINKS)?;
    Ok(())
}

pub(super) fn clear(transaction: &WriteTransaction<'_>) -> Result<(), StoreError> {
    transaction.clear(ENTRIES)?;
    transaction.clear(EXPIRIES)?;
    transaction.clear(LINKS)
}

impl Kv<'_, WriteTransaction<'_>> {
    /// Removes every key with its links.
    pub(crate) fn delete_all(&self) -> Result<(), StoreError> {
        clear(self.view)
    }
}
