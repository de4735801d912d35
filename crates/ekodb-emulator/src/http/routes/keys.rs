//! Registering, listing and revoking keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::{delete, get, post};
use axum::{Json as Reply, Router};
use ekodb_api::SecretString;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::engine::{ApiKey, CollectionGrant, Database, NewKey, present};
use crate::http::access::{Access, Admin};
use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::http::wire::{KeyJson, KeyReference};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/auth/register", post(register_key))
        .route("/api/auth/keys", get(list_keys))
        .route("/api/auth/keys/{key}", delete(revoke_key))
}

#[derive(Deserialize)]
struct RegisterKeyRequest {
    api_key: SecretString,
    #[serde(default, deserialize_with = "present")]
    label: Option<String>,
    #[serde(default, deserialize_with = "present")]
    description: Option<String>,
    #[serde(default)]
    collection_permissions: BTreeMap<String, Vec<Permission>>,
    #[serde(default)]
    is_admin: bool,
    #[serde(default, deserialize_with = "present")]
    key: Option<SecretString>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Permission {
    Read,
    Write,
}

/// The admin key in the body is what counts: a bearer is neither needed nor looked at.
async fn register_key(
    State(database): State<Arc<Database>>,
    KeyJson(request): KeyJson<RegisterKeyRequest>,
) -> Result<Reply<Value>, ApiError> {
    let collections = request.collection_permissions.into_iter();
    let new = NewKey {
        label: request.label,
        description: request.description,
        is_admin: request.is_admin,
        collections: collections
            .map(|(name, permissions)| (name, grant_of(&permissions)))
            .collect(),
        value: request.key,
    };
    let key = database.register_key(request.api_key, new).await?;
    Ok(Reply(key_reply(&key)))
}

fn grant_of(permissions: &[Permission]) -> CollectionGrant {
    CollectionGrant {
        read: permissions.contains(&Permission::Read),
        write: permissions.contains(&Permission::Write),
        ..CollectionGrant::default()
    }
}

async fn list_keys(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
) -> Result<Reply<Vec<Value>>, ApiError> {
    Ok(Reply(database.keys()?.iter().map(key_reply).collect()))
}

async fn revoke_key(
    State(database): State<Arc<Database>>,
    _: Access<Admin>,
    KeyReference(reference): KeyReference,
) -> Result<StatusCode, ApiError> {
    database.revoke_key(SecretString::new(reference)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A key as replies show it, its value included.
pub(super) fn key_reply(record: &ApiKey) -> Value {
    json!({
        "id": record.id,
        "key": record.key,
        "label": record.label,
        "description": record.description,
        "is_admin": record.is_admin,
        "collection_permissions": collection_permissions(record),
        "kv_permissions": kv_permissions(record),
        "created_at": record.created_at,
    })
}

/// Action arrays while no grant is restricted; once one is, an array cannot say it and all are
/// objects.
pub(super) fn collection_permissions(record: &ApiKey) -> Value {
    if record
        .collections
        .values()
        .any(CollectionGrant::is_restricted)
    {
        return json!(record.collections);
    }
    let actions = |grant: &CollectionGrant| {
        let mut actions = Vec::new();
        if grant.read {
            actions.push("read");
        }
        if grant.write {
            actions.push("write");
        }
        json!(actions)
    };
    record
        .collections
        .iter()
        .map(|(name, grant)| (name.clone(), actions(grant)))
        .collect()
}

/// `null` while there is none.
pub(super) fn kv_permissions(record: &ApiKey) -> Value {
    if record.kv.is_empty() {
        return Value::Null;
    }
    record.kv.values().map(|grant| json!(grant)).collect()
}
