//! The server's global switches.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use serde_json::{Value, json};

use crate::engine::{Database, Switches, SwitchesUpdate};
use crate::http::access::{Access, Admin};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::Json;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/api/config", get(get_config).put(update_config))
}

async fn get_config(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
) -> Result<Reply<Switches>, ApiError> {
    Ok(Reply(database.switches()?))
}

async fn update_config(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
    Json(update): Json<SwitchesUpdate>,
) -> Result<Reply<Value>, ApiError> {
    let mut reply = json!(update);
    database.update_switches(update).await?;
    reply["status"] = "success".into();
    Ok(Reply(reply))
}
