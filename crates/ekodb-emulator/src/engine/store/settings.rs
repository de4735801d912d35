//! What there is one of: the format, the signing secret, the first admin key, the global switches.

use redb::{ReadableTable, TableDefinition, TableError};

use super::error::StoreError;
use super::transaction::{ReadView, WriteTransaction};

const SETTINGS: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("settings");

const FORMAT: &str = "format";
/// Since 2, the index keys of decimal numbers are those of numbers, not of texts.
pub(super) const KNOWN_FORMAT: u64 = 2;
const SIGNING_SECRET: &str = "signing_secret";
const ADMIN_KEY_ID: &str = "admin_key_id";
const TOKEN_EPOCH: &str = "token_epoch";
const NEXT_UID: &str = "next_uid";
const TYPED_VALUES: &str = "use_typed_values";
const DURABLE_OPERATIONS: &str = "durable_operations";

/// Creates the table. Returns the format that the database was written in, which is the known one
/// from now on.
pub(super) fn create_tables(transaction: &WriteTransaction<'_>) -> Result<u64, StoreError> {
    let mut table = transaction.table_mut(SETTINGS)?;
    let found = table.get(FORMAT)?.map(|bytes| number(bytes.value()));
    let found = found.unwrap_or(KNOWN_FORMAT);
    if found > KNOWN_FORMAT {
        return Err(StoreError::Newer {
            found,
            known: KNOWN_FORMAT,
        });
    }
    table.insert(FORMAT, KNOWN_FORMAT.to_le_bytes().as_slice())?;
    Ok(found)
}

/// Whether the table is there, with a format in it.
pub(super) fn are_in(transaction: &redb::ReadTransaction) -> Result<bool, StoreError> {
    match transaction.open_table(SETTINGS) {
        Ok(table) => Ok(table.get(FORMAT)?.is_some()),
        Err(TableError::Storage(error)) => Err(error.into()),
        Err(_) => Ok(false),
    }
}

#[cfg(test)]
pub(super) fn set_format(
    transaction: &WriteTransaction<'_>,
    format: u64,
) -> Result<(), StoreError> {
    let mut table = transaction.table_mut(SETTINGS)?;
    table.insert(FORMAT, format.to_le_bytes().as_slice())?;
    Ok(())
}

/// Puts the switches back. The secrets and the numbers that only grow stay.
pub(super) fn clear(transaction: &WriteTransaction<'_>) -> Result<(), StoreError> {
    let mut table = transaction.table_mut(SETTINGS)?;
    table.remove(TYPED_VALUES)?;
    table.remove(DURABLE_OPERATIONS)?;
    Ok(())
}

/// The settings as a view of the store has them.
pub(crate) struct Settings<'a, S>(pub(crate) &'a S);

impl<S: ReadView> Settings<'_, S> {
    /// The secret that signs tokens.
    pub(crate) fn signing_secret(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(SIGNING_SECRET)
    }

    /// The id of the admin key that was made at the first start.
    pub(crate) fn admin_key_id(&self) -> Result<Option<String>, StoreError> {
        let bytes = self.get(ADMIN_KEY_ID)?;
        Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The epoch a token must be of: raised to refuse every token issued so far.
    pub(crate) fn token_epoch(&self) -> Result<u64, StoreError> {
        Ok(self.get(TOKEN_EPOCH)?.map_or(0, |bytes| number(&bytes)))
    }

    /// Whether replies wrap values as `{"type","value"}`.
    pub(crate) fn typed_values(&self) -> Result<bool, StoreError> {
        self.is_on(TYPED_VALUES)
    }

    /// Whether an admin wants writes to be durable before they are acknowledged.
    pub(crate) fn durable_operations(&self) -> Result<bool, StoreError> {
        self.is_on(DURABLE_OPERATIONS)
    }

    /// Whether a switch is on, as it is until it is set.
    fn is_on(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.get(name)?.is_none_or(|bytes| bytes == [1]))
    }

    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let table = self.0.table(SETTINGS)?;
        let bytes = table.get(name)?.map(|bytes| bytes.value().to_owned());
        Ok(bytes)
    }
}

impl Settings<'_, WriteTransaction<'_>> {
    pub(crate) fn set_signing_secret(&self, secret: &[u8]) -> Result<(), StoreError> {
        self.set(SIGNING_SECRET, secret)
    }

    pub(crate) fn set_admin_key_id(&self, id: &str) -> Result<(), StoreError> {
        self.set(ADMIN_KEY_ID, id.as_bytes())
    }

    /// Sets the epoch of tokens, which never goes back.
    pub(crate) fn raise_token_epoch(&self, epoch: u64) -> Result<(), StoreError> {
        let epoch = epoch.max(self.token_epoch()?);
        self.set(TOKEN_EPOCH, &epoch.to_le_bytes())
    }

    pub(crate) fn set_typed_values(&self, on: bool) -> Result<(), StoreError> {
        self.set(TYPED_VALUES, &[u8::from(on)])
    }

    pub(crate) fn set_durable_operations(&self, on: bool) -> Result<(), StoreError> {
        self.set(DURABLE_OPERATIONS, &[u8::from(on)])
    }

    /// A number never given before, for a collection: one made again under an old name is another
    /// one.
    pub(super) fn next_uid(&self) -> Result<u64, StoreError> {
        let uid = self.get(NEXT_UID)?.map_or(1, |bytes| number(&bytes));
        self.set(NEXT_UID, &(uid + 1).to_le_bytes())?;
        Ok(uid)
    }

    fn set(&self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.0.table_mut(SETTINGS)?.insert(name, value)?;
        Ok(())
    }
}

fn number(bytes: &[u8]) -> u64 {
    let mut number = [0; 8];
    let length = bytes.len().min(8);
    number[..length].copy_from_slice(&bytes[..length]);
    u64::from_le_bytes(number)
}
