//! Listing, making, reading and deleting collections.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::{Access, Admin, Any, Reads};
use crate::app::App;
use crate::schema::{Schema, SchemaRequest};
use crate::store::{CollectionRecord, Collections, Records, Totals};
use crate::wire::{ApiError, CollectionName, INTERNAL_MARKER, Json, Query};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/collections", get(list_collections))
        .route(
            "/api/collections/{collection}",
            get(get_collection)
                .post(create_collection)
                .delete(delete_collection),
        )
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    exclude_internal: bool,
}

/// An admin sees all collections, a limited key those it has a right on.
async fn list_collections(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Any>,
    Query(query): Query<ListQuery>,
) -> Result<Reply<Value>, ApiError> {
    if app.behaviour.admin_only_listing {
        caller.require_admin()?;
    }
    let mut names = Collections(&app.store.snapshot()?).names()?;
    names.extend(app.internal_collections.iter().cloned());
    names.sort_unstable();
    names.retain(|name| {
        let hidden = query.exclude_internal && name.contains(INTERNAL_MARKER);
        !hidden && caller.may_see(name)
    });
    Ok(Reply(json!({ "collections": names })))
}

async fn create_collection(
    State(app): State<Arc<App>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
    Json(request): Json<SchemaRequest>,
) -> Result<(StatusCode, Reply<Value>), ApiError> {
    let schema = request.into_schema(app.clock.now(), app.behaviour.unknown)?;
    app.store
        .write(move |change| {
            let collections = Collections(change);
            if collections.get(&name)?.is_some() {
                return Err(ApiError::conflict(format!(
                    "Collection '{name}' already exists"
                )));
            }
            collections.create(&name, schema.clone())?;
            Ok(())
        })
        .await?;
    let reply = json!({ "message": "Collection initialized successfully", "status": "success" });
    Ok((StatusCode::CREATED, Reply(reply)))
}

/// The reply of the released clients (`collection`), and beside it the statistics of the documentation.
/// An unknown name is not an error: its schema is empty.
async fn get_collection(
    State(app): State<Arc<App>>,
    _: Access<Reads>,
    CollectionName(name): CollectionName,
) -> Result<Reply<Value>, ApiError> {
    let (now, snapshot) = (app.clock.now(), app.store.snapshot()?);
    let (schema, totals) = match Collections(&snapshot).get(&name)? {
        Some(CollectionRecord { uid, schema }) => {
            let records = Records {
                source: &snapshot,
                uid,
                now: now.timestamp_millis(),
            };
            (schema, records.totals()?)
        }
        None => app
            .behaviour
            .without_collection(&name, || (Schema::empty(now), Totals::default()))?,
    };
    let (search, query) = indexed_fields(&schema);
    Ok(Reply(json!({
        "name": name,
        "record_count": totals.count,
        "size_bytes": totals.bytes,
        "created_at": schema.created_at,
        "last_modified": schema.last_modified,
        "has_schema": !schema.fields.is_empty(),
        "indexes": { "query": query, "search": search },
        "collection": schema,
    })))
}

fn indexed_fields(schema: &Schema) -> (Vec<&str>, Vec<&str>) {
    schema
        .fields
        .iter()
        .filter_map(|(name, field)| Some((name.as_str(), field.index.as_ref()?)))
        .fold((Vec::new(), Vec::new()), |mut indexed, (name, index)| {
            if index.is_for_search() {
                indexed.0.push(name);
            } else {
                indexed.1.push(name);
            }
            indexed
        })
}

/// Deleting what is not there succeeds all the same.
async fn delete_collection(
    State(app): State<Arc<App>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
) -> Result<Reply<Value>, ApiError> {
    let (now, behaviour) = (app.clock.now(), app.behaviour);
    app.store
        .write(move |change| {
            let collections = Collections(change);
            if collections.get(&name)?.is_none() {
                return behaviour.without_collection(&name, || ());
            }
            collections.trash(&name, now)?;
            Ok::<_, ApiError>(())
        })
        .await?;
    Ok(Reply(
        json!({ "message": "Collection deleted successfully", "status": "success" }),
    ))
}
