//! Finding keys by a pattern.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use serde::Deserialize;

use crate::engine::{Database, KvCursor, Progress, present};
use crate::http::access::{Access, KvReads};
use crate::http::error::ApiError;
use crate::http::list_reply::{Items, fill, reply};
use crate::http::state::AppState;
use crate::http::wire::{Accepted, Json, List};

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/kv/find", post(find_kv_keys))
}

#[derive(Deserialize)]
struct FindRequest {
    #[serde(default, deserialize_with = "present")]
    pattern: Option<String>,
    #[serde(default, deserialize_with = "present")]
    include_expired: Option<bool>,
}

async fn find_kv_keys(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<KvReads>,
    accepted: Accepted,
    Json(request): Json<FindRequest>,
) -> Result<Response, ApiError> {
    let include_expired = request.include_expired.unwrap_or(false);
    let cursor = database.find_kv(caller, request.pattern.as_deref(), include_expired)?;
    reply(cursor, accepted).await
}

impl Items for KvCursor {
    fn advance(&mut self, list: &mut List) -> Result<Progress, ApiError> {
        fill(list, |take| self.advance(take))
    }

    fn rest(&self) -> Result<usize, ApiError> {
        Ok(self.rest()?)
    }
}
