//! Reading a collection's schema and changing its constraints.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use serde_json::{Value, json};

use crate::engine::{ConstraintsRequest, Database, Schema};
use crate::http::access::{Access, Admin, Reads};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{CollectionName, Json};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route(
        "/api/schemas/{collection}",
        get(get_schema).put(update_schema),
    )
}

async fn get_schema(
    State(database): State<Arc<Database>>,
    _: Access<Reads>,
    CollectionName(name): CollectionName,
) -> Result<Reply<Schema>, ApiError> {
    Ok(Reply(database.schema(&name)?))
}

async fn update_schema(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
    Json(request): Json<ConstraintsRequest>,
) -> Result<Reply<Value>, ApiError> {
    let schema = database.update_schema(name, request).await?;
    Ok(Reply(json!({
        "message": "Schema updated successfully",
        "status": "success",
        "version": schema.version,
    })))
}
