//! The routes, one file per tag of the API.

mod authentication;
mod collections;
mod configuration;
mod cors;
mod health;
mod keys;
mod legacy_permissions;
mod permissions;
mod records;
mod schemas;
mod trash;
mod unsupported;

mod observe;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower_http::compression::CompressionLayer;

pub(crate) use records::{Collection, prepare};

use crate::app::{App, Generation};
use crate::control;
use crate::docs;
use crate::wire::ApiError;

/// The whole API on one state.
pub(crate) fn router(app: Arc<App>) -> Router {
    let mut router = Router::new()
        .merge(health::routes())
        .merge(authentication::routes())
        .merge(keys::routes())
        .merge(legacy_permissions::routes())
        .merge(collections::routes())
        .merge(schemas::routes())
        .merge(trash::routes())
        .merge(records::routes())
        .merge(configuration::routes());
    if app.generation == Generation::Modern {
        router = router.merge(permissions::routes());
    }
    let api = router
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .fallback(unsupported::answer)
        .layer(from_fn_with_state(Arc::clone(&app), control::act))
        .layer(from_fn_with_state(Arc::clone(&app), observe::observe))
        // A page about the API, no part of it: neither counted nor limited.
        .merge(docs::routes())
        .layer(CompressionLayer::new())
        // Outermost: preflights are no requests of the API, and browsers must be able to read refusals too.
        .layer(cors::layer(&app.origins));
    let whole = match app.control {
        true => api.merge(control::router(&app)),
        false => api,
    };
    whole.with_state(app)
}
