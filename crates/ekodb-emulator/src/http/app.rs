//! The whole application: the routes and what surrounds them.

use axum::Router;
use axum::middleware::from_fn_with_state;
use tower_http::compression::CompressionLayer;

use super::error::ApiError;
use super::faults::inject;
use super::middleware::{cors, observe};
use super::state::AppState;
use super::{control, docs, routes};

/// Returns all routes on one state.
pub(crate) fn router(state: AppState) -> Router {
    let api = routes::router(state.settings.generation)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .fallback(routes::not_emulated)
        .layer(from_fn_with_state(state.clone(), inject))
        .layer(from_fn_with_state(state.clone(), observe))
        // The page about the API is not part of it: its requests are neither counted nor limited.
        .merge(docs::routes())
        .layer(CompressionLayer::new())
        // Outermost: preflights are not requests of the API, and browsers must be able to read refusals too.
        .layer(cors(&state.settings.origins));
    let whole = match state.settings.control {
        true => api.merge(control::router(&state)),
        false => api,
    };
    whole.with_state(state)
}
