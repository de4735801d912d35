//! API keys and what they may do.

mod api_key;
mod field_rights;
mod grants;
mod permission;

pub(crate) use api_key::ApiKey;
pub(crate) use field_rights::FieldRights;
pub(crate) use grants::{CollectionGrant, KvGrant};
pub(crate) use permission::PermissionDenied;
