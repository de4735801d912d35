//! The records that a key is linked to.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::Value;

use crate::engine::{Database, KvLink, present};
use crate::http::access::{Access, KvReads, KvWrites};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{CollectionName, DocumentId, Json, KvKey};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/kv/{key}/links", get(list_kv_links))
        .route(
            "/api/kv/{key}/links/{collection}/{document_id}",
            post(add_kv_link).delete(remove_kv_link),
        )
}

async fn list_kv_links(
    State(database): State<Arc<Database>>,
    _: Access<KvReads>,
    KvKey(key): KvKey,
) -> Result<Reply<Vec<KvLink>>, ApiError> {
    Ok(Reply(database.kv_links(&key)?))
}

#[derive(Deserialize)]
struct LinkRequest {
    keys: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    field_path: Option<String>,
    metadata: Option<Value>,
}

/// The reply is `null`, as the published clients expect it.
async fn add_kv_link(
    State(database): State<Arc<Database>>,
    _: Access<KvWrites>,
    KvKey(key): KvKey,
    (CollectionName(collection), DocumentId(document_id)): (CollectionName, DocumentId),
    Json(body): Json<LinkRequest>,
) -> Result<Reply<()>, ApiError> {
    let link = KvLink {
        collection,
        document_id,
        keys: body.keys,
        field_path: body.field_path,
        metadata: body.metadata,
    };
    Ok(Reply(database.link_kv(key, link).await?))
}

async fn remove_kv_link(
    State(database): State<Arc<Database>>,
    _: Access<KvWrites>,
    KvKey(key): KvKey,
    (CollectionName(collection), DocumentId(document_id)): (CollectionName, DocumentId),
) -> Result<Reply<()>, ApiError> {
    let removed = database.unlink_kv(key, collection, document_id);
    Ok(Reply(removed.await?))
}
