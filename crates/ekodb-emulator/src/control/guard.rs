//! Who may control an emulator: somebody on this machine who holds its admin key.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::AUTHORIZATION;
use subtle::ConstantTimeEq;

use super::Connection;
use crate::app::App;
use crate::wire::ApiError;

/// The key itself is the bearer: a token would stop being good just when it is needed, after all tokens have been expired.
pub(super) async fn guard(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let connection = request.extensions().get::<Connection>();
    if !connection.is_some_and(Connection::is_of_this_machine) {
        return Err(ApiError::forbidden(
            "The routes under /emulator/ are for clients on the emulator's own machine",
        ));
    }
    let header = request.headers().get(AUTHORIZATION);
    let bearer = header.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    match bearer {
        Some(key) if is_admin_key(&app, key) => Ok(next.run(request).await),
        _ => Err(ApiError::unauthorized_because(
            "The routes under /emulator/ need the emulator's admin key as the bearer: Authorization: Bearer <admin key>",
        )),
    }
}

fn is_admin_key(app: &App, key: &str) -> bool {
    key.as_bytes()
        .ct_eq(app.admin_key.expose().as_bytes())
        .into()
}
