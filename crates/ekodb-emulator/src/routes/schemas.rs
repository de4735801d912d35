//! Reading a collection's schema and changing its constraints.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use serde_json::{Value, json};

use crate::access::{Access, Admin, Reads};
use crate::app::App;
use crate::schema::{ConstraintsRequest, Schema};
use crate::store::{Change, Collections, Records};
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
    let schema = match found {
        Some(record) => record.schema,
        None => app
            .behaviour
            .without_collection(&name, || Schema::empty(app.clock.now()))?,
    };
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
                .ok_or_else(|| ApiError::unknown_collection(&name))?;
            let before = record.schema.clone();
            request.clone().apply(&mut record.schema, now)?;
            let records = Records {
                source: change,
                uid: record.uid,
                now: now.timestamp_millis(),
            };
            refuse_twins(&records, &before, &record.schema)?;
            collections.put(&name, &record)?;
            if before.indexed() != record.schema.indexed() {
                records.rebuild_index(record.schema.indexed())?;
            }
            Ok(Reply(json!({
                "message": "Schema updated successfully",
                "status": "success",
                "version": record.schema.version,
            })))
        })
        .await
}

/// A field cannot become unique while two records have the same value in it.
fn refuse_twins(
    records: &Records<'_, Change<'_>>,
    before: &Schema,
    after: &Schema,
) -> Result<(), ApiError> {
    let already: HashSet<_> = before.unique().collect();
    for field in after.unique().filter(|field| !already.contains(field)) {
        let mut seen = HashSet::new();
        let mut twins = false;
        records.each(|stored| {
            let value = stored.record.value(field, "id");
            twins = value.is_some_and(|value| !seen.insert(value.value.to_string()));
            match twins {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        })?;
        if twins {
            return Err(ApiError::conflict(format!(
                "Unique constraint violation for field '{field}'"
            )));
        }
    }
    Ok(())
}
