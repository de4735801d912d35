//! A collection.

use serde::{Deserialize, Serialize};

use crate::engine::schema::Schema;

/// A collection, without its records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Collection {
    /// What its records are stored under.
    pub(crate) uid: u64,
    pub(crate) schema: Schema,
}
