//! Grants on prefixes of the key-value store.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use serde::Deserialize;

use crate::engine::{Database, GrantChange, KvGrant, KvGrantPatch, KvGrantPut};
use crate::http::access::{Access, Admin, Any};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{Json, KeyId, KvPrefix, Query};

type Changed = Result<Reply<GrantChange<KvGrant>>, ApiError>;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/api/auth/keys/{key_id}/permissions/kv",
            get(list_kv_grants),
        )
        .route(
            "/api/auth/keys/{key_id}/permissions/kv/{prefix}",
            get(get_kv_grant)
                .put(put_kv_grant)
                .patch(patch_kv_grant)
                .delete(delete_kv_grant),
        )
}

#[derive(Deserialize)]
struct ListQuery {
    prefix: Option<String>,
}

async fn list_kv_grants(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
    Query(query): Query<ListQuery>,
) -> Result<Reply<Vec<KvGrant>>, ApiError> {
    let wanted = query.prefix.unwrap_or_default();
    let id = key_id.resolve(&caller);
    let grants = database.readable_key(caller, &id)?.kv.into_values();
    Ok(Reply(
        grants
            .filter(|grant| grant.prefix.starts_with(&wanted))
            .collect(),
    ))
}

async fn get_kv_grant(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
    KvPrefix(prefix): KvPrefix,
) -> Result<Reply<KvGrant>, ApiError> {
    let id = key_id.resolve(&caller);
    let key = database.readable_key(caller, &id)?;
    Ok(Reply(key.into_grant(&prefix)?))
}

async fn put_kv_grant(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Admin>,
    key_id: KeyId,
    KvPrefix(prefix): KvPrefix,
    Json(put): Json<KvGrantPut>,
) -> Changed {
    let id = key_id.resolve(&caller);
    Ok(Reply(database.put_kv_grant(id, prefix, put).await?))
}

async fn patch_kv_grant(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Admin>,
    key_id: KeyId,
    KvPrefix(prefix): KvPrefix,
    Json(patch): Json<KvGrantPatch>,
) -> Changed {
    let id = key_id.resolve(&caller);
    Ok(Reply(database.patch_kv_grant(id, prefix, patch).await?))
}

async fn delete_kv_grant(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Admin>,
    key_id: KeyId,
    KvPrefix(prefix): KvPrefix,
) -> Changed {
    let id = key_id.resolve(&caller);
    Ok(Reply(database.delete_grant(id, prefix).await?))
}
