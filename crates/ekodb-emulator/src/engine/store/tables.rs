//! All tables of the store.

use redb::Database;

use super::error::StoreError;
use super::transaction::WriteTransaction;
use super::{collections, keys, records, settings};
use crate::engine::key::ApiKey;

/// Removes everything but the settings and this key.
pub(super) fn clear(transaction: &WriteTransaction<'_>, admin: &ApiKey) -> Result<(), StoreError> {
    settings::clear(transaction)?;
    keys::clear_but(transaction, admin)?;
    collections::clear(transaction)?;
    records::clear(transaction)
}

/// Creates every table, so that readers find all of them.
pub(super) fn create(database: &Database) -> Result<(), StoreError> {
    let transaction = database.begin_write()?;
    {
        let transaction = WriteTransaction::new(&transaction);
        settings::create_tables(&transaction)?;
        keys::create_tables(&transaction)?;
        collections::create_tables(&transaction)?;
        records::create_tables(&transaction)?;
    }
    transaction.commit()?;
    Ok(())
}
