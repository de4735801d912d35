//! Storing a new record.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::post;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::change::{Collection, prepare, require_writable};
use super::options::Options;
use crate::access::{Access, Writes};
use crate::app::App;
use crate::schema::Schema;
use crate::store::{Collections, sweep};
use crate::wire::{Accepted, ApiError, Body, CollectionName};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/insert/{collection}", post(insert_record))
}

/// Makes the collection if it is not there.
async fn insert_record(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Writes>,
    CollectionName(name): CollectionName,
    _: Options,
    accepted: Accepted,
    Body(body): Body<Map<String, Value>>,
) -> Result<Response, ApiError> {
    let rights = caller.rights(&name);
    let moment = app.clock.now();
    let now = moment.timestamp_millis();
    let id = app
        .store
        .write(move |change| {
            sweep(change, now)?;
            let collections = Collections(change);
            let found = collections.get(&name)?;
            let empty = Schema::empty(moment);
            let schema = found.as_ref().map_or(&empty, |found| &found.schema);
            require_writable(&rights, body.keys(), &schema.primary_key_alias)?;
            let record = prepare(body.clone(), schema, now)?;
            let collection = match found {
                Some(found) => found,
                None => collections.create(&name, empty)?,
            };
            Collection::of(change, collection, now).insert(&record)
        })
        .await?;
    accepted.reply_with(StatusCode::CREATED, &json!({ "id": id }))
}
