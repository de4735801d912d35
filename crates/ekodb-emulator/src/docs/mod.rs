//! `/docs`: the contract as a page that calls this server. It loads nothing from elsewhere, and cannot.

mod archive;
mod files;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};

use crate::app::App;
use crate::wire::ApiError;

/// What the page may do: run and show its own files, and call this server. The viewer's stylesheet holds small
/// pictures.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 4] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    // Another version of the emulator may answer on this port tomorrow.
    (CACHE_CONTROL, "no-cache"),
];

/// The page and its files. Switched off, they are not found.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/docs", get(entrance))
        .route("/docs/", get(page))
        .route("/docs/{file}", get(file))
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
}

/// The page names its files relative to itself.
async fn entrance(State(app): State<Arc<App>>) -> Result<Redirect, ApiError> {
    check(&app)?;
    Ok(Redirect::temporary("/docs/"))
}

async fn page(app: State<Arc<App>>) -> Result<Response, ApiError> {
    file(app, Path("index.html".to_owned())).await
}

async fn file(State(app): State<Arc<App>>, Path(name): Path<String>) -> Result<Response, ApiError> {
    check(&app)?;
    let file = files::find(&name)
        .ok_or_else(|| ApiError::not_found("The documentation has no such file"))?;
    let content = file.content().map_err(|error| {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "the documentation cannot be shown"
        );
        ApiError::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The documentation cannot be shown; the emulator's log has the reason",
        )
    })?;
    Ok((HEADERS, [(CONTENT_TYPE, file.content_type)], content).into_response())
}

fn check(app: &App) -> Result<(), ApiError> {
    if app.docs {
        Ok(())
    } else {
        Err(ApiError::not_found("The documentation is switched off"))
    }
}
