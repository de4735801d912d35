//! API keys and their grants.
//!
//! The values are kept as they are, not only hashed, because the API hands them out again: listing
//! the keys returns every value. The data directory is therefore its owner's alone. Look-up is by
//! SHA-256 of the value, so that its time says nothing about how much of a guess was right, and
//! what is found is compared in constant time.

use redb::{ReadableTable, TableDefinition};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::codec;
use super::error::StoreError;
use super::transaction::{ReadView, WriteTransaction};
use crate::engine::key::ApiKey;

pub(super) const KEYS: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("keys");
pub(super) const IDS_BY_HASH: TableDefinition<'static, [u8; 32], &str> =
    TableDefinition::new("key_ids_by_hash");

/// Removes every key but this one, which is put back if it has been revoked.
pub(super) fn clear_but(
    transaction: &WriteTransaction<'_>,
    admin: &ApiKey,
) -> Result<(), StoreError> {
    let kept = Keys(transaction).by_value(admin.key.expose())?;
    transaction.clear(KEYS)?;
    transaction.clear(IDS_BY_HASH)?;
    Keys(transaction).put(kept.as_ref().unwrap_or(admin))
}

/// The keys as a view of the store has them.
pub(crate) struct Keys<'a, S>(pub(crate) &'a S);

impl<S: ReadView> Keys<'_, S> {
    pub(crate) fn by_id(&self, id: &str) -> Result<Option<ApiKey>, StoreError> {
        let table = self.0.table(KEYS)?;
        let found = table.get(id)?;
        found.map(|bytes| decode(bytes.value())).transpose()
    }

    pub(crate) fn by_value(&self, value: &str) -> Result<Option<ApiKey>, StoreError> {
        let id = {
            let ids = self.0.table(IDS_BY_HASH)?;
            ids.get(hash(value))?.map(|id| id.value().to_owned())
        };
        let Some(id) = id else { return Ok(None) };
        let found = self.by_id(&id)?;
        Ok(found
            .filter(|record| bool::from(record.key.expose().as_bytes().ct_eq(value.as_bytes()))))
    }

    /// Every key, in the order of creation.
    pub(crate) fn all(&self) -> Result<Vec<ApiKey>, StoreError> {
        let table = self.0.table(KEYS)?;
        let mut keys = Vec::new();
        for entry in table.iter()? {
            keys.push(decode(entry?.1.value())?);
        }
        keys.sort_by(|a: &ApiKey, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(keys)
    }
}

impl Keys<'_, WriteTransaction<'_>> {
    /// Stores a key, new or changed.
    pub(crate) fn put(&self, record: &ApiKey) -> Result<(), StoreError> {
        self.0
            .table_mut(KEYS)?
            .insert(record.id.as_str(), codec::encode("key", record)?.as_slice())?;
        self.0
            .table_mut(IDS_BY_HASH)?
            .insert(hash(record.key.expose()), record.id.as_str())?;
        Ok(())
    }

    /// Removes a key.
    pub(crate) fn remove(&self, record: &ApiKey) -> Result<(), StoreError> {
        self.0.table_mut(KEYS)?.remove(record.id.as_str())?;
        self.0
            .table_mut(IDS_BY_HASH)?
            .remove(hash(record.key.expose()))?;
        Ok(())
    }
}

fn decode(bytes: &[u8]) -> Result<ApiKey, StoreError> {
    codec::decode("key", bytes)
}

fn hash(value: &str) -> [u8; 32] {
    Sha256::digest(value.as_bytes()).into()
}
