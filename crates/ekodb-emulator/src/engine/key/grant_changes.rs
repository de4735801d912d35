//! Bodies that change a grant.
//!
//! `PUT` replaces it: a restriction left out is none. `PATCH` changes what it names: a restriction
//! left out stays, `null` clears it, a list replaces it.

use ekodb_api::Nullable;
use serde::Deserialize;

use super::grants::{CollectionGrant, KvGrant};
use crate::engine::input::present;

/// The three restrictions of a change, each left out, `null` or a list. Bodies spell them out
/// rather than flatten them: what is flattened swallows members that nobody knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Restrictions {
    pub(crate) select_fields: Nullable<Vec<String>>,
    pub(crate) exclude_fields: Nullable<Vec<String>>,
    pub(crate) writable_fields: Nullable<Vec<String>>,
}

impl Restrictions {
    /// The field names in it, each with the name of its restriction.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let lists = [
            ("select_fields", &self.select_fields),
            ("exclude_fields", &self.exclude_fields),
            ("writable_fields", &self.writable_fields),
        ];
        lists.into_iter().flat_map(|(restriction, list)| {
            let fields = list.value().into_iter().flatten();
            fields.map(move |field| (restriction, field.as_str()))
        })
    }

    /// Changes a grant's restrictions where this says something of them.
    pub(crate) fn apply(self, grant: &mut CollectionGrant) {
        for (new, old) in [
            (self.select_fields, &mut grant.select_fields),
            (self.exclude_fields, &mut grant.exclude_fields),
            (self.writable_fields, &mut grant.writable_fields),
        ] {
            if let Some(fields) = new.into_option() {
                *old = fields;
            }
        }
    }
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

impl GrantPut {
    pub(crate) fn restrictions(&self) -> Restrictions {
        Restrictions {
            select_fields: self.select_fields.clone(),
            exclude_fields: self.exclude_fields.clone(),
            writable_fields: self.writable_fields.clone(),
        }
    }

    pub(crate) fn into_grant(self) -> CollectionGrant {
        let mut grant = CollectionGrant {
            read: self.read,
            write: self.write,
            ..CollectionGrant::default()
        };
        self.restrictions().apply(&mut grant);
        grant
    }
}

/// A partial change of a grant on a collection.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct GrantPatch {
    #[serde(default, deserialize_with = "present")]
    read: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    write: Option<bool>,
    #[serde(default)]
    select_fields: Nullable<Vec<String>>,
    #[serde(default)]
    exclude_fields: Nullable<Vec<String>>,
    #[serde(default)]
    writable_fields: Nullable<Vec<String>>,
}

impl GrantPatch {
    pub(crate) fn restrictions(&self) -> Restrictions {
        Restrictions {
            select_fields: self.select_fields.clone(),
            exclude_fields: self.exclude_fields.clone(),
            writable_fields: self.writable_fields.clone(),
        }
    }

    /// The grant that results. One that is not there yet starts as no rights and no restrictions.
    pub(crate) fn apply(self, before: Option<&CollectionGrant>) -> CollectionGrant {
        let mut grant = before.cloned().unwrap_or_default();
        grant.read = self.read.unwrap_or(grant.read);
        grant.write = self.write.unwrap_or(grant.write);
        self.restrictions().apply(&mut grant);
        grant
    }
}

/// A whole grant on a prefix.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct KvGrantPut {
    pub(crate) read: bool,
    pub(crate) write: bool,
}

/// A partial change of a grant on a prefix.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct KvGrantPatch {
    #[serde(default, deserialize_with = "present")]
    read: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    write: Option<bool>,
}

impl KvGrantPatch {
    /// The grant that results. One that is not there yet starts as no rights.
    pub(crate) fn apply(&self, prefix: &str, before: Option<&KvGrant>) -> KvGrant {
        let right = |new: Option<bool>, old: fn(&KvGrant) -> bool| new.or(before.map(old));
        KvGrant {
            prefix: prefix.to_owned(),
            read: right(self.read, |grant| grant.read).unwrap_or_default(),
            write: right(self.write, |grant| grant.write).unwrap_or_default(),
        }
    }
}
