//! Grants on collections.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};

use crate::engine::{CollectionGrant, Database, GrantChange, GrantPatch, GrantPut};
use crate::http::access::{Access, Admin, Any};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{GrantName, Json, KeyId};

type Changed = Result<Reply<GrantChange<CollectionGrant>>, ApiError>;

pub(super) fn routes() -> Router<AppState> {
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
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
) -> Result<Reply<BTreeMap<String, CollectionGrant>>, ApiError> {
    let id = key_id.resolve(&caller);
    Ok(Reply(database.readable_key(caller, &id)?.collections))
}

async fn get_collection_grant(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
    GrantName(name): GrantName,
) -> Result<Reply<CollectionGrant>, ApiError> {
    let id = key_id.resolve(&caller);
    Ok(Reply(
        database.readable_key(caller, &id)?.into_grant(&name)?,
    ))
}

async fn put_collection_grant(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Admin>,
    key_id: KeyId,
    GrantName(name): GrantName,
    Json(put): Json<GrantPut>,
) -> Changed {
    let id = key_id.resolve(&caller);
    Ok(Reply(database.put_grant(id, name, put).await?))
}

async fn patch_collection_grant(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Admin>,
    key_id: KeyId,
    GrantName(name): GrantName,
    Json(patch): Json<GrantPatch>,
) -> Changed {
    let id = key_id.resolve(&caller);
    Ok(Reply(database.patch_grant(id, name, patch).await?))
}

async fn delete_collection_grant(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Admin>,
    key_id: KeyId,
    GrantName(name): GrantName,
) -> Changed {
    let id = key_id.resolve(&caller);
    Ok(Reply(database.delete_grant(id, name).await?))
}
