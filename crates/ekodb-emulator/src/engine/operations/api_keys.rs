//! Registering, listing and revoking API keys.

use std::collections::{BTreeMap, HashSet};

use ekodb_api::SecretString;

use super::database::Database;
use crate::engine::error::Error;
use crate::engine::key::{ApiKey, CollectionGrant, PermissionDenied};
use crate::engine::names::check_name;
use crate::engine::store::{Keys, ReadView};

/// A key to register.
#[derive(Clone, Debug)]
pub(crate) struct NewKey {
    pub(crate) label: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) is_admin: bool,
    pub(crate) collections: BTreeMap<String, CollectionGrant>,
    /// The key's value; a random one if none is given.
    pub(crate) value: Option<SecretString>,
}

impl NewKey {
    fn check(&self) -> Result<(), Error> {
        for name in self.collections.keys() {
            check_name("collection name", name)?;
        }
        self.value.as_ref().map_or(Ok(()), refuse_weak)
    }
}

impl Database {
    /// Returns the key of this id.
    pub(crate) fn key_by_id(&self, id: &str) -> Result<Option<ApiKey>, Error> {
        Ok(Keys(&self.store.read()?).by_id(id)?)
    }

    /// Returns the key of this value.
    pub(crate) fn key_by_value(&self, value: &SecretString) -> Result<ApiKey, Error> {
        Keys(&self.store.read()?)
            .by_value(value.expose())?
            .ok_or(Error::InvalidApiKey)
    }

    /// Returns all keys in the order of creation.
    pub(crate) fn keys(&self) -> Result<Vec<ApiKey>, Error> {
        Ok(Keys(&self.store.read()?).all()?)
    }

    /// Registers a key on behalf of the admin key of this value.
    pub(crate) async fn register_key(
        &self,
        registrar: SecretString,
        new: NewKey,
    ) -> Result<ApiKey, Error> {
        let random = ApiKey::new(new.is_admin, self.clock.now());
        self.store
            .write(move |transaction| {
                let keys = Keys(transaction);
                let registrar = keys
                    .by_value(registrar.expose())?
                    .ok_or(Error::InvalidApiKey)?;
                if !registrar.is_admin {
                    return Err(PermissionDenied::Registration.into());
                }
                new.check()?;
                let new = new.clone();
                let mut key = ApiKey {
                    label: new.label,
                    description: new.description,
                    collections: new.collections,
                    ..random.clone()?
                };
                if let Some(value) = new.value {
                    key.key = value;
                }
                let value = key.key.expose();
                // Keys are revoked by their ids and by their values, so these must not be mistaken.
                if keys.by_value(value)?.is_some() || keys.by_id(value)?.is_some() {
                    return Err(Error::ApiKeyExists);
                }
                keys.put(&key)?;
                Ok(key)
            })
            .await
    }

    /// Revokes the key of this id or value.
    pub(crate) async fn revoke_key(&self, reference: SecretString) -> Result<(), Error> {
        self.store
            .write(move |transaction| {
                let keys = Keys(transaction);
                let found = match keys.by_id(reference.expose())? {
                    Some(key) => Some(key),
                    None => keys.by_value(reference.expose())?,
                };
                Ok(keys.remove(&found.ok_or(Error::ApiKeyNotFound)?)?)
            })
            .await
    }

    /// Returns the key of this id for a caller, who must be an admin to read another key than its
    /// own.
    pub(crate) fn readable_key(&self, caller: ApiKey, id: &str) -> Result<ApiKey, Error> {
        if caller.id == id {
            return Ok(caller);
        }
        caller.require_admin()?;
        existing_key(&self.store.read()?, id)
    }
}

pub(super) fn existing_key(view: &impl ReadView, id: &str) -> Result<ApiKey, Error> {
    Keys(view).by_id(id)?.ok_or(Error::ApiKeyNotFound)
}

/// Whether a key is easy to guess.
pub(crate) fn is_weak_key(key: &SecretString) -> bool {
    let distinct: HashSet<char> = key.expose().chars().collect();
    key.expose().chars().count() < 32 || distinct.len() < 8
}

/// A key that somebody chose must be hard to guess, and usable in a header and a shell.
fn refuse_weak(key: &SecretString) -> Result<(), Error> {
    if is_weak_key(key) {
        return Err(Error::WeakKey);
    }
    match key.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(()),
        false => Err(Error::KeyCharacters),
    }
}
