//! One key, and all keys at once.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::{delete, get, post};
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::engine::{Database, Error, present};
use crate::http::access::{Access, Admin, KvReads, KvWrites};
use crate::http::error::ApiError;
use crate::http::state::{AppState, Settings};
use crate::http::wire::{Json, KvKey, Query};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/kv/set/{key}", post(set_kv_value))
        .route("/api/kv/get/{key}", get(get_kv_value))
        .route("/api/kv/delete/{key}", delete(delete_kv_key))
        .route("/api/kv/clear", delete(clear_kv))
}

#[derive(Deserialize)]
struct SetRequest {
    value: Value,
    #[serde(default, deserialize_with = "present")]
    ttl: Option<Value>,
}

/// One published client sends the time to live here instead of in the body.
#[derive(Deserialize)]
struct SetQuery {
    ttl: Option<String>,
}

async fn set_kv_value(
    State(database): State<Arc<Database>>,
    _: Access<KvWrites>,
    KvKey(key): KvKey,
    Query(query): Query<SetQuery>,
    Json(body): Json<SetRequest>,
) -> Result<Reply<Value>, ApiError> {
    let ttl = body.ttl.or(query.ttl.map(Value::String));
    database.set_kv(key, body.value, ttl).await?;
    Ok(Reply(json!({ "success": true })))
}

async fn get_kv_value(
    State(database): State<Arc<Database>>,
    _: Access<KvReads>,
    KvKey(key): KvKey,
) -> Result<Reply<Value>, ApiError> {
    Ok(Reply(json!({ "value": database.get_kv(&key)? })))
}

async fn delete_kv_key(
    State(database): State<Arc<Database>>,
    State(settings): State<Arc<Settings>>,
    _: Access<KvWrites>,
    KvKey(key): KvKey,
) -> Result<Reply<Value>, ApiError> {
    match database.delete_kv(key).await? {
        true => Ok(Reply(json!({ "message": "deleted", "deleted": true }))),
        false if settings.idempotent_kv_delete => {
            Ok(Reply(json!({ "message": "not found", "deleted": false })))
        }
        false => Err(Error::KvKeyNotFound.into()),
    }
}

async fn clear_kv(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
) -> Result<Reply<Value>, ApiError> {
    database.clear_kv().await?;
    Ok(Reply(json!({ "message": "success" })))
}
