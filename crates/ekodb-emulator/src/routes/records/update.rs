//! Changing one record: by merging fields, by an action, by a sequence of actions.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::put;
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::change::{Collection, not_found, require_writable};
use super::options::Options;
use super::view;
use crate::access::{Access, Caller, Rights, Writes};
use crate::app::App;
use crate::records::{Action, Projection, Record};
use crate::value::Typed;
use crate::wire::{Accepted, ActionName, ApiError, Body, CollectionName, Json, RecordId};

type Changed = Result<Map<String, Value>, ApiError>;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/update/{collection}/{id}", put(update_record))
        .route(
            "/api/update/{collection}/{id}/action/{action}",
            put(apply_record_action),
        )
        .route(
            "/api/update/sequence/{collection}/{id}",
            put(apply_record_sequence),
        )
}

async fn update_record(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Writes>,
    CollectionName(name): CollectionName,
    RecordId(id): RecordId,
    options: Options,
    accepted: Accepted,
    Body(body): Body<Map<String, Value>>,
) -> Result<Response, ApiError> {
    let record = change(
        &app,
        caller,
        name,
        options.projection,
        move |collection, rights| {
            require_writable(rights, body.keys(), &collection.schema.primary_key_alias)?;
            collection.update(&id, body.clone())
        },
    )
    .await?;
    accepted.reply(&record)
}

#[derive(Deserialize)]
struct RecordActionRequest {
    field: String,
    #[serde(default)]
    value: Value,
}

async fn apply_record_action(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Writes>,
    (CollectionName(name), RecordId(id)): (CollectionName, RecordId),
    ActionName(action): ActionName,
    options: Options,
    accepted: Accepted,
    Body(RecordActionRequest { field, value }): Body<RecordActionRequest>,
) -> Result<Response, ApiError> {
    let steps = vec![(action, field, value)];
    let record = act(app, caller, name, id, options, steps).await?;
    accepted.reply(&record)
}

/// Spoken in JSON only, as the official clients do.
async fn apply_record_sequence(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Writes>,
    CollectionName(name): CollectionName,
    RecordId(id): RecordId,
    options: Options,
    Json(steps): Json<Vec<(String, String, Value)>>,
) -> Result<Reply<Map<String, Value>>, ApiError> {
    act(app, caller, name, id, options, steps).await.map(Reply)
}

async fn act(
    app: Arc<App>,
    caller: Caller,
    name: String,
    id: String,
    options: Options,
    steps: Vec<(String, String, Value)>,
) -> Changed {
    let names: Vec<_> = steps.iter().map(|(action, ..)| action.clone()).collect();
    let steps = steps.into_iter().map(step).collect::<Result<Vec<_>, _>>()?;
    change(
        &app,
        caller,
        name,
        options.projection,
        move |collection, rights| {
            let alias = &collection.schema.primary_key_alias;
            for (_, field, _) in &steps {
                rights.require_writable(field)?;
                if field == alias {
                    return Err(reserved(field));
                }
            }
            collection.act(&id, &steps, |position| names[position].clone())
        },
    )
    .await
}

fn step(
    (name, field, value): (String, String, Value),
) -> Result<(Action, String, Typed), ApiError> {
    let Some(action) = Action::by_name(&name) else {
        return Err(ApiError::bad_request(format!("Unknown action '{name}'")));
    };
    if matches!(field.as_str(), "" | "id" | "ttl" | "ttl_update_on_access") {
        return Err(reserved(&field));
    }
    let operand = Typed::from_request(value).map_err(|mismatch| {
        ApiError::bad_request(format!(
            "Failed to apply action '{name}': expected {}, got {}",
            mismatch.expected, mismatch.got
        ))
    })?;
    Ok((action, field, operand))
}

fn reserved(field: &str) -> ApiError {
    ApiError::bad_request(format!("Field '{field}' cannot be changed by an action"))
}

/// Changes one record, and shows it as far as the caller may see it.
async fn change(
    app: &App,
    caller: Caller,
    name: String,
    asked: Projection,
    mut edit: impl FnMut(&Collection<'_>, &Rights) -> Result<Record, ApiError> + Send + 'static,
) -> Changed {
    let rights = caller.rights(&name);
    let now = app.clock.now().timestamp_millis();
    app.store
        .write(move |change| {
            let collection = Collection::open(change, &name, now)?.ok_or_else(not_found)?;
            let record = edit(&collection, &rights)?;
            let projections = vec![rights.shown(), asked.clone()];
            let view = view(change, &collection.schema, projections)?;
            Ok(view.render(record))
        })
        .await
}
