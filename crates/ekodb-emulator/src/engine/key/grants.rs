//! What a key may do with a collection or with keys under a prefix.

use serde::{Deserialize, Serialize};

/// A key's rights on one collection. In a restriction `null` is none, an empty list allows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CollectionGrant {
    pub(crate) read: bool,
    pub(crate) write: bool,
    pub(crate) select_fields: Option<Vec<String>>,
    pub(crate) exclude_fields: Option<Vec<String>>,
    pub(crate) writable_fields: Option<Vec<String>>,
}

impl CollectionGrant {
    pub(crate) fn is_restricted(&self) -> bool {
        self.select_fields.is_some()
            || self.exclude_fields.is_some()
            || self.writable_fields.is_some()
    }
}

/// A key's rights on the key-value pairs under one prefix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KvGrant {
    pub(crate) prefix: String,
    pub(crate) read: bool,
    pub(crate) write: bool,
}
