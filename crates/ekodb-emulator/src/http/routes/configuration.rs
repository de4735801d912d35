//! The server's global switches.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::put;
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::engine::Database;
use crate::http::access::{Access, Admin};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::Json;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/config", put(update_config))
}

#[derive(Deserialize)]
struct ConfigUpdate {
    use_typed_values: bool,
}

async fn update_config(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
    Json(update): Json<ConfigUpdate>,
) -> Result<Reply<Value>, ApiError> {
    let on = update.use_typed_values;
    database.set_typed_values(on).await?;
    Ok(Reply(
        json!({ "status": "success", "use_typed_values": on }),
    ))
}
