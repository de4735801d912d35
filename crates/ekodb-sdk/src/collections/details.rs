//! What the server says of a collection.

use serde_json::{Map, Value};

use crate::{CollectionSchema, schema};

/// What the server says of a collection.
///
/// Servers differ: the documentation shows figures beside the name, recordings show the schema and
/// analytics. Both are read; what the server leaves out is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct CollectionDetails {
    /// The schema.
    pub schema: Option<CollectionSchema>,
    /// Analytics in the server's own form.
    pub analytics: Option<Value>,
    /// The name.
    pub name: Option<String>,
    /// How many records it holds.
    pub record_count: Option<u64>,
    /// How large it is, in bytes.
    pub size_bytes: Option<u64>,
    /// When it was made, RFC 3339.
    pub created_at: Option<String>,
    /// When it was last changed, RFC 3339.
    pub last_modified: Option<String>,
    /// Whether it has a schema.
    pub has_schema: Option<bool>,
    /// Members that a newer server added, and the indexes in the server's own form.
    pub extra: Map<String, Value>,
}

impl CollectionDetails {
    pub(super) fn from_api(details: ekodb_api::types::CollectionDetails) -> Self {
        let mut extra = details.extra;
        if !details.indexes.is_empty() {
            extra.insert("indexes".to_owned(), Value::Object(details.indexes));
        }
        Self {
            schema: details.collection.map(schema::convert::from_api),
            analytics: details.analytics,
            name: details.name,
            record_count: details.record_count,
            size_bytes: details.size_bytes,
            created_at: details.created_at,
            last_modified: details.last_modified,
            has_schema: details.has_schema,
            extra,
        }
    }
}
