//! Who may control an emulator: a client on this machine that holds its admin key.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::AUTHORIZATION;
use subtle::ConstantTimeEq;

use crate::http::connection::Connection;
use crate::http::error::ApiError;
use crate::http::state::Settings;

/// The key itself is the bearer: a token would not work after all tokens have been expired, when it
/// is needed.
pub(super) async fn guard(
    State(settings): State<Arc<Settings>>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let connection = request.extensions().get::<Connection>();
    if !connection.is_some_and(Connection::is_of_this_machine) {
        return Err(ApiError::NotLocal);
    }
    let header = request.headers().get(AUTHORIZATION);
    let bearer = header.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match bearer {
        Some(key) if is_admin_key(&settings, key) => Ok(next.run(request).await),
        _ => Err(ApiError::NoControlKey),
    }
}

fn is_admin_key(settings: &Settings, key: &str) -> bool {
    key.as_bytes()
        .ct_eq(settings.admin_key.expose().as_bytes())
        .into()
}
