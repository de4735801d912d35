//! Deleting one record.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::delete;

use super::change::{Collection, not_found};
use super::options::Options;
use super::view;
use crate::access::{Access, Writes};
use crate::app::App;
use crate::wire::{Accepted, ApiError, CollectionName, RecordId};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/delete/{collection}/{id}", delete(delete_record))
}

/// Replies with what was deleted, as far as the caller may see it.
async fn delete_record(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Writes>,
    CollectionName(name): CollectionName,
    RecordId(id): RecordId,
    options: Options,
    accepted: Accepted,
) -> Result<Response, ApiError> {
    let rights = caller.rights(&name);
    let now = app.clock.now().timestamp_millis();
    let record = app
        .store
        .write(move |change| {
            let collection = Collection::open(change, &name, now)?.ok_or_else(not_found)?;
            let record = collection.delete(&id)?;
            let projections = vec![rights.shown(), options.projection.clone()];
            let view = view(change, &collection.schema, projections)?;
            Ok::<_, ApiError>(view.render(record))
        })
        .await?;
    accepted.reply(&record)
}
