//! Changing what a key may do.

use ekodb_api::SecretString;
use serde::Serialize;

use super::api_keys::existing_key;
use super::database::Database;
use super::grant_bodies::{Grant, GrantBody, GrantPatch};
use crate::engine::error::Error;
use crate::engine::key::ApiKey;
use crate::engine::names::check_name;
use crate::engine::store::Keys;

/// A grant before and after a change.
#[derive(Debug, Serialize)]
pub(crate) struct GrantChange<G> {
    pub(crate) before: Option<G>,
    pub(crate) after: Option<G>,
}

impl Database {
    /// Changes a grant, or creates it.
    pub(crate) async fn change_grant<B: GrantBody>(
        &self,
        key_id: String,
        name: String,
        body: B,
    ) -> Result<GrantChange<B::Grant>, Error> {
        body.check()?;
        self.set_grant(key_id, name, move |name, before| {
            Some(body.clone().apply(name, before))
        })
        .await
    }

    /// Deletes a grant, if there is one.
    pub(crate) async fn delete_grant<G: Grant>(
        &self,
        key_id: String,
        name: String,
    ) -> Result<GrantChange<G>, Error> {
        self.set_grant(key_id, name, |_, _| None).await
    }

    /// Changes a grant on a collection of the key of this value.
    pub(crate) async fn change_grant_by_value(
        &self,
        value: SecretString,
        collection: String,
        patch: GrantPatch,
    ) -> Result<ApiKey, Error> {
        check_name("collection name", &collection)?;
        patch.check()?;
        self.store
            .write(move |transaction| {
                let keys = Keys(transaction);
                let found = keys.by_value(value.expose())?;
                let mut key = found.ok_or(Error::ApiKeyNotFound)?;
                let grant = key.collections.entry(collection.clone()).or_default();
                *grant = patch.clone().apply(&collection, Some(grant));
                keys.put(&key)?;
                Ok(key)
            })
            .await
    }

    /// Changes one grant of a key; `None` deletes it.
    async fn set_grant<G: Grant>(
        &self,
        key_id: String,
        name: String,
        change: impl Fn(&str, Option<&G>) -> Option<G> + Send + 'static,
    ) -> Result<GrantChange<G>, Error> {
        self.store
            .write(move |transaction| {
                let mut key = existing_key(transaction, &key_id)?;
                let grants = G::of(&mut key);
                let after = change(&name, grants.get(&name));
                let before = match after.clone() {
                    Some(grant) => grants.insert(name.clone(), grant),
                    None => grants.remove(&name),
                };
                Keys(transaction).put(&key)?;
                Ok(GrantChange { before, after })
            })
            .await
    }
}

impl ApiKey {
    /// Takes one grant out of the key.
    pub(crate) fn into_grant<G: Grant>(mut self, name: &str) -> Result<G, Error> {
        G::of(&mut self)
            .remove(name)
            .ok_or_else(|| Error::GrantNotFound {
                subject: G::SUBJECT,
                name: name.to_owned(),
            })
    }
}
