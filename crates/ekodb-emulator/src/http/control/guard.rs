//! Who may control an emulator: a client on this machine that holds its admin key.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use ekodb_api::SecretString;
use http::header::AUTHORIZATION;
use subtle::ConstantTimeEq;

use crate::http::connection::Connection;
use crate::http::error::ApiError;

/// The key itself is the bearer: a token would not work after all tokens have been expired, when it
/// is needed.
pub(super) async fn guard(
    State(admin_key): State<Arc<SecretString>>,
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
        Some(key) if is_same(&admin_key, key) => Ok(next.run(request).await),
        _ => Err(ApiError::NoControlKey),
    }
}

fn is_same(admin_key: &SecretString, key: &str) -> bool {
    let admin_key = admin_key.expose().as_bytes();
    key.as_bytes().ct_eq(admin_key).into()
}
