//! The schema of a collection.

use std::{collections::BTreeMap, time::SystemTime};

use serde_json::{Map, Value};

use super::Field;
use crate::{Error, argument};

/// The schema of a collection: its fields and their constraints.
///
/// ```
/// use ekodb_client::{CollectionSchema, Field};
///
/// let schema = CollectionSchema::new()
///     .field("email", Field::string().required().unique())
///     .field("age", Field::integer().min(0));
/// assert_eq!(schema.fields.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CollectionSchema {
    /// The fields by name. To create a collection at least one is needed; a collection that does
    /// not exist is read as a schema without fields.
    pub fields: BTreeMap<String, Field>,
    /// The version, which grows with every change. Set by the server.
    pub version: Option<u64>,
    /// When the schema was made. Set by the server.
    pub created_at: Option<SystemTime>,
    /// When the schema was last changed. Set by the server.
    pub last_modified: Option<SystemTime>,
    /// Whether changes are kept from the other nodes of the cluster.
    pub bypass_ripple: Option<bool>,
    /// The name under which the id stands in records; the server's default is `id`.
    pub primary_key_alias: Option<String>,
    /// Members that a newer server added.
    pub extra: Map<String, Value>,
}

impl CollectionSchema {
    /// A schema without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field, or replaces the one of this name.
    pub fn field(mut self, name: impl Into<String>, field: Field) -> Self {
        self.fields.insert(name.into(), field);
        self
    }

    /// The name under which the id stands in records.
    pub fn primary_key_alias(mut self, name: impl Into<String>) -> Self {
        self.primary_key_alias = Some(name.into());
        self
    }

    /// Whether changes are kept from the other nodes of the cluster.
    pub fn bypass_ripple(mut self, bypass: bool) -> Self {
        self.bypass_ripple = Some(bypass);
        self
    }

    /// Refuses a schema that no server could mean anything by, before it is sent.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.fields.is_empty() {
            return Err(Error::invalid_argument(
                "a schema needs at least one field: add one with `CollectionSchema::field`",
            ));
        }
        argument::field_names("fields", self.fields.keys())
    }
}
