//! The wire: bodies in, errors out, names in paths.

mod error;
mod json;
mod path;
mod query;

pub(crate) use error::ApiError;
pub(crate) use json::Json;
pub(crate) use path::{
    ActionName, CollectionName, FieldName, GrantName, INTERNAL_MARKER, KeyId, KeyReference,
    KvPrefix, RecordId, checked,
};
pub(crate) use query::Query;
