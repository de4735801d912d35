//! Bringing deleted collections and records back.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json as Reply, Router};
use serde_json::{Value, json};

use super::records::Collection;
use crate::access::{Access, Admin};
use crate::app::App;
use crate::store::{CollectionRecord, Collections, Records};
use crate::wire::{ApiError, CollectionName, RecordId};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/trash/{collection}", post(restore_collection))
        .route("/api/trash/{collection}/{id}", post(restore_record))
}

/// Brings back a deleted collection, or the deleted records of one that is there. Replies with the members
/// of both generations of clients. Nothing in the trash is no error.
async fn restore_collection(
    State(app): State<Arc<App>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
) -> Result<Reply<Value>, ApiError> {
    let moment = app.clock.now();
    let now = moment.timestamp_millis();
    app.store
        .write(move |change| {
            let restored = match Collection::open(change, &name, now)? {
                Some(collection) => restore_all(&collection)?,
                None => match Collections(change).restore(&name, moment)? {
                    Some(CollectionRecord { uid, .. }) => {
                        let source = change;
                        Records { source, uid, now }.totals()?.count
                    }
                    None => 0,
                },
            };
            Ok(Reply(json!({
                "status": "restored",
                "collection": name,
                "cleared_count": restored,
                "records_restored": restored,
            })))
        })
        .await
}

/// What cannot come back, because its id or a unique value is in use again, stays in the trash.
fn restore_all(collection: &Collection<'_>) -> Result<u64, ApiError> {
    let mut restored = 0;
    for stored in collection.all_trashed()? {
        match collection.restore(&stored) {
            Ok(()) => restored += 1,
            Err(error) if error.is_conflict() => {}
            Err(error) => return Err(error),
        }
    }
    Ok(restored)
}

async fn restore_record(
    State(app): State<Arc<App>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
    RecordId(id): RecordId,
) -> Result<Reply<Value>, ApiError> {
    let now = app.clock.now().timestamp_millis();
    app.store
        .write(move |change| {
            let missing = || ApiError::not_found(format!("Record '{id}' is not in the trash"));
            let collection = Collection::open(change, &name, now)?.ok_or_else(missing)?;
            let stored = collection.trashed(&id)?.ok_or_else(missing)?;
            collection.restore(&stored)?;
            Ok(Reply(json!({ "restored": true, "status": "restored" })))
        })
        .await
}
