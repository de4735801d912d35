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
        "status": status(!database.rules().restore_clears_only),
        "collection": name,
        "cleared_count": restored.cleared,
        "records_restored": restored.back,
    })))
}

async fn restore_record(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
    RecordId(id): RecordId,
) -> Result<Reply<Value>, ApiError> {
    let back = database.restore_record(name, id).await?;
    Ok(Reply(json!({ "restored": back, "status": status(back) })))
}

/// The words of a server that restores, and of one that only removes the mark of deletion.
fn status(restores: bool) -> &'static str {
    match restores {
        true => "restored",
        false => "success",
    }
}
