//! Reading a collection's schema and changing its constraints.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use serde_json::{Value, json};

use crate::access::{Access, Admin, Reads};
use crate::app::App;
use crate::schema::{ConstraintsRequest, Schema};
use crate::store::Collections;
use crate::wire::{ApiError, CollectionName, Json};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route(
        "/api/schemas/{collection}",
        get(get_schema).put(update_schema),
    )
}

/// An unknown name is not an error: its schema is empty.
async fn get_schema(
    State(app): State<Arc<App>>,
    _: Access<Reads>,
    CollectionName(name): CollectionName,
) -> Result<Reply<Schema>, ApiError> {
    let found = Collections(&app.store.snapshot()?).get(&name)?;
    let schema = found.map_or_else(|| Schema::empty(app.clock.now()), |record| record.schema);
    Ok(Reply(schema))
}

async fn update_schema(
    State(app): State<Arc<App>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
    Json(request): Json<ConstraintsRequest>,
) -> Result<Reply<Value>, ApiError> {
    let now = app.clock.now();
    app.store
        .write(move |change| {
            let collections = Collections(change);
            let mut record = collections
                .get(&name)?
                .ok_or_else(|| ApiError::not_found(format!("Collection '{name}' not found")))?;
            request.clone().apply(&mut record.schema, now)?;
            collections.put(&name, &record)?;
            Ok(Reply(json!({
                "message": "Schema updated successfully",
                "status": "success",
                "version": record.schema.version,
            })))
        })
        .await
}
