//! API keys and their grants.
//!
//! The values are kept as they are, not only hashed, because the API hands them out again: listing the keys
//! returns every value. The data directory is therefore its owner's alone. Look-up is by SHA-256 of the
//! value, so that its time says nothing about how much of a guess was right, and what is found is compared
//! in constant time.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ekodb_api::SecretString;
use redb::{ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Change, Source, StoreError};
use crate::access::{CollectionGrant, KvGrant};

const KEYS: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("keys");
const IDS_BY_HASH: TableDefinition<'static, [u8; 32], &str> =
    TableDefinition::new("key_ids_by_hash");

pub(super) fn create_tables(change: &Change<'_>) -> Result<(), StoreError> {
    change.table_mut(KEYS)?;
    change.table_mut(IDS_BY_HASH)?;
    Ok(())
}

/// Removes every key but this one, which is put back if it has been revoked.
pub(super) fn clear_but(change: &Change<'_>, admin: &KeyRecord) -> Result<(), StoreError> {
    let kept = Keys(change).by_value(admin.key.expose())?;
    change.clear(KEYS)?;
    change.clear(IDS_BY_HASH)?;
    Keys(change).put(kept.as_ref().unwrap_or(admin))
}

/// An API key with everything known of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeyRecord {
    pub(crate) id: String,
    pub(crate) key: SecretString,
    pub(crate) label: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) is_admin: bool,
    pub(crate) created_at: i64,
    pub(crate) collections: BTreeMap<String, CollectionGrant>,
    pub(crate) kv: BTreeMap<String, KvGrant>,
}

impl KeyRecord {
    /// A new key without grants: its value 256 random bits, its id a random one of 32 hexadecimal digits.
    pub(crate) fn new(is_admin: bool, now: DateTime<Utc>) -> Result<Self, getrandom::Error> {
        let mut random = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *random)?;
        Ok(Self {
            id: Uuid::new_v4().simple().to_string(),
            key: SecretString::new(URL_SAFE_NO_PAD.encode(*random)),
            label: None,
            description: None,
            is_admin,
            created_at: now.timestamp(),
            collections: BTreeMap::new(),
            kv: BTreeMap::new(),
        })
    }
}

/// The keys as a view of the store has them.
pub(crate) struct Keys<'a, S>(pub(crate) &'a S);

impl<S: Source> Keys<'_, S> {
    pub(crate) fn by_id(&self, id: &str) -> Result<Option<KeyRecord>, StoreError> {
        let table = self.0.table(KEYS)?;
        let found = table.get(id)?;
        found.map(|bytes| decode(bytes.value())).transpose()
    }

    pub(crate) fn by_value(&self, value: &str) -> Result<Option<KeyRecord>, StoreError> {
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
    pub(crate) fn all(&self) -> Result<Vec<KeyRecord>, StoreError> {
        let table = self.0.table(KEYS)?;
        let mut keys = Vec::new();
        for entry in table.iter()? {
            keys.push(decode(entry?.1.value())?);
        }
        keys.sort_by(|a: &KeyRecord, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(keys)
    }
}

impl Keys<'_, Change<'_>> {
    /// Stores a key, new or changed.
    pub(crate) fn put(&self, record: &KeyRecord) -> Result<(), StoreError> {
        self.0
            .table_mut(KEYS)?
            .insert(record.id.as_str(), super::encode("key", record)?.as_slice())?;
        self.0
            .table_mut(IDS_BY_HASH)?
            .insert(hash(record.key.expose()), record.id.as_str())?;
        Ok(())
    }

    /// Removes a key.
    pub(crate) fn remove(&self, record: &KeyRecord) -> Result<(), StoreError> {
        self.0.table_mut(KEYS)?.remove(record.id.as_str())?;
        self.0
            .table_mut(IDS_BY_HASH)?
            .remove(hash(record.key.expose()))?;
        Ok(())
    }
}

fn decode(bytes: &[u8]) -> Result<KeyRecord, StoreError> {
    super::decode("key", bytes)
}

fn hash(value: &str) -> [u8; 32] {
    Sha256::digest(value.as_bytes()).into()
}
