//! The legacy pair: the caller's own permissions, and an edit of a key named by its value.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use ekodb_api::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};

use super::keys::{collection_permissions, key_reply, kv_permissions};
use super::permissions::refuse_blank;
use crate::access::{Access, Admin, Any, Restrictions};
use crate::app::App;
use crate::store::Keys;
use crate::wire::{ApiError, Json, checked};
use ekodb_api::Nullable;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route(
        "/api/auth/permissions",
        get(get_legacy_permissions).put(update_legacy_permissions),
    )
}

async fn get_legacy_permissions(Access { caller, .. }: Access<Any>) -> Reply<Value> {
    let record = &caller.0;
    Reply(json!({
        "is_admin": record.is_admin,
        "collection_permissions": collection_permissions(record),
        "kv_permissions": kv_permissions(record),
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

impl LegacyPermissionsUpdate {
    fn restrictions(&self) -> Restrictions {
        Restrictions {
            select_fields: self.select_fields.clone(),
            exclude_fields: self.exclude_fields.clone(),
            writable_fields: self.writable_fields.clone(),
        }
    }
}

async fn update_legacy_permissions(
    State(app): State<Arc<App>>,
    _: Access<Admin>,
    Json(update): Json<LegacyPermissionsUpdate>,
) -> Result<Reply<Value>, ApiError> {
    checked("collection name", &update.collection)?;
    refuse_blank(&update.restrictions())?;
    app.store
        .write(move |change| {
            let keys = Keys(change);
            let mut record = keys
                .by_value(update.api_key.expose())?
                .ok_or_else(|| ApiError::not_found("API key not found"))?;
            let grant = record
                .collections
                .entry(update.collection.clone())
                .or_default();
            grant.read = update.read;
            grant.write = update.write;
            update.restrictions().apply(grant);
            keys.put(&record)?;
            Ok(Reply(key_reply(&record)))
        })
        .await
}
