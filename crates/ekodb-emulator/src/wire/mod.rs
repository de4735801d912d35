//! The wire: bodies in, replies and errors out, names in paths.

mod body;
mod error;
mod format;
mod list;
mod msgpack;
mod path;
mod query;
mod unknown;

pub(crate) use body::{Body, Json, Object, Unread, read_value};
pub(crate) use error::ApiError;
pub(crate) use format::Accepted;
pub(crate) use list::{List, Unwritable};
pub(crate) use path::{
    ActionName, CollectionName, FieldName, GrantName, INTERNAL_MARKER, KeyId, KeyReference,
    KvPrefix, RecordId, check_collection_name, checked,
};
pub(crate) use query::Query;
pub(crate) use unknown::{HINT, Unknown};
