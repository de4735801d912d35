//! Grants on collections.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};

use super::{Changed, change_key, readable, refuse_blank};
use crate::access::{Access, Admin, Any, CollectionGrant, GrantPatch, GrantPut};
use crate::app::App;
use crate::wire::{ApiError, GrantName, Json, KeyId};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/auth/keys/{key_id}/permissions/collections",
            get(list_collection_grants),
        )
        .route(
            "/api/auth/keys/{key_id}/permissions/collections/{collection}",
            get(get_collection_grant)
                .put(put_collection_grant)
                .patch(patch_collection_grant)
                .delete(delete_collection_grant),
        )
}

async fn list_collection_grants(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
) -> Result<Reply<BTreeMap<String, CollectionGrant>>, ApiError> {
    Ok(Reply(readable(&app, caller, &key_id)?.collections))
}

async fn get_collection_grant(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
    GrantName(name): GrantName,
) -> Result<Reply<CollectionGrant>, ApiError> {
    let mut record = readable(&app, caller, &key_id)?;
    record
        .collections
        .remove(&name)
        .map(Reply)
        .ok_or_else(|| missing(&name))
}

async fn put_collection_grant(
    State(app): State<Arc<App>>,
    access: Access<Admin>,
    key_id: KeyId,
    GrantName(name): GrantName,
    Json(put): Json<GrantPut>,
) -> Result<Reply<Changed<CollectionGrant>>, ApiError> {
    refuse_blank(&put.restrictions())?;
    let grant = put.into_grant();
    change_key(&app, access, key_id, move |record| {
        Ok(Changed {
            before: record.collections.insert(name.clone(), grant.clone()),
            after: Some(grant.clone()),
        })
    })
    .await
}

async fn patch_collection_grant(
    State(app): State<Arc<App>>,
    access: Access<Admin>,
    key_id: KeyId,
    GrantName(name): GrantName,
    Json(patch): Json<GrantPatch>,
) -> Result<Reply<Changed<CollectionGrant>>, ApiError> {
    refuse_blank(&patch.restrictions())?;
    change_key(&app, access, key_id, move |record| {
        let grant = patch.clone().apply(record.collections.get(&name));
        Ok(Changed {
            before: record.collections.insert(name.clone(), grant.clone()),
            after: Some(grant),
        })
    })
    .await
}

async fn delete_collection_grant(
    State(app): State<Arc<App>>,
    access: Access<Admin>,
    key_id: KeyId,
    GrantName(name): GrantName,
) -> Result<Reply<Changed<CollectionGrant>>, ApiError> {
    change_key(&app, access, key_id, move |record| {
        Ok(Changed {
            before: record.collections.remove(&name),
            after: None,
        })
    })
    .await
}

fn missing(name: &str) -> ApiError {
    ApiError::not_found(format!("This key has no grant on collection '{name}'"))
}
