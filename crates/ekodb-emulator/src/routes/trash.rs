//! Bringing deleted collections and records back.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json as Reply, Router};
use serde_json::{Value, json};

use crate::access::{Access, Admin};
use crate::app::App;
use crate::store::{Collections, StoreError};
use crate::wire::{ApiError, CollectionName, RecordId};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/trash/{collection}", post(restore_collection))
        .route("/api/trash/{collection}/{id}", post(restore_record))
}

/// Replies with the members of both generations of clients. Nothing in the trash is no error.
async fn restore_collection(
    State(app): State<Arc<App>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
) -> Result<Reply<Value>, ApiError> {
    let now = app.clock.now();
    let collection = name.clone();
    app.store
        .write(move |change| Collections(change).restore(&name, now))
        .await
        .map_err(|error: StoreError| ApiError::from(error))?;
    Ok(Reply(json!({
        "status": "restored",
        "collection": collection,
        "cleared_count": 0,
        "records_restored": 0,
    })))
}

/// No record is ever in the trash while the emulator keeps none.
async fn restore_record(
    _: Access<Admin>,
    _: CollectionName,
    RecordId(id): RecordId,
) -> Result<Reply<Value>, ApiError> {
    Err(ApiError::not_found(format!(
        "Record '{id}' is not in the trash"
    )))
}
