//! Grants, and the bodies that change them.
//!
//! `PUT` replaces it: a restriction left out is none. `PATCH` changes what it names: a restriction
//! left out stays, `null` clears it, a list replaces it.

use std::collections::BTreeMap;

use ekodb_api::Nullable;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::engine::error::Error;
use crate::engine::input::present;
use crate::engine::key::{ApiKey, CollectionGrant, KvGrant};

/// A kind of grant that keys have by name.
pub(crate) trait Grant: Clone + Serialize + Send + 'static {
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

/// A body that changes a grant.
pub(crate) trait GrantBody: Clone + DeserializeOwned + Send + 'static {
    type Grant: Grant;

    /// Refuses a change that cannot be meant.
    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Returns the grant that results. One that does not exist yet starts without rights and
    /// restrictions.
    fn apply(self, name: &str, before: Option<&Self::Grant>) -> Self::Grant;
}

/// A whole grant on a collection.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct GrantPut {
    read: bool,
    write: bool,
    #[serde(default)]
    select_fields: Nullable<Vec<String>>,
    #[serde(default)]
    exclude_fields: Nullable<Vec<String>>,
    #[serde(default)]
    writable_fields: Nullable<Vec<String>>,
}

impl From<GrantPut> for GrantPatch {
    fn from(put: GrantPut) -> Self {
        Self {
            read: Some(put.read),
            write: Some(put.write),
            select_fields: put.select_fields,
            exclude_fields: put.exclude_fields,
            writable_fields: put.writable_fields,
        }
    }
}

impl GrantBody for GrantPut {
    type Grant = CollectionGrant;

    fn check(&self) -> Result<(), Error> {
        GrantPatch::from(self.clone()).check()
    }

    fn apply(self, name: &str, _before: Option<&CollectionGrant>) -> CollectionGrant {
        GrantPatch::from(self).apply(name, None)
    }
}

/// A partial change of a grant on a collection. Bodies spell the restrictions out rather than
/// flatten them: what is flattened swallows members that nobody knows.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct GrantPatch {
    #[serde(default, deserialize_with = "present")]
    pub(crate) read: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) write: Option<bool>,
    #[serde(default)]
    pub(crate) select_fields: Nullable<Vec<String>>,
    #[serde(default)]
    pub(crate) exclude_fields: Nullable<Vec<String>>,
    #[serde(default)]
    pub(crate) writable_fields: Nullable<Vec<String>>,
}

impl GrantBody for GrantPatch {
    type Grant = CollectionGrant;

    /// Restrictions name whole fields. One that named a part of a field would have to hold within
    /// lists, for filters on the whole field, and for writes that replace it.
    fn check(&self) -> Result<(), Error> {
        for (restriction, list) in [
            ("select_fields", &self.select_fields),
            ("exclude_fields", &self.exclude_fields),
            ("writable_fields", &self.writable_fields),
        ] {
            for field in list.value().into_iter().flatten() {
                if field.trim().is_empty() {
                    return Err(Error::BlankFieldName(restriction));
                }
                if field.contains('.') {
                    let field = field.clone();
                    return Err(Error::DottedFieldName { restriction, field });
                }
            }
        }
        Ok(())
    }

    fn apply(self, _name: &str, before: Option<&CollectionGrant>) -> CollectionGrant {
        let mut grant = before.cloned().unwrap_or_default();
        grant.read = self.read.unwrap_or(grant.read);
        grant.write = self.write.unwrap_or(grant.write);
        for (new, old) in [
            (self.select_fields, &mut grant.select_fields),
            (self.exclude_fields, &mut grant.exclude_fields),
            (self.writable_fields, &mut grant.writable_fields),
        ] {
            if let Some(fields) = new.into_option() {
                *old = fields;
            }
        }
        grant
    }
}

/// A whole grant on a prefix.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct KvGrantPut {
    read: bool,
    write: bool,
}

impl GrantBody for KvGrantPut {
    type Grant = KvGrant;

    fn check(&self) -> Result<(), Error> {
        match self.read || self.write {
            true => Ok(()),
            false => Err(Error::EmptyKvGrant),
        }
    }

    fn apply(self, prefix: &str, _before: Option<&KvGrant>) -> KvGrant {
        KvGrant {
            prefix: prefix.to_owned(),
            read: self.read,
            write: self.write,
        }
    }
}

/// A partial change of a grant on a prefix.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct KvGrantPatch {
    #[serde(default, deserialize_with = "present")]
    read: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    write: Option<bool>,
}

impl GrantBody for KvGrantPatch {
    type Grant = KvGrant;

    fn apply(self, prefix: &str, before: Option<&KvGrant>) -> KvGrant {
        KvGrant {
            prefix: prefix.to_owned(),
            read: self.read.unwrap_or(before.is_some_and(|grant| grant.read)),
            write: self
                .write
                .unwrap_or(before.is_some_and(|grant| grant.write)),
        }
    }
}
