//! The routes, one file for each tag of the API. A handler extracts, calls the database and
//! renders.

mod authentication;
mod collections;
mod configuration;
mod health;
mod keys;
mod kv;
mod legacy_permissions;
mod permissions;
mod records;
mod schemas;
mod transactions;
mod trash;
mod unsupported;

use axum::Router;

pub(crate) use unsupported::answer as not_emulated;

use crate::http::state::{AppState, Generation};

/// Returns the routes of the API.
pub(crate) fn router(generation: Generation) -> Router<AppState> {
    let router = Router::new()
        .merge(health::routes())
        .merge(authentication::routes())
        .merge(keys::routes())
        .merge(legacy_permissions::routes())
        .merge(collections::routes())
        .merge(schemas::routes())
        .merge(trash::routes())
        .merge(records::routes())
        .merge(kv::routes())
        .merge(transactions::routes())
        .merge(configuration::routes());
    match generation {
        Generation::Modern => router.merge(permissions::routes()),
        Generation::Legacy => router,
    }
}
