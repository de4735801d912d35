//! The keys and their values.

use std::ops::{Bound, ControlFlow};

use chrono::{DateTime, Utc};
use redb::{ReadableTable, TableDefinition};
use serde::{Deserialize, Serialize};

use crate::engine::record::Ttl;
use crate::engine::store::codec;
use crate::engine::store::error::StoreError;
use crate::engine::store::transaction::{ReadView, WriteTransaction};
use crate::engine::value::Typed;

pub(super) const ENTRIES: TableDefinition<'static, &str, &[u8]> =
    TableDefinition::new("kv_entries");
/// The keys that expire, by the moment they do.
pub(super) const EXPIRIES: TableDefinition<'static, (i64, &str), ()> =
    TableDefinition::new("kv_expiries");

/// How long an expired key can still be found with `include_expired`, in milliseconds.
const EXPIRED_KEPT: i64 = 60 * 60 * 1000;

/// How many expired keys one write removes at most.
const SWEEP: usize = 256;

/// The value of a key and its time to live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct KvEntry {
    pub(crate) value: Typed,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ttl: Option<Ttl>,
}

impl KvEntry {
    fn is_expired(&self, now: i64) -> bool {
        self.ttl.is_some_and(|ttl| ttl.expires_at <= now)
    }
}

/// The key-value store at the moment `now`, in Unix milliseconds.
pub(crate) struct Kv<'a, S> {
    pub(super) view: &'a S,
    now: i64,
}

impl<'a, S: ReadView> Kv<'a, S> {
    pub(crate) fn new(view: &'a S, now: DateTime<Utc>) -> Self {
        let now = now.timestamp_millis();
        Self { view, now }
    }

    /// The entry of a key that has not expired.
    pub(crate) fn get(&self, key: &str) -> Result<Option<KvEntry>, StoreError> {
        let entry = self.raw(key)?;
        Ok(entry.filter(|entry| !entry.is_expired(self.now)))
    }

    /// Visits the keys after `after` in their order until told to stop. Expired ones are skipped
    /// unless `include_expired`.
    pub(crate) fn each_after(
        &self,
        after: Option<&str>,
        include_expired: bool,
        mut visit: impl FnMut(&str, KvEntry) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, StoreError> {
        let table = self.view.table(ENTRIES)?;
        let first = after.map_or(Bound::Unbounded, Bound::Excluded);
        for entry in table.range::<&str>((first, Bound::Unbounded))? {
            let (key, bytes) = entry?;
            let entry = decode(bytes.value())?;
            if entry.is_expired(self.now) && !include_expired {
                continue;
            }
            if visit(key.value(), entry).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn raw(&self, key: &str) -> Result<Option<KvEntry>, StoreError> {
        let table = self.view.table(ENTRIES)?;
        let found = table.get(key)?;
        found.map(|bytes| decode(bytes.value())).transpose()
    }
}

impl Kv<'_, WriteTransaction<'_>> {
    /// Stores an entry in the place of what the key had. The links of a key that has not expired
    /// stay.
    pub(crate) fn set(&self, key: &str, entry: &KvEntry) -> Result<(), StoreError> {
        self.sweep()?;
        match self.raw(key)? {
            Some(before) if before.is_expired(self.now) => self.remove(key, &before)?,
            Some(before) => self.remove_expiry(key, &before)?,
            None => {}
        }
        let bytes = codec::encode("value", entry)?;
        self.view
            .table_mut(ENTRIES)?
            .insert(key, bytes.as_slice())?;
        if let Some(ttl) = entry.ttl {
            self.view
                .table_mut(EXPIRIES)?
                .insert((ttl.expires_at, key), ())?;
        }
        Ok(())
    }

    /// Removes a key with its links. Whether it existed.
    pub(crate) fn delete(&self, key: &str) -> Result<bool, StoreError> {
        let Some(entry) = self.raw(key)? else {
            return Ok(false);
        };
        self.remove(key, &entry)?;
        Ok(!entry.is_expired(self.now))
    }

    /// Removes some of the keys that expired long ago.
    fn sweep(&self) -> Result<(), StoreError> {
        let last = self.now.saturating_sub(EXPIRED_KEPT);
        let mut due = Vec::new();
        for entry in self.view.table(EXPIRIES)?.range(..(last, ""))?.take(SWEEP) {
            due.push(entry?.0.value().1.to_owned());
        }
        for key in due {
            if let Some(entry) = self.raw(&key)? {
                self.remove(&key, &entry)?;
            }
        }
        Ok(())
    }

    fn remove(&self, key: &str, entry: &KvEntry) -> Result<(), StoreError> {
        self.remove_expiry(key, entry)?;
        self.view.table_mut(ENTRIES)?.remove(key)?;
        self.remove_links(key)
    }

    fn remove_expiry(&self, key: &str, entry: &KvEntry) -> Result<(), StoreError> {
        if let Some(ttl) = entry.ttl {
            self.view
                .table_mut(EXPIRIES)?
                .remove((ttl.expires_at, key))?;
        }
        Ok(())
    }
}

fn decode(bytes: &[u8]) -> Result<KvEntry, StoreError> {
    codec::decode("value", bytes)
}
