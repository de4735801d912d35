//! The permission resources of a key: all of them, grants on collections, grants on key prefixes.
//!
//! Any key may read its own; another key's, and every change, need an admin key. `me` always
//! answers: clients take 404 or 405 there for a server without these routes.

mod collection_grants;
mod kv_grants;

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use serde_json::{Value, json};

use crate::engine::Database;
use crate::http::access::{Access, Any};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::KeyId;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/api/auth/keys/{key_id}/permissions",
            get(get_key_permissions),
        )
        .merge(collection_grants::routes())
        .merge(kv_grants::routes())
}

async fn get_key_permissions(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
) -> Result<Reply<Value>, ApiError> {
    let id = key_id.resolve(&caller);
    let key = database.readable_key(caller, &id)?;
    Ok(Reply(json!({
        "admin": key.is_admin,
        "collections": key.collections,
        "kv": key.kv.values().collect::<Vec<_>>(),
    })))
}
