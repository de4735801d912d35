//! The key-value store.

use super::batch::refuse_too_many;
use super::database::Database;
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::names::check_name;
use crate::engine::record::{Ttl, ttl_millis};
use crate::engine::store::{
    Kv, KvEntry, KvLink, MOST_LINK_BYTES, MOST_LINKS, Settings, WriteTransaction,
};
use crate::engine::value::{Typed, is_too_deep, memory_size};
use serde_json::Value;

/// How many bytes of memory the values that one request reads may take: as many as a request.
const MOST_READ: usize = 160 * 1024 * 1024;

/// Of each key of a batch, whether it was changed.
pub(crate) type KvOutcomes = Vec<(String, bool)>;

/// Returns the entry that a request makes: a value that says its type or has it inferred, and when
/// it expires.
pub(in crate::engine) fn kv_entry(
    value: Value,
    ttl: Option<&Value>,
    now: i64,
) -> Result<KvEntry, Error> {
    if is_too_deep(&value) {
        return Err(Error::TooDeep);
    }
    let value = Typed::from_request(value).map_err(Error::KvValue)?;
    let ttl = match ttl {
        None => None,
        Some(ttl) => Some(Ttl::new(ttl_millis(ttl).ok_or(Error::KvTtl)?, false, now)),
    };
    Ok(KvEntry { value, ttl })
}

impl Database {
    /// Stores the value of a key.
    pub(crate) async fn set_kv(
        &self,
        key: String,
        value: Value,
        ttl: Option<Value>,
    ) -> Result<(), Error> {
        let entry = kv_entry(value, ttl.as_ref(), self.clock.now().timestamp_millis())?;
        self.change_kv(move |kv| Ok(kv.set(&key, &entry)?)).await
    }

    /// Returns the value of a key, with its type if the server writes types.
    pub(crate) fn get_kv(&self, key: &str) -> Result<Value, Error> {
        let view = self.store.read()?;
        let kv = Kv::new(&view, self.clock.now());
        let entry = kv.get(key)?.ok_or(Error::KvKeyNotFound)?;
        let typed = Settings(&view).typed_values()?;
        Ok(entry.value.into_reply(typed))
    }

    /// Deletes a key and its links. Returns whether the key existed.
    pub(crate) async fn delete_kv(&self, key: String) -> Result<bool, Error> {
        self.change_kv(move |kv| Ok(kv.delete(&key)?)).await
    }

    /// Deletes every key and every link.
    pub(crate) async fn clear_kv(&self) -> Result<(), Error> {
        self.change_kv(|kv| Ok(kv.delete_all()?)).await
    }

    /// Returns the values of keys without their types; `null` for a key that does not exist.
    pub(crate) fn get_kv_batch(
        &self,
        caller: &ApiKey,
        keys: &[String],
    ) -> Result<Vec<Value>, Error> {
        check_keys(keys)?;
        for key in keys {
            caller.require_kv_read(Some(key))?;
        }
        let view = self.store.read()?;
        let kv = Kv::new(&view, self.clock.now());
        let mut values = Vec::with_capacity(keys.len());
        let mut held = 0;
        for key in keys {
            let value = kv.get(key)?.map(|entry| entry.value.into_reply(false));
            let value = value.unwrap_or_default();
            held += memory_size(&value);
            if held > MOST_READ {
                return Err(Error::KvValuesTooLarge { limit: MOST_READ });
            }
            values.push(value);
        }
        Ok(values)
    }

    /// Stores the values of keys.
    pub(crate) async fn set_kv_batch(
        &self,
        caller: &ApiKey,
        keys: Vec<String>,
        values: Vec<Value>,
        ttl: Option<Value>,
    ) -> Result<KvOutcomes, Error> {
        check_keys(&keys)?;
        if keys.len() != values.len() {
            let (keys, values) = (keys.len(), values.len());
            return Err(Error::BatchLengths { keys, values });
        }
        let now = self.clock.now().timestamp_millis();
        let mut entries = Vec::with_capacity(keys.len());
        for (key, value) in keys.into_iter().zip(values) {
            caller.require_kv_write(Some(&key))?;
            entries.push((key, kv_entry(value, ttl.as_ref(), now)?));
        }
        self.change_kv(move |kv| {
            let set = |(key, entry): &(String, KvEntry)| {
                kv.set(key, entry)?;
                Ok((key.clone(), true))
            };
            entries.iter().map(set).collect()
        })
        .await
    }

    /// Deletes keys and their links.
    pub(crate) async fn delete_kv_batch(
        &self,
        caller: &ApiKey,
        keys: Vec<String>,
    ) -> Result<KvOutcomes, Error> {
        check_keys(&keys)?;
        for key in &keys {
            caller.require_kv_write(Some(key))?;
        }
        self.change_kv(move |kv| {
            let delete = |key: &String| Ok((key.clone(), kv.delete(key)?));
            keys.iter().map(delete).collect()
        })
        .await
    }

    /// Returns the links of a key that exists.
    pub(crate) fn kv_links(&self, key: &str) -> Result<Vec<KvLink>, Error> {
        let view = self.store.read()?;
        let kv = Kv::new(&view, self.clock.now());
        kv.get(key)?.ok_or(Error::KvKeyNotFound)?;
        Ok(kv.links(key)?)
    }

    /// Links a key that exists to a record, which does not have to exist.
    pub(crate) async fn link_kv(&self, key: String, link: KvLink) -> Result<(), Error> {
        self.change_kv(move |kv| {
            kv.get(&key)?.ok_or(Error::KvKeyNotFound)?;
            add_link(kv, &key, &link)
        })
        .await
    }

    /// Removes the link of a key that exists to a record, if there is one.
    pub(crate) async fn unlink_kv(
        &self,
        key: String,
        collection: String,
        id: String,
    ) -> Result<(), Error> {
        self.change_kv(move |kv| {
            kv.get(&key)?.ok_or(Error::KvKeyNotFound)?;
            Ok(kv.unlink(&key, &collection, &id)?)
        })
        .await
    }

    async fn change_kv<T: Send + 'static>(
        &self,
        mut change: impl FnMut(&Kv<'_, WriteTransaction<'_>>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let now = self.clock.now();
        self.store
            .write(move |transaction| change(&Kv::new(transaction, now)))
            .await
    }
}

/// Adds a link to a key, unless it has as many as it may have.
pub(in crate::engine) fn add_link(
    kv: &Kv<'_, WriteTransaction<'_>>,
    key: &str,
    link: &KvLink,
) -> Result<(), Error> {
    match kv.link(key, link)? {
        true => Ok(()),
        false => Err(Error::TooManyKvLinks {
            links: MOST_LINKS,
            bytes: MOST_LINK_BYTES,
        }),
    }
}

fn check_keys(keys: &[String]) -> Result<(), Error> {
    refuse_too_many(keys.len())?;
    match keys.iter().any(String::is_empty) {
        true => Ok(check_name("KV key", "")?),
        false => Ok(()),
    }
}
