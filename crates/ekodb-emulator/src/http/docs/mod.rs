//! `/docs`: the contract as a page that calls this server. It loads nothing from elsewhere, and
//! cannot.

mod files;
mod viewer_archive;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};

use crate::http::error::ApiError;
use crate::http::state::{AppState, Settings};

/// What the page may do: run and show its own files, and call this server. The viewer's stylesheet
/// holds small pictures.
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
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(redirect))
        .route("/docs", get(redirect))
        .route("/docs/", get(page))
        .route("/docs/{file}", get(file))
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
}

/// The page names its files relative to itself.
async fn redirect(State(settings): State<Arc<Settings>>) -> Result<Redirect, ApiError> {
    check(&settings)?;
    Ok(Redirect::temporary("/docs/"))
}

async fn page(settings: State<Arc<Settings>>) -> Result<Response, ApiError> {
    file(settings, Path("index.html".to_owned())).await
}

async fn file(
    State(settings): State<Arc<Settings>>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    check(&settings)?;
    let file = files::find(&name).ok_or(ApiError::NoDocsFile)?;
    let content = file.content().map_err(|error| {
        let text = "The documentation cannot be shown; the emulator's log has the reason";
        ApiError::internal(text, &error)
    })?;
    Ok((HEADERS, [(CONTENT_TYPE, file.content_type)], content).into_response())
}

fn check(settings: &Settings) -> Result<(), ApiError> {
    if settings.docs {
        Ok(())
    } else {
        Err(ApiError::NoDocs)
    }
}
