//! Many keys in one request. A batch with a key that the caller has no right on does nothing.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::{delete, post};
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::Value;

use crate::engine::{Database, present};
use crate::http::access::{Access, KvReads, KvWrites};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::Json;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/kv/batch/get", post(batch_get_kv))
        .route("/api/kv/batch/set", post(batch_set_kv))
        .route("/api/kv/batch/delete", delete(batch_delete_kv))
}

#[derive(Deserialize)]
struct Keys {
    keys: Vec<String>,
}

/// In contrast to reading one key, the values are plain.
async fn batch_get_kv(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<KvReads>,
    Json(Keys { keys }): Json<Keys>,
) -> Result<Reply<Vec<Value>>, ApiError> {
    Ok(Reply(database.get_kv_batch(&caller, &keys)?))
}

#[derive(Deserialize)]
struct BatchSetRequest {
    keys: Vec<String>,
    values: Vec<Value>,
    #[serde(default, deserialize_with = "present")]
    ttl: Option<Value>,
}

async fn batch_set_kv(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<KvWrites>,
    Json(BatchSetRequest { keys, values, ttl }): Json<BatchSetRequest>,
) -> Result<Reply<Vec<(String, bool)>>, ApiError> {
    let stored = database.set_kv_batch(&caller, keys, values, ttl);
    Ok(Reply(stored.await?))
}

async fn batch_delete_kv(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<KvWrites>,
    Json(Keys { keys }): Json<Keys>,
) -> Result<Reply<Vec<(String, bool)>>, ApiError> {
    Ok(Reply(database.delete_kv_batch(&caller, keys).await?))
}
