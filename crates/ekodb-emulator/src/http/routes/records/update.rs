//! Changing one record: by merging fields, by an action, by a sequence of actions.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::put;
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::options::Options;
use crate::engine::{Actions, Database};
use crate::http::access::{Access, Writes};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{Accepted, ActionName, Body, CollectionName, Json, RecordId};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/update/{collection}/{id}", put(update_record))
        .route(
            "/api/update/{collection}/{id}/action/{action}",
            put(apply_record_action),
        )
        .route(
            "/api/update/sequence/{collection}/{id}",
            put(apply_record_sequence),
        )
}

async fn update_record(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Writes>,
    (CollectionName(name), RecordId(id)): (CollectionName, RecordId),
    options: Options,
    accepted: Accepted,
    Body(members): Body<Map<String, Value>>,
) -> Result<Response, ApiError> {
    let scope = options.transaction;
    let updated = database.update(&caller, scope, (name, id), members, options.projection);
    accepted.reply(&updated.await?)
}

#[derive(Deserialize)]
struct RecordActionRequest {
    field: String,
    #[serde(default)]
    value: Value,
}

async fn apply_record_action(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Writes>,
    (CollectionName(name), RecordId(id)): (CollectionName, RecordId),
    ActionName(action): ActionName,
    options: Options,
    accepted: Accepted,
    Body(RecordActionRequest { field, value }): Body<RecordActionRequest>,
) -> Result<Response, ApiError> {
    options.refuse_transaction("An action")?;
    let actions = Actions::new([(action, field, value)])?;
    let changed = database.apply_actions(&caller, (name, id), actions, options.projection);
    accepted.reply(&changed.await?)
}

/// In JSON only, as the official clients send it.
async fn apply_record_sequence(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Writes>,
    (CollectionName(name), RecordId(id)): (CollectionName, RecordId),
    options: Options,
    Json(steps): Json<Vec<(String, String, Value)>>,
) -> Result<Reply<Map<String, Value>>, ApiError> {
    options.refuse_transaction("An action")?;
    let actions = Actions::new(steps)?;
    let changed = database.apply_actions(&caller, (name, id), actions, options.projection);
    Ok(Reply(changed.await?))
}
