//! Many records in one request.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{delete, post, put};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::options::Options;
use crate::engine::{BatchOutcome, BatchUpdate, Database};
use crate::http::access::{Access, Writes};
use crate::http::error::ApiError;
use crate::http::state::{AppState, Settings};
use crate::http::wire::{Accepted, Body, CollectionName};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/batch/insert/{collection}", post(batch_insert))
        .route("/api/batch/update/{collection}", put(batch_update))
        .route("/api/batch/delete/{collection}", delete(batch_delete))
}

#[derive(Debug, Serialize)]
struct BatchReply {
    successful: Vec<String>,
    failed: Vec<Failure>,
}

#[derive(Debug, Serialize)]
struct Failure {
    id: Option<String>,
    error: String,
}

fn reply(
    outcome: BatchOutcome,
    settings: &Settings,
    accepted: Accepted,
) -> Result<Response, ApiError> {
    let BatchOutcome { successful, failed } = outcome;
    let is_mixed = !successful.is_empty() && !failed.is_empty();
    let status = match settings.multi_status && is_mixed {
        true => StatusCode::MULTI_STATUS,
        false => StatusCode::OK,
    };
    let failed = failed.into_iter().map(|(id, error)| Failure {
        id,
        error: ApiError::from(error).text(),
    });
    let failed = failed.collect();
    accepted.reply_with(status, &BatchReply { successful, failed })
}

// The members are in the order of the official Rust client: in MessagePack it writes structs as
// arrays. Ripples are a cluster's: `bypass_ripple` is read and changes nothing here.

#[derive(Deserialize)]
struct BatchInsertRequest {
    inserts: Vec<Insert>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

#[derive(Deserialize)]
struct Insert {
    data: Map<String, Value>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

async fn batch_insert(
    State(database): State<Arc<Database>>,
    State(settings): State<Arc<Settings>>,
    Access { caller, .. }: Access<Writes>,
    CollectionName(name): CollectionName,
    options: Options,
    accepted: Accepted,
    Body(BatchInsertRequest { inserts, .. }): Body<BatchInsertRequest>,
) -> Result<Response, ApiError> {
    let records = inserts.into_iter().map(|insert| insert.data).collect();
    let outcome = database
        .insert_batch(&caller, options.transaction, name, records)
        .await?;
    reply(outcome, &settings, accepted)
}

#[derive(Deserialize)]
struct BatchUpdateRequest {
    updates: Vec<Update>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

#[derive(Deserialize)]
struct Update {
    id: String,
    data: Map<String, Value>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

async fn batch_update(
    State(database): State<Arc<Database>>,
    State(settings): State<Arc<Settings>>,
    Access { caller, .. }: Access<Writes>,
    CollectionName(name): CollectionName,
    options: Options,
    accepted: Accepted,
    Body(BatchUpdateRequest { updates, .. }): Body<BatchUpdateRequest>,
) -> Result<Response, ApiError> {
    let updates = updates
        .into_iter()
        .map(|Update { id, data, .. }| BatchUpdate { id, members: data });
    let updated = database.update_batch(&caller, options.transaction, name, updates.collect());
    reply(updated.await?, &settings, accepted)
}

#[derive(Deserialize)]
struct BatchDeleteRequest {
    deletes: Vec<Delete>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

#[derive(Deserialize)]
struct Delete {
    id: String,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

async fn batch_delete(
    State(database): State<Arc<Database>>,
    State(settings): State<Arc<Settings>>,
    Access { caller, .. }: Access<Writes>,
    CollectionName(name): CollectionName,
    options: Options,
    accepted: Accepted,
    Body(BatchDeleteRequest { deletes, .. }): Body<BatchDeleteRequest>,
) -> Result<Response, ApiError> {
    let ids = deletes.into_iter().map(|delete| delete.id).collect();
    let outcome = database
        .delete_batch(&caller, options.transaction, name, ids)
        .await?;
    reply(outcome, &settings, accepted)
}
