//! Lets go wrong what is to go wrong.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Connection, Fault};
use crate::app::App;
use crate::wire::ApiError;

/// By how many seconds the `Date` of a reply is to be wrong. An extension of the reply.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DateSkew(pub(crate) i64);

/// Around every request of the API.
pub(crate) async fn act(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let template = request.extensions().get::<MatchedPath>();
    let fault = template.and_then(|path| app.faults.take(request.method(), path.as_str()));
    match fault {
        Some(fault) => go_wrong(&fault, request, next).await,
        None => next.run(request).await,
    }
}

async fn go_wrong(fault: &Fault, request: Request, next: Next) -> Response {
    tokio::time::sleep(fault.wait()).await;
    if fault.drops()
        && let Some(connection) = request.extensions().get::<Connection>()
    {
        connection.end();
        // Whoever serves the connection drops it, and this with it.
        std::future::pending::<()>().await;
    }
    let mut response = match fault.answer() {
        Some((status, retry_after)) => {
            ApiError::new(status, "A fault that the emulator was told to have")
                .with_retry_after(retry_after)
                .into_response()
        }
        None => next.run(request).await,
    };
    if let Some(seconds) = fault.date_skew() {
        response.extensions_mut().insert(DateSkew(seconds));
    }
    response
}
