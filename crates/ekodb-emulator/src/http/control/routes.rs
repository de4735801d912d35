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
use crate::engine::{Database, MOST_SNAPSHOTS, Seed, Seeded, Snapshot, rfc3339};
use crate::http::access::Tokens;
use crate::http::error::ApiError;
use crate::http::faults::{Fault, Faults};
use crate::http::state::AppState;
use crate::http::wire::{Json, RawBody};

/// The reply of routes that have nothing to say on success.
const DONE: StatusCode = StatusCode::NO_CONTENT;

pub(crate) fn router(state: &AppState) -> Router<AppState> {
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
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .fallback(async || ApiError::NoControlRoute)
        .layer(from_fn_with_state(state.clone(), guard));
    Router::new().nest("/emulator", routes)
}

async fn health(State(state): State<AppState>) -> Reply<Value> {
    Reply(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "now": rfc3339(state.database.clock().now()),
        "clock_ahead_seconds": state.database.clock().ahead().as_secs_f64(),
        "requests": state.counters.total(),
        "token_requests": state.counters.of("POST", "/api/auth/token"),
        "uptime_seconds": state.started.elapsed().as_secs(),
    }))
}

async fn reset(State(state): State<AppState>) -> Result<StatusCode, ApiError> {
    match state.reset().await {
        Ok(()) => Ok(DONE),
        Err(error) => {
            let text = "The reset failed; the emulator's log has the reason";
            Err(ApiError::internal(text, &error))
        }
    }
}

/// Takes what an export returns.
async fn seed(
    State(database): State<Arc<Database>>,
    RawBody(body): RawBody,
) -> Result<Reply<Seeded>, ApiError> {
    Ok(Reply(database.seed(Seed::lines(body)).await?))
}

async fn snapshot(State(database): State<Arc<Database>>) -> Result<Reply<Value>, ApiError> {
    match database.snapshot().await? {
        Some(Snapshot(number)) => Ok(Reply(json!({ "snapshot": number }))),
        None => Err(ApiError::TooManySnapshots {
            most: MOST_SNAPSHOTS,
        }),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restore {
    snapshot: u64,
}

async fn restore(
    State(state): State<AppState>,
    Json(Restore { snapshot }): Json<Restore>,
) -> Result<StatusCode, ApiError> {
    let epoch = state.tokens.epoch();
    if state.database.restore(Snapshot(snapshot), epoch).await? {
        Ok(DONE)
    } else {
        Err(ApiError::NoSnapshot(snapshot))
    }
}

async fn export_all(State(database): State<Arc<Database>>) -> Result<Response, ApiError> {
    let mut chunks = database.export()?;
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
    State(database): State<Arc<Database>>,
    Json(Advance { advance_seconds }): Json<Advance>,
) -> Result<Reply<Value>, ApiError> {
    database
        .clock()
        .advance(seconds("advance_seconds", advance_seconds)?);
    Ok(Reply(json!({ "now": rfc3339(database.clock().now()) })))
}

async fn expire_tokens(State(state): State<AppState>) -> Result<StatusCode, ApiError> {
    state.expire_tokens().await?;
    Ok(DONE)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Lifetime {
    lifetime_seconds: f64,
}

async fn set_token_lifetime(
    State(tokens): State<Arc<Tokens>>,
    Json(Lifetime { lifetime_seconds }): Json<Lifetime>,
) -> Result<StatusCode, ApiError> {
    let lifetime = seconds("lifetime_seconds", lifetime_seconds)?;
    if lifetime.is_zero() {
        return Err(ApiError::ZeroLifetime);
    }
    tokens.set_lifetime(lifetime);
    Ok(DONE)
}

async fn list_faults(State(faults): State<Arc<Faults>>) -> Reply<Value> {
    Reply(json!({ "faults": faults.all() }))
}

async fn add_fault(
    State(faults): State<Arc<Faults>>,
    Json(fault): Json<Fault>,
) -> Result<StatusCode, ApiError> {
    match faults.add(fault) {
        Ok(()) => Ok(DONE),
        Err(problem) => Err(ApiError::InvalidFault(problem)),
    }
}

async fn clear_faults(State(faults): State<Arc<Faults>>) -> StatusCode {
    faults.clear();
    DONE
}

fn seconds(member: &'static str, seconds: f64) -> Result<Duration, ApiError> {
    Duration::try_from_secs_f64(seconds).map_err(|_| ApiError::NotSeconds(member))
}
