//! Restoring deleted collections and records.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json as Reply, Router};
use serde_json::{Value, json};

use crate::engine::Database;
use crate::http::access::{Access, Admin};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{CollectionName, RecordId};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/trash/{collection}", post(restore_collection))
        .route("/api/trash/{collection}/{id}", post(restore_record))
}

/// Replies with the members of both generations of clients.
async fn restore_collection(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
) -> Result<Reply<Value>, ApiError> {
    let restored = database.restore_collection(name.clone()).await?;
    Ok(Reply(json!({
        "status": "restored",
        "collection": name,
        "cleared_count": restored,
        "records_restored": restored,
    })))
}

async fn restore_record(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
    RecordId(id): RecordId,
) -> Result<Reply<Value>, ApiError> {
    database.restore_record(name, id).await?;
    Ok(Reply(json!({ "restored": true, "status": "restored" })))
}
