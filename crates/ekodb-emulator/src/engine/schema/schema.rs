//! A collection's schema.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::field::FieldSchema;
use super::index::FieldIndex;
use crate::engine::clock::rfc3339;

/// A collection's schema: stored and sent in the same form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Schema {
    pub(crate) fields: BTreeMap<String, FieldSchema>,
    pub(crate) version: u32,
    pub(crate) created_at: String,
    pub(crate) last_modified: String,
    pub(crate) bypass_ripple: bool,
    pub(crate) primary_key_alias: String,
}

impl Schema {
    /// The fields that have an index: those declared so, and those whose values are unique.
    pub(crate) fn indexed(&self) -> BTreeSet<&str> {
        let indexed = |field: &FieldSchema| {
            let for_queries = |index: &FieldIndex| !index.is_for_search();
            field.unique || field.index.as_ref().is_some_and(for_queries)
        };
        let names = self.fields.iter().filter(|(_, field)| indexed(field));
        names.map(|(name, _)| name.as_str()).collect()
    }

    /// The fields whose values are unique.
    pub(crate) fn unique(&self) -> impl Iterator<Item = &str> {
        let unique = self.fields.iter().filter(|(_, field)| field.unique);
        unique.map(|(name, _)| name.as_str())
    }

    /// Whether a field's values are unique.
    pub(crate) fn is_unique(&self, field: &str) -> bool {
        self.fields.get(field).is_some_and(|field| field.unique)
    }

    /// Whether another schema says the same, whenever it was made and however often changed.
    pub(crate) fn defines_the_same_as(&self, other: &Self) -> bool {
        self.fields == other.fields
            && self.bypass_ripple == other.bypass_ripple
            && self.primary_key_alias == other.primary_key_alias
    }

    /// Returns how many bytes of memory it takes, roughly: its values take several times their
    /// text.
    pub(crate) fn memory_size(&self) -> usize {
        match self.fields.is_empty() {
            true => size_of::<Self>(),
            false => 8 * serde_json::to_vec(self).map_or(0, |text| text.len()),
        }
    }

    /// The schema of a collection without one, which is also what an unknown name is answered with.
    pub(crate) fn empty(now: DateTime<Utc>) -> Self {
        Self {
            fields: BTreeMap::new(),
            version: 1,
            created_at: rfc3339(now),
            last_modified: rfc3339(now),
            bypass_ripple: false,
            primary_key_alias: "id".to_owned(),
        }
    }
}
