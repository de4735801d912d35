//! Tokens for keys.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json as Reply, Router};
use ekodb_api::SecretString;
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::store::Keys;
use crate::wire::{ApiError, Json};

pub(super) fn routes() -> Router<Arc<App>> {
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
    State(app): State<Arc<App>>,
    Json(request): Json<TokenRequest>,
) -> Result<Reply<TokenReply>, ApiError> {
    let key = Keys(&app.store.snapshot()?)
        .by_value(request.api_key.expose())?
        .ok_or_else(ApiError::unknown_key)?;
    let token = app
        .tokens
        .issue(&key.id, app.clock.now())
        .map_err(|error| {
            tracing::error!(%error, "a token could not be signed");
            ApiError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The token could not be signed",
            )
        })?;
    Ok(Reply(TokenReply {
        token: token.into(),
    }))
}
