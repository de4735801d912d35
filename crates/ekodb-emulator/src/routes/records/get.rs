//! Reading one record by its id.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::change::{deleted, not_found};
use super::options::Options;
use super::view;
use crate::access::{Access, Reads};
use crate::app::App;
use crate::store::{Collections, Records, StoreError};
use crate::wire::{Accepted, ApiError, CollectionName, RecordId};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route(
        "/api/find/{collection}/{id}",
        get(get_record).post(get_record),
    )
}

async fn get_record(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Reads>,
    CollectionName(name): CollectionName,
    RecordId(id): RecordId,
    options: Options,
    accepted: Accepted,
) -> Result<Response, ApiError> {
    let snapshot = app.store.snapshot()?;
    let collection = Collections(&snapshot).get(&name)?.ok_or_else(not_found)?;
    let records = Records {
        source: &snapshot,
        uid: collection.uid,
        now: app.clock.now().timestamp_millis(),
    };
    let Some(stored) = records.get(&id)? else {
        return Err(match records.was_deleted(&id)? {
            true => deleted(),
            false => not_found(),
        });
    };
    if stored.record.ttl.is_some_and(|ttl| ttl.on_access) {
        renew(&app, name.clone(), vec![stored.number]);
    }
    let projections = vec![caller.rights(&name).shown(), options.projection];
    let view = view(&snapshot, &collection.schema, projections)?;
    accepted.reply(&view.render(stored.record))
}

/// Begins the time to live of records anew, without making their reader wait for it.
pub(super) fn renew(app: &App, collection: String, numbers: Vec<u64>) {
    let now = app.clock.now().timestamp_millis();
    app.store
        .write_later(move |change| -> Result<(), StoreError> {
            let Some(found) = Collections(change).get(&collection)? else {
                return Ok(());
            };
            let records = Records {
                source: change,
                uid: found.uid,
                now,
            };
            for number in &numbers {
                let Some(before) = records.at(*number)? else {
                    continue;
                };
                let mut after = before.record.clone();
                after.ttl = after.ttl.map(|ttl| ttl.renewed(now));
                records.replace(&before, &after, found.schema.indexed())?;
            }
            Ok(())
        });
}
