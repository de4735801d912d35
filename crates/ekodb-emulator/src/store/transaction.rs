//! Views of the store: a snapshot to read, a change to read and write.

use std::cell::Cell;

use redb::{
    Database, Key, ReadOnlyTable, ReadTransaction, ReadableDatabase, ReadableTable,
    ReadableTableMetadata, Table, TableDefinition, Value, WriteTransaction,
};

use super::{KeyRecord, StoreError, collections, keys, records, settings};

/// Anything tables can be read from.
pub(crate) trait Source {
    /// Opens a table for reading.
    fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<impl ReadableTable<K, V>, StoreError>;
}

/// A consistent view of what was committed when it began.
pub(crate) struct Snapshot(ReadTransaction);

impl Snapshot {
    pub(super) fn begin(database: &Database) -> Result<Self, StoreError> {
        Ok(Self(database.begin_read()?))
    }
}

impl Source for Snapshot {
    fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<impl ReadableTable<K, V>, StoreError> {
        let table: ReadOnlyTable<K, V> = self.0.open_table(definition)?;
        Ok(table)
    }
}

/// One change among those of a group commit. It sees what the changes before it in the group did.
pub(crate) struct Change<'a> {
    transaction: &'a WriteTransaction,
    wrote: Cell<bool>,
}

impl<'a> Change<'a> {
    pub(super) fn new(transaction: &'a WriteTransaction) -> Self {
        Self {
            transaction,
            wrote: Cell::new(false),
        }
    }

    /// Opens a table for writing. A table can be open once at a time.
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

    /// Whether the change may have written something, so that its failure must undo the group.
    pub(super) fn wrote(&self) -> bool {
        self.wrote.get()
    }
}

impl Source for Change<'_> {
    fn table<K: Key + 'static, V: Value + 'static>(
        &self,
        definition: TableDefinition<'static, K, V>,
    ) -> Result<impl ReadableTable<K, V>, StoreError> {
        Ok(self.transaction.open_table(definition)?)
    }
}

/// Removes everything but the settings and this key.
pub(super) fn clear_tables(change: &Change<'_>, admin: &KeyRecord) -> Result<(), StoreError> {
    settings::clear(change)?;
    keys::clear_but(change, admin)?;
    collections::clear(change)?;
    records::clear(change)
}

/// Makes every table, so that a reader never meets one that is missing.
pub(super) fn create_tables(database: &Database) -> Result<(), StoreError> {
    let transaction = database.begin_write()?;
    {
        let change = Change::new(&transaction);
        settings::create_tables(&change)?;
        keys::create_tables(&change)?;
        collections::create_tables(&change)?;
        records::create_tables(&change)?;
    }
    transaction.commit()?;
    Ok(())
}
