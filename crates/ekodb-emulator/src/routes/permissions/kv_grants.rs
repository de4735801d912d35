//! Grants on prefixes of the key-value store.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use serde::Deserialize;

use super::{Changed, change_key, readable};
use crate::access::{Access, Admin, Any, KvGrant, KvGrantPatch, KvGrantPut};
use crate::app::App;
use crate::wire::{ApiError, Json, KeyId, KvPrefix, Query};

pub(super) fn routes() -> Router<Arc<App>> {
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
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
    Query(query): Query<ListQuery>,
) -> Result<Reply<Vec<KvGrant>>, ApiError> {
    let wanted = query.prefix.unwrap_or_default();
    let grants = readable(&app, caller, &key_id)?.kv;
    Ok(Reply(
        grants
            .into_values()
            .filter(|grant| grant.prefix.starts_with(&wanted))
            .collect(),
    ))
}

async fn get_kv_grant(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
    KvPrefix(prefix): KvPrefix,
) -> Result<Reply<KvGrant>, ApiError> {
    let mut record = readable(&app, caller, &key_id)?;
    record
        .kv
        .remove(&prefix)
        .map(Reply)
        .ok_or_else(|| missing(&prefix))
}

async fn put_kv_grant(
    State(app): State<Arc<App>>,
    access: Access<Admin>,
    key_id: KeyId,
    KvPrefix(prefix): KvPrefix,
    Json(put): Json<KvGrantPut>,
) -> Result<Reply<Changed<KvGrant>>, ApiError> {
    if !put.read && !put.write {
        return Err(ApiError::bad_request(
            "A grant on a prefix needs read or write; delete it to take both away",
        ));
    }
    change_key(&app, access, key_id, move |record| {
        let grant = KvGrant {
            prefix: prefix.clone(),
            read: put.read,
            write: put.write,
        };
        Ok(Changed {
            before: record.kv.insert(prefix.clone(), grant.clone()),
            after: Some(grant),
        })
    })
    .await
}

async fn patch_kv_grant(
    State(app): State<Arc<App>>,
    access: Access<Admin>,
    key_id: KeyId,
    KvPrefix(prefix): KvPrefix,
    Json(patch): Json<KvGrantPatch>,
) -> Result<Reply<Changed<KvGrant>>, ApiError> {
    change_key(&app, access, key_id, move |record| {
        let grant = patch.apply(&prefix, record.kv.get(&prefix));
        Ok(Changed {
            before: record.kv.insert(prefix.clone(), grant.clone()),
            after: Some(grant),
        })
    })
    .await
}

async fn delete_kv_grant(
    State(app): State<Arc<App>>,
    access: Access<Admin>,
    key_id: KeyId,
    KvPrefix(prefix): KvPrefix,
) -> Result<Reply<Changed<KvGrant>>, ApiError> {
    change_key(&app, access, key_id, move |record| {
        Ok(Changed {
            before: record.kv.remove(&prefix),
            after: None,
        })
    })
    .await
}

fn missing(prefix: &str) -> ApiError {
    ApiError::not_found(format!("This key has no grant on prefix '{prefix}'"))
}
