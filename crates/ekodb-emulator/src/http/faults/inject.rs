//! Injecting faults into requests.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::fault::{Fault, Faults};
use crate::http::connection::Connection;
use crate::http::error::ApiError;

/// By how many seconds the `Date` of a reply is to be wrong. An extension of the reply.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DateSkew(pub(crate) i64);

/// Middleware around every request of the API.
pub(crate) async fn inject(
    State(faults): State<Arc<Faults>>,
    request: Request,
    next: Next,
) -> Response {
    let template = request.extensions().get::<MatchedPath>();
    let fault = template.and_then(|path| faults.take(request.method(), path.as_str()));
    match fault {
        Some(fault) => apply(&fault, request, next).await,
        None => next.run(request).await,
    }
}

async fn apply(fault: &Fault, request: Request, next: Next) -> Response {
    tokio::time::sleep(fault.wait()).await;
    if fault.drop
        && let Some(connection) = request.extensions().get::<Connection>()
    {
        connection.end();
        // The accept loop drops the connection, and this future with it.
        std::future::pending::<()>().await;
    }
    let mut response = match fault.answer() {
        Some((status, retry_after)) => ApiError::Injected {
            status,
            retry_after,
        }
        .into_response(),
        None => next.run(request).await,
    };
    if let Some(seconds) = fault.date_skew_seconds {
        response.extensions_mut().insert(DateSkew(seconds));
    }
    response
}
