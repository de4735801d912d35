//! Reading one record by its id.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;

use super::options::Options;
use crate::engine::Database;
use crate::http::access::{Access, Reads};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{Accepted, CollectionName, RecordId};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route(
        "/api/find/{collection}/{id}",
        get(get_record)
            .post(get_record)
            // Recorded for this route alone.
            .layer(from_fn(Accepted::errors_too)),
    )
}

async fn get_record(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Reads>,
    (CollectionName(name), RecordId(id)): (CollectionName, RecordId),
    options: Options,
    accepted: Accepted,
) -> Result<Response, ApiError> {
    let scope = options.transaction;
    let record = database.get(&caller, scope, (&name, &id), options.projection)?;
    accepted.reply(&record)
}
