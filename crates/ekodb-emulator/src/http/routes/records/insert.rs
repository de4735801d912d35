//! Storing a new record.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::options::Options;
use crate::engine::Database;
use crate::http::access::{Access, Writes};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{Accepted, Body, CollectionName};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/insert/{collection}", post(insert_record))
}

async fn insert_record(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Writes>,
    CollectionName(name): CollectionName,
    options: Options,
    accepted: Accepted,
    Body(members): Body<Map<String, Value>>,
) -> Result<Response, ApiError> {
    let scope = options.transaction;
    let id = database.insert(&caller, scope, name, members).await?;
    accepted.reply_with(StatusCode::CREATED, &json!({ "id": id }))
}
