//! The wire: bodies in, replies out, names in paths.

mod body;
mod format;
mod list;
mod memory_estimate;
mod msgpack;
mod path;
mod query_string;
mod reply;

pub(crate) use body::{Body, BodyLimits, BodyRules, Json, KeyJson, RawBody};
pub(crate) use list::List;
pub(crate) use path::{
    ActionName, CollectionName, DocumentId, FieldName, GrantName, KeyId, KeyReference, KvKey,
    RawKvKeys, RecordId, SavepointName, TransactionId, has_parameter,
};
pub(crate) use query_string::Query;
pub(crate) use reply::Accepted;
