//! An API key and its grants.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use ekodb_api::SecretString;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::field_rights::FieldRights;
use super::grants::{CollectionGrant, KvGrant};
use super::permission::PermissionDenied;

/// An API key with everything known of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ApiKey {
    pub(crate) id: String,
    pub(crate) key: SecretString,
    pub(crate) label: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) is_admin: bool,
    pub(crate) created_at: i64,
    pub(crate) collections: BTreeMap<String, CollectionGrant>,
    pub(crate) kv: BTreeMap<String, KvGrant>,
}

impl ApiKey {
    /// A new key without grants: its value 256 random bits, its id a random one of 32 hexadecimal
    /// digits.
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

/// What the key may do.
impl ApiKey {
    /// Whether the key has any right on a collection, and so may know of it.
    pub(crate) fn may_see(&self, collection: &str) -> bool {
        self.has_right(collection, |grant| grant.read || grant.write)
    }

    pub(crate) fn require_read(&self, collection: &str) -> Result<(), PermissionDenied> {
        if self.has_right(collection, |grant| grant.read) {
            return Ok(());
        }
        Err(PermissionDenied::Read {
            collection: collection.to_owned(),
        })
    }

    pub(crate) fn require_write(&self, collection: &str) -> Result<(), PermissionDenied> {
        if self.has_right(collection, |grant| grant.write) {
            return Ok(());
        }
        Err(PermissionDenied::Write {
            collection: collection.to_owned(),
        })
    }

    pub(crate) fn require_admin(&self) -> Result<(), PermissionDenied> {
        match self.is_admin {
            true => Ok(()),
            false => Err(PermissionDenied::NotAdmin),
        }
    }

    /// What the key may see and set of a collection's records.
    pub(crate) fn field_rights(&self, collection: &str) -> FieldRights {
        match self.collections.get(collection) {
            _ if self.is_admin => FieldRights::all(),
            Some(grant) => FieldRights::of(grant),
            None => FieldRights::of(&CollectionGrant::default()),
        }
    }

    fn has_right(&self, collection: &str, right: impl Fn(&CollectionGrant) -> bool) -> bool {
        self.is_admin || self.collections.get(collection).is_some_and(right)
    }

    /// Whether a grant on a prefix lets the key read a KV key.
    pub(crate) fn may_read_kv(&self, key: &str) -> bool {
        self.has_kv_right(key, |grant| grant.read)
    }

    /// Requires a grant to read a KV key; without one, any grant to read.
    pub(crate) fn require_kv_read(&self, key: Option<&str>) -> Result<(), PermissionDenied> {
        self.require_kv("read", key, |grant| grant.read)
    }

    /// Requires a grant to write a KV key; without one, any grant to write.
    pub(crate) fn require_kv_write(&self, key: Option<&str>) -> Result<(), PermissionDenied> {
        self.require_kv("write", key, |grant| grant.write)
    }

    fn require_kv(
        &self,
        right: &'static str,
        key: Option<&str>,
        has: impl Fn(&KvGrant) -> bool,
    ) -> Result<(), PermissionDenied> {
        match key {
            Some(key) if self.has_kv_right(key, &has) => Ok(()),
            Some(key) => Err(PermissionDenied::KvKey {
                right,
                key: key.to_owned(),
            }),
            None if self.is_admin || self.kv.values().any(has) => Ok(()),
            None => Err(PermissionDenied::AnyKvKey { right }),
        }
    }

    fn has_kv_right(&self, key: &str, right: impl Fn(&KvGrant) -> bool) -> bool {
        let mut grants = self.kv.values();
        self.is_admin || grants.any(|grant| right(grant) && key.starts_with(&grant.prefix))
    }
}
