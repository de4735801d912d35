//! Tokens for keys.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json as Reply, Router};
use ekodb_api::SecretString;
use serde::{Deserialize, Serialize};

use crate::engine::Database;
use crate::http::access::Tokens;
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::KeyJson;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/auth/token", post(create_token))
}

#[derive(Deserialize)]
struct TokenRequest {
    api_key: SecretString,
}

#[derive(Serialize)]
struct TokenReply {
    token: SecretString,
}

async fn create_token(
    State(database): State<Arc<Database>>,
    State(tokens): State<Arc<Tokens>>,
    KeyJson(request): KeyJson<TokenRequest>,
) -> Result<Reply<TokenReply>, ApiError> {
    let key = database.key_by_value(&request.api_key)?;
    let token = tokens
        .issue(&key.id, database.clock().now())
        .map_err(|error| ApiError::internal("The token could not be signed", &error))?;
    Ok(Reply(TokenReply {
        token: token.into(),
    }))
}
