//! Transactions on the store, and what they have in common: tables can be read.

use std::cell::Cell;

use redb::{
    Key, ReadOnlyTable, ReadableTable, ReadableTableMetadata, Table, TableDefinition, Value,
};

use super::error::StoreError;

/// A view of the store that tables can be read from.
pub(crate) trait ReadView {
    /// Opens a table for reading.
    fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<impl ReadableTable<K, V>, StoreError>;
}

/// A consistent view of what was committed when it began.
pub(crate) struct ReadTransaction(redb::ReadTransaction);

impl ReadTransaction {
    pub(super) fn new(transaction: redb::ReadTransaction) -> Self {
        Self(transaction)
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
}

impl<'a> WriteTransaction<'a> {
    pub(super) fn new(transaction: &'a redb::WriteTransaction) -> Self {
        Self {
            transaction,
            wrote: Cell::new(false),
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
}
