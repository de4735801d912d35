//! Deleting one record.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::delete;

use super::options::Options;
use crate::engine::Database;
use crate::http::access::{Access, Writes};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{Accepted, CollectionName, RecordId};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/delete/{collection}/{id}", delete(delete_record))
}

async fn delete_record(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Writes>,
    (CollectionName(name), RecordId(id)): (CollectionName, RecordId),
    options: Options,
    accepted: Accepted,
) -> Result<Response, ApiError> {
    let scope = options.transaction;
    let deleted = database.delete(&caller, scope, (name, id), options.projection);
    accepted.reply(&deleted.await?)
}
