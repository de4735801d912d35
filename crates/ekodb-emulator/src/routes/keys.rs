//! Registering, listing and revoking keys.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use axum::extract::State;
use axum::routing::{delete, get, post};
use axum::{Json as Reply, Router};
use ekodb_api::SecretString;
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::access::{Access, Admin, CollectionGrant, present};
use crate::app::App;
use crate::store::{KeyRecord, Keys};
use crate::wire::{ApiError, Json, KeyReference, checked};

pub(super) fn routes() -> Router<Arc<App>> {
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
    State(app): State<Arc<App>>,
    Json(request): Json<RegisterKeyRequest>,
) -> Result<Reply<Value>, ApiError> {
    let api_key = request.api_key.clone();
    let new = new_key(&app, request);
    app.store
        .write(move |change| {
            let keys = Keys(change);
            let registrar = keys
                .by_value(api_key.expose())?
                .ok_or_else(ApiError::unknown_key)?;
            if !registrar.is_admin {
                return Err(ApiError::forbidden("Registering a key needs an admin key"));
            }
            let new = new.as_ref().map_err(ApiError::clone)?;
            if keys.by_value(new.key.expose())?.is_some() {
                return Err(ApiError::conflict("This key already exists"));
            }
            keys.put(new)?;
            Ok(Reply(key_reply(new)))
        })
        .await
}

fn new_key(app: &App, request: RegisterKeyRequest) -> Result<KeyRecord, ApiError> {
    let mut collections = BTreeMap::new();
    for (name, permissions) in request.collection_permissions {
        checked("collection name", &name)?;
        let grant = CollectionGrant {
            read: permissions.contains(&Permission::Read),
            write: permissions.contains(&Permission::Write),
            ..CollectionGrant::default()
        };
        collections.insert(name, grant);
    }
    let mut record = KeyRecord::new(request.is_admin, app.clock.now()).map_err(|error| {
        tracing::error!(%error, "no random bytes for a key");
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "No key could be made")
    })?;
    if let Some(key) = request.key {
        refuse_weak(&key)?;
        record.key = key;
    }
    record.label = request.label;
    record.description = request.description;
    record.collections = collections;
    Ok(record)
}

/// A key somebody chose must be hard to guess, and fit for a header and a shell.
fn refuse_weak(key: &SecretString) -> Result<(), ApiError> {
    let key = key.expose();
    let distinct: HashSet<char> = key.chars().collect();
    if key.chars().count() < 32 || distinct.len() < 8 {
        return Err(ApiError::bad_request(
            "The key is too weak: it needs at least 32 characters, 8 of them different",
        ));
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ApiError::bad_request(
            "The key may only have visible ASCII characters",
        ));
    }
    Ok(())
}

async fn list_keys(
    State(app): State<Arc<App>>,
    _: Access<Admin>,
) -> Result<Reply<Vec<Value>>, ApiError> {
    let keys = Keys(&app.store.snapshot()?).all()?;
    Ok(Reply(keys.iter().map(key_reply).collect()))
}

async fn revoke_key(
    State(app): State<Arc<App>>,
    _: Access<Admin>,
    KeyReference(reference): KeyReference,
) -> Result<StatusCode, ApiError> {
    let reference = SecretString::new(reference);
    app.store
        .write(move |change| {
            let keys = Keys(change);
            let found = match keys.by_id(reference.expose())? {
                Some(record) => Some(record),
                None => keys.by_value(reference.expose())?,
            };
            let record = found.ok_or_else(|| ApiError::not_found("API key not found"))?;
            keys.remove(&record)?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

/// A key as replies show it, its value included.
pub(super) fn key_reply(record: &KeyRecord) -> Value {
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

/// Action arrays while no grant is restricted; once one is, an array cannot say it and all are objects.
pub(super) fn collection_permissions(record: &KeyRecord) -> Value {
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
pub(super) fn kv_permissions(record: &KeyRecord) -> Value {
    if record.kv.is_empty() {
        return Value::Null;
    }
    record.kv.values().map(|grant| json!(grant)).collect()
}
