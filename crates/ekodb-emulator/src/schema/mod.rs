//! Schemas of collections: their stored form, and what a request may say of them.

mod field;
mod request;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use field::FieldSchema;
pub(crate) use request::{ConstraintsRequest, SchemaError, SchemaRequest};

use crate::clock::rfc3339;

/// A collection's schema: stored and sent in the same form.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Schema {
    pub(crate) fields: BTreeMap<String, FieldSchema>,
    pub(crate) version: u32,
    pub(crate) created_at: String,
    pub(crate) last_modified: String,
    pub(crate) bypass_ripple: bool,
    pub(crate) primary_key_alias: String,
}

impl Schema {
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
