//! Sessions of a web service in the key-value store: they expire by themselves.
//!
//!     cargo run --example sessions
//!
//! It listens on 127.0.0.1, on the port that PORT names (3000 unless it is set, 0 for any that is
//! free), until Ctrl-C.
#![allow(clippy::print_stdout, reason = "it tells a person what happens")]

#[path = "support/service.rs"]
mod service;
mod support;

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use ekodb_client::{ErrorKind, kv::Kv};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How long a session lives without a request.
const LIFETIME: Duration = Duration::from_secs(30 * 60);

/// Where sessions are kept. The keys have a prefix: a limited key with a grant on it is all that
/// this service needs.
#[derive(Clone)]
struct Sessions {
    kv: Kv,
    prefix: String,
}

impl Sessions {
    fn key(&self, id: &str) -> String {
        format!("{}{id}", self.prefix)
    }
}

#[derive(Serialize, Deserialize)]
struct Session {
    user: String,
    requests: u32,
}

#[derive(Deserialize)]
struct Login {
    user: String,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _emulator) = support::connect().await?;
    let routes = Router::new()
        .route("/sessions", post(log_in).get(list))
        .route("/sessions/{id}", get(visit).delete(log_out))
        .with_state(Sessions {
            kv: client.kv(),
            prefix: format!("{}:", support::unique("sessions")),
        });
    let listener = service::listen().await?;
    let url = format!("http://{}/sessions", listener.local_addr()?);
    println!("Listening; try");
    println!("  curl {url} -H 'content-type: application/json' -d '{{\"user\":\"ada\"}}'");
    println!("  curl {url}");
    service::serve(listener, routes).await?;
    println!("Stopped.");
    Ok(())
}

async fn log_in(
    State(sessions): State<Sessions>,
    Json(login): Json<Login>,
) -> Result<Response, Failure> {
    let id = random_id();
    let session = Session {
        user: login.user,
        requests: 0,
    };
    sessions
        .kv
        .set(sessions.key(&id), &session)
        .ttl(LIFETIME)
        .await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))).into_response())
}

/// Each visit begins the session's time from the start.
async fn visit(
    State(sessions): State<Sessions>,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (kv, key) = (&sessions.kv, sessions.key(&id));
    let Some(mut session) = kv.get::<Session>(&key).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    session.requests += 1;
    kv.set(&key, &session).ttl(LIFETIME).await?;
    Ok(Json(session).into_response())
}

async fn log_out(
    State(sessions): State<Sessions>,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    Ok(match sessions.kv.delete(sessions.key(&id)).await? {
        true => StatusCode::NO_CONTENT,
        false => StatusCode::NOT_FOUND,
    })
}

/// Who has a session.
async fn list(State(sessions): State<Sessions>) -> Result<Json<Value>, Failure> {
    let mut users = Vec::new();
    let own = format!("^{}", sessions.prefix);
    for entry in sessions.kv.find().pattern(own).await? {
        users.push(entry.decode::<Session>()?.user);
    }
    Ok(Json(json!({ "users": users })))
}

/// An id that nobody guesses, from the operating system's randomness.
fn random_id() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// What a caller of this service is told: nothing of the store behind it.
struct Failure(ekodb_client::Error);

impl From<ekodb_client::Error> for Failure {
    fn from(error: ekodb_client::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        tracing::warn!(error = %self.0, "a call failed");
        match self.0.kind() {
            ErrorKind::InvalidArgument => StatusCode::NOT_FOUND,
            _ if self.0.is_retryable() => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        }
        .into_response()
    }
}
