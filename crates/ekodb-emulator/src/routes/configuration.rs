//! The server's global switches.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::put;
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::{Access, Admin};
use crate::app::App;
use crate::store::{Settings, StoreError};
use crate::wire::{ApiError, Json};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/config", put(update_config))
}

#[derive(Deserialize)]
struct ConfigUpdate {
    use_typed_values: bool,
}

async fn update_config(
    State(app): State<Arc<App>>,
    _: Access<Admin>,
    Json(update): Json<ConfigUpdate>,
) -> Result<Reply<Value>, ApiError> {
    let on = update.use_typed_values;
    app.store
        .write(move |change| Settings(change).set_typed_values(on))
        .await
        .map_err(|error: StoreError| ApiError::from(error))?;
    Ok(Reply(
        json!({ "status": "success", "use_typed_values": on }),
    ))
}
