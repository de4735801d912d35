//! The permission resources of a key: all of them, grants on collections, grants on key prefixes.
//!
//! Any key may read its own; another key's, and every change, need an admin key. `me` always
//! answers: clients take 404 or 405 there for a server without these routes.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::engine::{
    CollectionGrant, Database, Grant, GrantBody, GrantChange, GrantPatch, GrantPut, KvGrant,
    KvGrantPatch, KvGrantPut,
};
use crate::http::access::{Access, Admin, Any};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{GrantName, Json, KeyId, Query};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/api/auth/keys/{key_id}/permissions",
            get(get_key_permissions),
        )
        .route(
            "/api/auth/keys/{key_id}/permissions/collections",
            get(list_collection_grants),
        )
        .route(
            "/api/auth/keys/{key_id}/permissions/collections/{collection}",
            get(get_grant::<CollectionGrant>)
                .put(change_grant::<GrantPut>)
                .patch(change_grant::<GrantPatch>)
                .delete(delete_grant::<CollectionGrant>),
        )
        .route(
            "/api/auth/keys/{key_id}/permissions/kv",
            get(list_kv_grants),
        )
        .route(
            "/api/auth/keys/{key_id}/permissions/kv/{prefix}",
            get(get_grant::<KvGrant>)
                .put(change_grant::<KvGrantPut>)
                .patch(change_grant::<KvGrantPatch>)
                .delete(delete_grant::<KvGrant>),
        )
}

async fn get_key_permissions(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
) -> Result<Reply<Value>, ApiError> {
    let id = key_id.resolve(&caller);
    let key = database.readable_key(caller, &id)?;
    Ok(Reply(json!({
        "admin": key.is_admin,
        "collections": key.collections,
        "kv": key.kv.values().collect::<Vec<_>>(),
    })))
}

async fn list_collection_grants(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
) -> Result<Reply<BTreeMap<String, CollectionGrant>>, ApiError> {
    let id = key_id.resolve(&caller);
    Ok(Reply(database.readable_key(caller, &id)?.collections))
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
    let found = grants.filter(|grant| grant.prefix.starts_with(&wanted));
    Ok(Reply(found.collect()))
}

async fn get_grant<G: Grant>(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
    GrantName(name): GrantName,
) -> Result<Reply<G>, ApiError> {
    let id = key_id.resolve(&caller);
    let key = database.readable_key(caller, &id)?;
    Ok(Reply(key.into_grant(&name)?))
}

async fn change_grant<B: GrantBody>(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Admin>,
    key_id: KeyId,
    GrantName(name): GrantName,
    Json(body): Json<B>,
) -> Result<Reply<GrantChange<B::Grant>>, ApiError> {
    let id = key_id.resolve(&caller);
    Ok(Reply(database.change_grant(id, name, body).await?))
}

async fn delete_grant<G: Grant>(
    State(database): State<Arc<Database>>,
    Access { caller, .. }: Access<Admin>,
    key_id: KeyId,
    GrantName(name): GrantName,
) -> Result<Reply<GrantChange<G>>, ApiError> {
    let id = key_id.resolve(&caller);
    Ok(Reply(database.delete_grant(id, name).await?))
}
