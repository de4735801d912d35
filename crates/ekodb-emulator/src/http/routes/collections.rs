//! Listing, creating, reading and deleting collections.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::engine::{CollectionInfo, Database, Error, Schema, SchemaRequest, is_internal};
use crate::http::access::{Access, Admin, Any, Reads};
use crate::http::error::ApiError;
use crate::http::state::{AppState, Settings};
use crate::http::wire::{CollectionName, Json, Query};

pub(super) fn routes() -> Router<AppState> {
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
    State(database): State<Arc<Database>>,
    State(settings): State<Arc<Settings>>,
    Access { caller, .. }: Access<Any>,
    Query(query): Query<ListQuery>,
) -> Result<Reply<Value>, ApiError> {
    if settings.admin_only_listing {
        caller.require_admin().map_err(Error::from)?;
    }
    let internal = settings.internal_collections.iter();
    let mut names = database.collection_names(&caller)?;
    names.extend(internal.filter(|name| caller.may_see(name)).cloned());
    names.retain(|name| !(query.exclude_internal && is_internal(name)));
    names.sort_unstable();
    Ok(Reply(json!({ "collections": names })))
}

async fn create_collection(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
    Json(request): Json<SchemaRequest>,
) -> Result<(StatusCode, Reply<Value>), ApiError> {
    database.create_collection(name, request).await?;
    let reply = json!({ "message": "Collection initialized successfully", "status": "success" });
    Ok((StatusCode::CREATED, Reply(reply)))
}

/// The reply of the released clients (`collection`), and beside it the statistics of the
/// documentation.
async fn get_collection(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Reads>,
    CollectionName(name): CollectionName,
) -> Result<Reply<Value>, ApiError> {
    let info = database.collection_info(&caller, &name)?;
    let CollectionInfo {
        schema,
        records,
        bytes,
    } = info;
    let (search, query) = indexed_fields(&schema);
    let mut reply = json!({
        "name": name,
        "record_count": records,
        "created_at": schema.created_at,
        "last_modified": schema.last_modified,
        "has_schema": !schema.fields.is_empty(),
        "indexes": { "query": query, "search": search },
        "collection": schema,
    });
    if let Some(bytes) = bytes {
        reply["size_bytes"] = bytes.into();
    }
    Ok(Reply(reply))
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

async fn delete_collection(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
    CollectionName(name): CollectionName,
) -> Result<Reply<Value>, ApiError> {
    database.delete_collection(name).await?;
    Ok(Reply(
        json!({ "message": "Collection deleted successfully", "status": "success" }),
    ))
}
