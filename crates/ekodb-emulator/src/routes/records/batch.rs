//! Many records in one request. Each item succeeds or fails by itself; all share one commit.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{delete, post, put};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::change::{Collection, not_found, prepare, require_writable};
use super::options::Options;
use crate::access::{Access, Writes};
use crate::app::{App, Behaviour};
use crate::schema::Schema;
use crate::store::{Collections, sweep};
use crate::wire::{Accepted, ApiError, Body, CollectionName};

/// The highest number of items of the tiers.
const MOST: usize = 20_000;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/batch/insert/{collection}", post(batch_insert))
        .route("/api/batch/update/{collection}", put(batch_update))
        .route("/api/batch/delete/{collection}", delete(batch_delete))
}

#[derive(Debug, Default, Serialize)]
struct BatchReply {
    successful: Vec<String>,
    failed: Vec<Failure>,
}

#[derive(Debug, Serialize)]
struct Failure {
    id: Option<String>,
    error: String,
}

impl BatchReply {
    fn status(&self, behaviour: Behaviour) -> StatusCode {
        let is_mixed = !self.successful.is_empty() && !self.failed.is_empty();
        if behaviour.multi_status && is_mixed {
            StatusCode::MULTI_STATUS
        } else {
            StatusCode::OK
        }
    }

    fn add(&mut self, id: Option<String>, outcome: Result<String, ApiError>) {
        match outcome {
            Ok(id) => self.successful.push(id),
            Err(error) => self.failed.push(Failure {
                id,
                error: error.into_message(),
            }),
        }
    }
}

// The members stand in the order of the official Rust client: in MessagePack it writes structs as arrays.
// Ripples are a cluster's: `bypass_ripple` is read and changes nothing here.

#[derive(Deserialize)]
struct BatchInsertRequest {
    inserts: Vec<Insert>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

#[derive(Deserialize)]
struct Insert {
    data: Map<String, Value>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

/// Makes the collection if it is not there and an item is good.
async fn batch_insert(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Writes>,
    CollectionName(name): CollectionName,
    _: Options,
    accepted: Accepted,
    Body(BatchInsertRequest { inserts, .. }): Body<BatchInsertRequest>,
) -> Result<Response, ApiError> {
    refuse_too_many(inserts.len())?;
    let rights = caller.rights(&name);
    let moment = app.clock.now();
    let now = moment.timestamp_millis();
    let reply = app
        .store
        .write(move |change| {
            sweep(change, now)?;
            let collections = Collections(change);
            let found = collections.get(&name)?;
            let empty = Schema::empty(moment);
            let schema = found.as_ref().map_or(&empty, |found| &found.schema);
            for Insert { data, .. } in &inserts {
                require_writable(&rights, data.keys(), &schema.primary_key_alias)?;
            }
            let prepared: Vec<_> = inserts
                .iter()
                .map(|Insert { data, .. }| prepare(data.clone(), schema, now))
                .collect();
            let collection = match found {
                Some(found) => found,
                None if prepared.iter().any(Result::is_ok) => collections.create(&name, empty)?,
                None => return Ok(failures(&inserts, prepared)),
            };
            let collection = Collection::of(change, collection, now);
            let mut reply = BatchReply::default();
            for (Insert { data, .. }, record) in inserts.iter().zip(prepared) {
                let outcome = record.and_then(|record| collection.insert(&record));
                reply.add(id_of(data), outcome);
            }
            Ok::<_, ApiError>(reply)
        })
        .await?;
    accepted.reply_with(reply.status(app.behaviour), &reply)
}

fn failures(
    inserts: &[Insert],
    prepared: Vec<Result<crate::records::Record, ApiError>>,
) -> BatchReply {
    let mut reply = BatchReply::default();
    for (Insert { data, .. }, record) in inserts.iter().zip(prepared) {
        reply.add(id_of(data), record.map(|record| record.id));
    }
    reply
}

fn id_of(data: &Map<String, Value>) -> Option<String> {
    Some(data.get("id")?.as_str()?.to_owned())
}

#[derive(Deserialize)]
struct BatchUpdateRequest {
    updates: Vec<Update>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

#[derive(Deserialize)]
struct Update {
    id: String,
    data: Map<String, Value>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

async fn batch_update(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Writes>,
    CollectionName(name): CollectionName,
    _: Options,
    accepted: Accepted,
    Body(BatchUpdateRequest { updates, .. }): Body<BatchUpdateRequest>,
) -> Result<Response, ApiError> {
    refuse_too_many(updates.len())?;
    let rights = caller.rights(&name);
    let now = app.clock.now().timestamp_millis();
    let reply = app
        .store
        .write(move |change| {
            let collection = Collection::open(change, &name, now)?;
            let alias = collection
                .as_ref()
                .map_or("id", |c| &c.schema.primary_key_alias);
            for Update { data, .. } in &updates {
                require_writable(&rights, data.keys(), alias)?;
            }
            let mut reply = BatchReply::default();
            for Update { id, data, .. } in &updates {
                let outcome = match &collection {
                    Some(collection) => collection.update(id, data.clone()),
                    None => Err(not_found()),
                };
                reply.add(Some(id.clone()), outcome.map(|record| record.id));
            }
            Ok::<_, ApiError>(reply)
        })
        .await?;
    accepted.reply_with(reply.status(app.behaviour), &reply)
}

#[derive(Deserialize)]
struct BatchDeleteRequest {
    deletes: Vec<Delete>,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

#[derive(Deserialize)]
struct Delete {
    id: String,
    #[serde(default, rename = "bypass_ripple")]
    _bypass_ripple: Option<bool>,
}

async fn batch_delete(
    State(app): State<Arc<App>>,
    _: Access<Writes>,
    CollectionName(name): CollectionName,
    _: Options,
    accepted: Accepted,
    Body(BatchDeleteRequest { deletes, .. }): Body<BatchDeleteRequest>,
) -> Result<Response, ApiError> {
    refuse_too_many(deletes.len())?;
    let now = app.clock.now().timestamp_millis();
    let reply = app
        .store
        .write(move |change| {
            let collection = Collection::open(change, &name, now)?;
            let mut reply = BatchReply::default();
            for Delete { id, .. } in &deletes {
                let outcome = match &collection {
                    Some(collection) => collection.delete(id),
                    None => Err(not_found()),
                };
                reply.add(Some(id.clone()), outcome.map(|record| record.id));
            }
            Ok::<_, ApiError>(reply)
        })
        .await?;
    accepted.reply_with(reply.status(app.behaviour), &reply)
}

fn refuse_too_many(items: usize) -> Result<(), ApiError> {
    if items <= MOST {
        return Ok(());
    }
    Err(ApiError::bad_request(format!(
        "A batch has at most {MOST} items; this one has {items}"
    )))
}
