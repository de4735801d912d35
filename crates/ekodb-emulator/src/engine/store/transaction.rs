//! Transactions on the store, and what they have in common: tables can be read.

use std::cell::Cell;
use std::sync::Arc;

use redb::{
    Key, ReadOnlyTable, ReadableTable, ReadableTableMetadata, Table, TableDefinition, Value,
};

use super::collection::Collection;
use super::error::StoreError;
use super::overlay::Overlay;
use crate::engine::record::Record;

/// A view of the store that tables can be read from.
pub(crate) trait ReadView {
    /// Opens a table for reading.
    fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<impl ReadableTable<K, V>, StoreError>;

    /// What a transaction has written on top of the tables, if this is the view of one.
    fn overlay(&self) -> Option<Arc<Overlay>> {
        None
    }

    /// Counts bytes of records that are written, or compared for uniqueness, where that is bounded.
    fn spend(&self, _bytes: usize) -> Result<(), StoreError> {
        Ok(())
    }

    /// Takes note that a collection was looked up.
    fn note_collection(&self, _name: &str, _found: Option<&Collection>) {}

    /// Takes note that a record was looked up by its id.
    fn note_record(&self, _uid: u64, _id: &str, _found: Option<&Record>) {}
}

/// A consistent view of what was committed when it began.
pub(crate) struct ReadTransaction(redb::ReadTransaction);

impl ReadTransaction {
    pub(super) fn new(transaction: redb::ReadTransaction) -> Self {
        Self(transaction)
    }

    /// Returns how many rows and bytes each table has.
    #[cfg(test)]
    pub(crate) fn tables(
        &self,
    ) -> Result<std::collections::BTreeMap<String, (u64, u64)>, StoreError> {
        use redb::TableHandle;

        let mut tables = std::collections::BTreeMap::new();
        for handle in self.0.list_tables()? {
            let name = handle.name().to_owned();
            let table = self.0.open_untyped_table(handle)?;
            tables.insert(name, (table.len()?, table.stats()?.stored_bytes()));
        }
        Ok(tables)
    }
}

impl ReadView for ReadTransaction {
    fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<impl ReadableTable<K, V>, StoreError> {
        let table: ReadOnlyTable<K, V> = self.0.open_table(definition)?;
        Ok(table)
    }
}

/// One write among those of a group commit. It sees what the writes before it in the group did.
pub(crate) struct WriteTransaction<'a> {
    transaction: &'a redb::WriteTransaction,
    wrote: Cell<bool>,
    /// How many bytes of records it may still write, or compare for uniqueness.
    left: Cell<usize>,
}

/// How many bytes of records one write may write, so that it does not hold the others up for long.
const MOST_BYTES: usize = 128 * 1024 * 1024;

impl<'a> WriteTransaction<'a> {
    pub(super) fn new(transaction: &'a redb::WriteTransaction) -> Self {
        Self {
            transaction,
            wrote: Cell::new(false),
            left: Cell::new(MOST_BYTES),
        }
    }

    /// Opens a table for writing. A table can only be open once at a time.
    pub(super) fn table_mut<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<Table<'a, K, V>, StoreError> {
        self.wrote.set(true);
        Ok(self.transaction.open_table(definition)?)
    }

    /// Empties a table.
    pub(super) fn clear<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<(), StoreError> {
        if self.table_mut(definition)?.is_empty()? {
            return Ok(());
        }
        self.transaction.delete_table(definition)?;
        self.table_mut(definition).map(drop)
    }

    /// Lets it write as much as there is.
    pub(crate) fn lift_limit(&self) {
        self.left.set(usize::MAX);
    }

    /// Whether something may have been written, so that a failure must undo the group.
    pub(super) fn wrote(&self) -> bool {
        self.wrote.get()
    }
}

impl ReadView for WriteTransaction<'_> {
    fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<impl ReadableTable<K, V>, StoreError> {
        Ok(self.transaction.open_table(definition)?)
    }

    fn spend(&self, bytes: usize) -> Result<(), StoreError> {
        let left = self.left.get().checked_sub(bytes);
        self.left
            .set(left.ok_or(StoreError::TooMuchWritten { limit: MOST_BYTES })?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use redb::Database;
    use redb::backends::InMemoryBackend;

    use super::*;

    #[test]
    fn a_write_has_a_bound_that_a_seed_has_not() {
        let backend = InMemoryBackend::new();
        let database = Database::builder().create_with_backend(backend).unwrap();
        let transaction = database.begin_write().unwrap();
        let write = WriteTransaction::new(&transaction);
        write.spend(MOST_BYTES - 1).unwrap();
        write.spend(1).unwrap();
        let refused = write.spend(1).unwrap_err();
        assert!(matches!(refused, StoreError::TooMuchWritten { .. }));
        write.lift_limit();
        write.spend(MOST_BYTES).unwrap();
    }
}
