//! The permission resources of a key: all of them, grants on collections, grants on key prefixes.
//!
//! Any key may read its own; another key's, and every change, are an admin's. `me` always answers: clients
//! take 404 or 405 there for a server without these routes.

mod collection_grants;
mod kv_grants;

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json as Reply, Router};
use serde::Serialize;
use serde_json::{Value, json};

use crate::access::{Access, Admin, Any, Caller, Restrictions};
use crate::app::App;
use crate::store::{Change, KeyRecord, Keys, Source};
use crate::wire::{ApiError, KeyId};

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route(
            "/api/auth/keys/{key_id}/permissions",
            get(get_key_permissions),
        )
        .merge(collection_grants::routes())
        .merge(kv_grants::routes())
}

async fn get_key_permissions(
    State(app): State<Arc<App>>,
    Access { caller, .. }: Access<Any>,
    key_id: KeyId,
) -> Result<Reply<Value>, ApiError> {
    let record = readable(&app, caller, &key_id)?;
    Ok(Reply(json!({
        "admin": record.is_admin,
        "collections": record.collections,
        "kv": record.kv.values().collect::<Vec<_>>(),
    })))
}

/// What a change did; both members are always sent.
#[derive(Debug, Serialize)]
struct Changed<T> {
    before: Option<T>,
    after: Option<T>,
}

/// The key that a caller asks to read.
fn readable(app: &App, caller: Caller, key_id: &KeyId) -> Result<KeyRecord, ApiError> {
    match key_id {
        KeyId::Me => Ok(caller.0),
        KeyId::Id(id) if *id == caller.0.id => Ok(caller.0),
        KeyId::Id(id) => {
            caller.require_admin()?;
            find(&app.store.snapshot()?, id)
        }
    }
}

/// Changes one key and gives what the change says of it.
async fn change_key<T: Send + 'static>(
    app: &App,
    Access { caller, .. }: Access<Admin>,
    key_id: KeyId,
    mut edit: impl FnMut(&mut KeyRecord) -> Result<Changed<T>, ApiError> + Send + 'static,
) -> Result<Reply<Changed<T>>, ApiError> {
    let id = match key_id {
        KeyId::Me => caller.0.id,
        KeyId::Id(id) => id,
    };
    app.store
        .write(move |change: &Change<'_>| {
            let mut record = find(change, &id)?;
            let changed = edit(&mut record)?;
            Keys(change).put(&record)?;
            Ok(Reply(changed))
        })
        .await
}

fn find(source: &impl Source, id: &str) -> Result<KeyRecord, ApiError> {
    Keys(source)
        .by_id(id)?
        .ok_or_else(|| ApiError::not_found("API key not found"))
}

/// A blank name in a restriction is a slip, never a field.
pub(super) fn refuse_blank(restrictions: &Restrictions) -> Result<(), ApiError> {
    match restrictions.blank() {
        Some(name) => Err(ApiError::bad_request(format!(
            "Invalid {name}: a field name is blank"
        ))),
        None => Ok(()),
    }
}
