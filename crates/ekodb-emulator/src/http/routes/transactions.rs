//! Transactions.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::{delete, get, post};
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::engine::{Database, SavepointChange, present};
use crate::http::access::{Access, Any};
use crate::http::error::ApiError;
use crate::http::list_reply::blocking;
use crate::http::state::AppState;
use crate::http::wire::{Json, SavepointName, TransactionId};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/transactions", post(begin_transaction))
        .route("/api/transactions/{transaction_id}", get(get_transaction))
        .route(
            "/api/transactions/{transaction_id}/commit",
            post(commit_transaction),
        )
        .route(
            "/api/transactions/{transaction_id}/rollback",
            post(rollback_transaction),
        )
        .route(
            "/api/transactions/{transaction_id}/savepoints",
            post(create_savepoint),
        )
        .route(
            "/api/transactions/{transaction_id}/savepoints/{savepoint}",
            delete(release_savepoint),
        )
        .route(
            "/api/transactions/{transaction_id}/savepoints/{savepoint}/rollback",
            post(rollback_to_savepoint),
        )
}

#[derive(Deserialize)]
struct BeginRequest {
    #[serde(default, deserialize_with = "present")]
    isolation_level: Option<String>,
    #[serde(default, deserialize_with = "present")]
    timeout_seconds: Option<u64>,
}

async fn begin_transaction(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    Json(body): Json<BeginRequest>,
) -> Result<Reply<Value>, ApiError> {
    let level = body.isolation_level.as_deref();
    let begun = database.begin(&caller, level, body.timeout_seconds)?;
    Ok(Reply(json!({
        "transaction_id": begun.id,
        "isolation_level": begun.level,
        "created_at": begun.at.timestamp(),
    })))
}

async fn get_transaction(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    TransactionId(id): TransactionId,
) -> Result<Reply<Value>, ApiError> {
    let status = blocking(move || Ok(database.transaction_status(&caller, id)?)).await?;
    Ok(Reply(json!({
        "state": status.state,
        "operations_count": status.operations,
        "isolation_level": status.level,
    })))
}

async fn commit_transaction(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    TransactionId(id): TransactionId,
) -> Result<Reply<Value>, ApiError> {
    let operations = database.commit(&caller, id.clone()).await?;
    Ok(Reply(json!({
        "status": "committed",
        "transaction_id": id,
        "operations_count": operations,
    })))
}

async fn rollback_transaction(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    TransactionId(id): TransactionId,
) -> Result<Reply<Value>, ApiError> {
    let reply = json!({ "status": "rolled_back", "transaction_id": id });
    blocking(move || Ok(database.roll_back(&caller, id)?)).await?;
    Ok(Reply(reply))
}

#[derive(Deserialize)]
struct SavepointRequest {
    name: String,
}

async fn create_savepoint(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    TransactionId(id): TransactionId,
    Json(SavepointRequest { name }): Json<SavepointRequest>,
) -> Result<Reply<Value>, ApiError> {
    let reply = json!({ "status": "created", "name": name });
    let change = SavepointChange::Create;
    blocking(move || Ok(database.change_savepoint(&caller, id, &name, change)?)).await?;
    Ok(Reply(reply))
}

async fn rollback_to_savepoint(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    TransactionId(id): TransactionId,
    SavepointName(name): SavepointName,
) -> Result<Reply<Value>, ApiError> {
    let reply = json!({ "status": "rolled_back", "name": name });
    let change = SavepointChange::RollBackTo;
    blocking(move || Ok(database.change_savepoint(&caller, id, &name, change)?)).await?;
    Ok(Reply(reply))
}

async fn release_savepoint(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    TransactionId(id): TransactionId,
    SavepointName(name): SavepointName,
) -> Result<Reply<Value>, ApiError> {
    let reply = json!({ "status": "released", "name": name });
    let change = SavepointChange::Release;
    blocking(move || Ok(database.change_savepoint(&caller, id, &name, change)?)).await?;
    Ok(Reply(reply))
}
