//! Changing what a key may do.

use std::collections::BTreeMap;

use ekodb_api::SecretString;
use serde::Serialize;

use super::api_keys::existing_key;
use super::database::Database;
use crate::engine::error::Error;
use crate::engine::key::{
    ApiKey, CollectionGrant, GrantPatch, GrantPut, KvGrant, KvGrantPatch, KvGrantPut, Restrictions,
};
use crate::engine::names::check_name;
use crate::engine::store::Keys;

/// A grant before and after a change.
#[derive(Debug, Serialize)]
pub(crate) struct GrantChange<G> {
    pub(crate) before: Option<G>,
    pub(crate) after: Option<G>,
}

impl Database {
    /// Replaces a grant on a collection.
    pub(crate) async fn put_grant(
        &self,
        key_id: String,
        collection: String,
        put: GrantPut,
    ) -> Result<GrantChange<CollectionGrant>, Error> {
        check_fields(&put.restrictions())?;
        let grant = put.into_grant();
        self.change_grant(key_id, collection, move |_, _| Some(grant.clone()))
            .await
    }

    /// Changes a grant on a collection in part. One that does not exist starts without rights.
    pub(crate) async fn patch_grant(
        &self,
        key_id: String,
        collection: String,
        patch: GrantPatch,
    ) -> Result<GrantChange<CollectionGrant>, Error> {
        check_fields(&patch.restrictions())?;
        self.change_grant(key_id, collection, move |_, before| {
            Some(patch.clone().apply(before))
        })
        .await
    }

    /// Replaces a grant on the key-value pairs under a prefix.
    pub(crate) async fn put_kv_grant(
        &self,
        key_id: String,
        prefix: String,
        put: KvGrantPut,
    ) -> Result<GrantChange<KvGrant>, Error> {
        let KvGrantPut { read, write } = put;
        if !read && !write {
            return Err(Error::EmptyKvGrant);
        }
        self.change_grant(key_id, prefix, move |prefix, _| {
            Some(KvGrant {
                prefix: prefix.to_owned(),
                read,
                write,
            })
        })
        .await
    }

    /// Changes a grant on a prefix in part. One that does not exist starts without rights.
    pub(crate) async fn patch_kv_grant(
        &self,
        key_id: String,
        prefix: String,
        patch: KvGrantPatch,
    ) -> Result<GrantChange<KvGrant>, Error> {
        self.change_grant(key_id, prefix, move |prefix, before| {
            Some(patch.apply(prefix, before))
        })
        .await
    }

    /// Deletes a grant, if there is one.
    pub(crate) async fn delete_grant<G: Grant>(
        &self,
        key_id: String,
        name: String,
    ) -> Result<GrantChange<G>, Error> {
        self.change_grant(key_id, name, |_, _| None).await
    }

    /// Sets a grant on a collection of the key of this value; restrictions that are left out stay.
    pub(crate) async fn set_grant_by_value(
        &self,
        value: SecretString,
        collection: String,
        (read, write): (bool, bool),
        restrictions: Restrictions,
    ) -> Result<ApiKey, Error> {
        check_name("collection name", &collection)?;
        check_fields(&restrictions)?;
        self.store
            .write(move |transaction| {
                let keys = Keys(transaction);
                let found = keys.by_value(value.expose())?;
                let mut key = found.ok_or(Error::ApiKeyNotFound)?;
                let grant = key.collections.entry(collection.clone()).or_default();
                (grant.read, grant.write) = (read, write);
                restrictions.clone().apply(grant);
                keys.put(&key)?;
                Ok(key)
            })
            .await
    }

    /// Changes one grant of a key; `None` deletes it.
    async fn change_grant<G: Grant>(
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

/// A kind of grant that keys have by name.
pub(crate) trait Grant: Clone + Send + 'static {
    /// What the names are of.
    const SUBJECT: &'static str;

    fn of(key: &mut ApiKey) -> &mut BTreeMap<String, Self>;
}

impl Grant for CollectionGrant {
    const SUBJECT: &'static str = "collection";

    fn of(key: &mut ApiKey) -> &mut BTreeMap<String, Self> {
        &mut key.collections
    }
}

impl Grant for KvGrant {
    const SUBJECT: &'static str = "prefix";

    fn of(key: &mut ApiKey) -> &mut BTreeMap<String, Self> {
        &mut key.kv
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

/// Restrictions name whole fields. One that named a part of a field would have to hold within
/// lists, for filters on the whole field, and for writes that replace it.
fn check_fields(restrictions: &Restrictions) -> Result<(), Error> {
    for (restriction, field) in restrictions.fields() {
        if field.trim().is_empty() {
            return Err(Error::BlankFieldName(restriction));
        }
        if field.contains('.') {
            return Err(Error::DottedFieldName {
                restriction,
                field: field.to_owned(),
            });
        }
    }
    Ok(())
}
