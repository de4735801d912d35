//! The routes under `/emulator/`, which no ekoDB deployment has.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json as Reply, Router};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Value, json};

use super::guard::guard;
use super::seed::seed;
use super::state::MOST_SNAPSHOTS;
use super::{Fault, Snapshot, export};
use crate::app::App;
use crate::clock::rfc3339;
use crate::wire::{ApiError, Json};

/// Where nothing is said on success.
const DONE: StatusCode = StatusCode::NO_CONTENT;

pub(crate) fn router(app: &Arc<App>) -> Router<Arc<App>> {
    let routes = Router::new()
        .route("/health", get(health))
        .route("/reset", post(reset))
        .route("/seed", post(seed))
        .route("/snapshot", post(snapshot))
        .route("/restore", post(restore))
        .route("/export", get(export_all))
        .route("/clock", post(advance))
        .route("/tokens/expire", post(expire_tokens))
        .route("/tokens/lifetime", post(set_token_lifetime))
        .route(
            "/faults",
            get(list_faults).post(add_fault).delete(clear_faults),
        )
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .fallback(async || ApiError::not_found("The emulator has no such control route"))
        .layer(from_fn_with_state(Arc::clone(app), guard));
    Router::new().nest("/emulator", routes)
}

async fn health(State(app): State<Arc<App>>) -> Reply<Value> {
    Reply(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "now": rfc3339(app.clock.now()),
        "clock_ahead_seconds": app.clock.ahead().as_secs_f64(),
        "requests": app.counters.total(),
        "token_requests": app.counters.of("POST", "/api/auth/token"),
        "uptime_seconds": app.started.elapsed().as_secs(),
    }))
}

async fn reset(State(app): State<Arc<App>>) -> Result<StatusCode, ApiError> {
    match app.reset().await {
        Ok(()) => Ok(DONE),
        Err(error) => {
            tracing::error!(%error, "a reset failed");
            Err(ApiError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The reset failed; the emulator's log has the reason",
            ))
        }
    }
}

async fn snapshot(State(app): State<Arc<App>>) -> Result<Reply<Value>, ApiError> {
    match app.take_snapshot().await? {
        Some(Snapshot(number)) => Ok(Reply(json!({ "snapshot": number }))),
        None => Err(ApiError::conflict(format!(
            "There are {MOST_SNAPSHOTS} snapshots already: restore an early one or reset, which forgets the others"
        ))),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restore {
    snapshot: u64,
}

async fn restore(
    State(app): State<Arc<App>>,
    Json(Restore { snapshot }): Json<Restore>,
) -> Result<StatusCode, ApiError> {
    if app.restore(Snapshot(snapshot)).await? {
        Ok(DONE)
    } else {
        Err(ApiError::not_found(format!(
            "There is no snapshot {snapshot}: a reset forgets all, and restoring one forgets those made after it"
        )))
    }
}

async fn export_all(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    let mut chunks = export(app)?;
    let body = Body::from_stream(futures::stream::poll_fn(move |context| {
        chunks.poll_recv(context)
    }));
    Ok(([(CONTENT_TYPE, "application/x-ndjson")], body).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: f64,
}

async fn advance(
    State(app): State<Arc<App>>,
    Json(Advance { advance_seconds }): Json<Advance>,
) -> Result<Reply<Value>, ApiError> {
    app.clock
        .advance(seconds("advance_seconds", advance_seconds)?);
    Ok(Reply(json!({ "now": rfc3339(app.clock.now()) })))
}

async fn expire_tokens(State(app): State<Arc<App>>) -> StatusCode {
    app.expire_tokens();
    DONE
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lifetime {
    lifetime_seconds: f64,
}

async fn set_token_lifetime(
    State(app): State<Arc<App>>,
    Json(Lifetime { lifetime_seconds }): Json<Lifetime>,
) -> Result<StatusCode, ApiError> {
    let lifetime = seconds("lifetime_seconds", lifetime_seconds)?;
    if lifetime.is_zero() {
        return Err(ApiError::bad_request(
            "'lifetime_seconds' is zero: no token could ever be used",
        ));
    }
    app.tokens.set_lifetime(lifetime);
    Ok(DONE)
}

async fn list_faults(State(app): State<Arc<App>>) -> Reply<Value> {
    Reply(json!({ "faults": app.faults.all() }))
}

async fn add_fault(
    State(app): State<Arc<App>>,
    Json(fault): Json<Fault>,
) -> Result<StatusCode, ApiError> {
    match app.faults.add(fault) {
        Ok(()) => Ok(DONE),
        Err(problem) => Err(ApiError::bad_request(format!("Invalid fault: {problem}"))),
    }
}

async fn clear_faults(State(app): State<Arc<App>>) -> StatusCode {
    app.faults.clear();
    DONE
}

fn seconds(member: &str, seconds: f64) -> Result<Duration, ApiError> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        ApiError::bad_request(format!("'{member}' must be a number of seconds, 0 or more"))
    })
}
