//! The legacy pair: the caller's own permissions, and an edit of a key named by its value.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use ekodb_api::{Nullable, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::keys::{collection_permissions, key_reply, kv_permissions};
use crate::engine::{Database, GrantPatch};
use crate::http::access::{Access, Admin, Any};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::Json;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route(
        "/api/auth/permissions",
        get(get_legacy_permissions).put(update_legacy_permissions),
    )
}

async fn get_legacy_permissions(Access { caller, .. }: Access<Any>) -> Reply<Value> {
    Reply(json!({
        "is_admin": caller.is_admin,
        "collection_permissions": collection_permissions(&caller),
        "kv_permissions": kv_permissions(&caller),
    }))
}

#[derive(Deserialize)]
struct LegacyPermissionsUpdate {
    /// The value of the key to change, not the caller's.
    api_key: SecretString,
    collection: String,
    read: bool,
    write: bool,
    #[serde(default)]
    select_fields: Nullable<Vec<String>>,
    #[serde(default)]
    exclude_fields: Nullable<Vec<String>>,
    #[serde(default)]
    writable_fields: Nullable<Vec<String>>,
}

async fn update_legacy_permissions(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
    Json(update): Json<LegacyPermissionsUpdate>,
) -> Result<Reply<Value>, ApiError> {
    let patch = GrantPatch {
        read: Some(update.read),
        write: Some(update.write),
        select_fields: update.select_fields,
        exclude_fields: update.exclude_fields,
        writable_fields: update.writable_fields,
    };
    let changed = database.change_grant_by_value(update.api_key, update.collection, patch);
    Ok(Reply(key_reply(&changed.await?)))
}
