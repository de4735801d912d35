//! The whole application: the routes and what surrounds them.

use std::any::Any;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use super::error::ApiError;
use super::faults::inject;
use super::middleware::{check_collection_name, check_host, cors, drain, observe};
use super::state::AppState;
use super::{control, docs, routes};

/// Returns all routes on one state.
pub(crate) fn router(state: AppState) -> Router {
    let api = routes::router(state.settings.generation)
        .route_layer(from_fn_with_state(state.clone(), check_collection_name))
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .fallback(routes::not_emulated)
        .layer(from_fn_with_state(state.clone(), inject))
        .layer(from_fn_with_state(state.clone(), observe))
        // The page about the API is not part of it: its requests are neither counted nor limited.
        .merge(docs::routes())
        .layer(CompressionLayer::new())
        // Outermost: preflights are not requests of the API, and browsers must be able to read
        // refusals too.
        .layer(cors(&state.settings.origins));
    let whole = match state.settings.control {
        true => api.merge(control::router(&state)),
        false => api,
    };
    whole
        .layer(from_fn_with_state(state.clone(), check_host))
        .layer(CatchPanicLayer::custom(on_panic))
        .layer(from_fn(drain))
        .with_state(state)
}

/// A panic is a defect of the emulator. It ends one request, not the connection.
fn on_panic(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(
        panic = text.unwrap_or("unknown"),
        "a request ended in a panic"
    );
    ApiError::Internal("The request ended unexpectedly; the emulator's log has the reason")
        .into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use http::{Request, StatusCode};
    use tower::ServiceExt as _;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_internal_error() {
        let panics = async || -> StatusCode { panic!("on purpose") };
        let router: Router = Router::new()
            .route("/", get(panics))
            .layer(CatchPanicLayer::custom(on_panic));
        let response = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    }
}
