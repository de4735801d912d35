//! A web service with the client in its state.
//!
//!     cargo run --example web_service
//!
//! It listens on 127.0.0.1, on the port that PORT names (3000 unless it is set, 0 for any that is
//! free), until Ctrl-C.
#![allow(clippy::print_stdout, reason = "it tells a person what happens")]

#[path = "support/service.rs"]
mod service;
mod support;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use ekodb_client::{Collection, CollectionSchema, ErrorKind, Field, query::field};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Serialize, Deserialize)]
struct Note {
    author: String,
    text: String,
}

/// Cheap to clone: every handler has its own, and all share one token and one pool of connections.
type Notes = Collection<Note>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, _emulator) = support::connect().await?;
    let name = support::unique("web_notes");
    let schema = CollectionSchema::new().field("author", Field::string().required());
    client.collection(&name).create(schema).await?;
    let notes = client.collection(&name).typed::<Note>();

    let routes = Router::new()
        .route("/notes", get(list).post(write))
        .route("/notes/{id}", get(read).delete(remove))
        .with_state(notes);
    let listener = service::listen().await?;
    let url = format!("http://{}/notes", listener.local_addr()?);
    println!("Listening; try");
    println!(
        "  curl {url} -H 'content-type: application/json' -d '{{\"author\":\"ada\",\"text\":\"hi\"}}'"
    );
    println!("  curl '{url}?author=ada'");
    service::serve(listener, routes).await?;

    client.collection(&name).delete_collection().await?;
    println!("Stopped.");
    Ok(())
}

#[derive(Deserialize)]
struct Wanted {
    author: Option<String>,
}

async fn list(
    State(notes): State<Notes>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Vec<Note>>, Failure> {
    let mut find = notes.find().limit(100);
    if let Some(author) = wanted.author {
        find = find.filter(field("author").eq(author));
    }
    Ok(Json(find.await?))
}

async fn write(State(notes): State<Notes>, Json(note): Json<Note>) -> Result<Response, Failure> {
    let id = notes.insert(&note).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))).into_response())
}

async fn read(State(notes): State<Notes>, Path(id): Path<String>) -> Result<Json<Note>, Failure> {
    Ok(Json(notes.get(id).await?))
}

async fn remove(State(notes): State<Notes>, Path(id): Path<String>) -> Result<StatusCode, Failure> {
    notes.delete(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a caller of this service is told: whose fault it is, and nothing of the database behind it.
struct Failure(ekodb_client::Error);

impl From<ekodb_client::Error> for Failure {
    fn from(error: ekodb_client::Error) -> Self {
        Self(error)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, text) = match self.0.kind() {
            ErrorKind::NotFound => (StatusCode::NOT_FOUND, "there is no such note"),
            ErrorKind::InvalidArgument | ErrorKind::InvalidRequest => {
                (StatusCode::BAD_REQUEST, "that is no note")
            }
            _ if self.0.is_retryable() => (StatusCode::SERVICE_UNAVAILABLE, "try again later"),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, "that is our fault"),
        };
        // An error of the client never holds a key or a token: it may be logged.
        tracing::warn!(error = %self.0, "a call failed");
        (status, Json(json!({ "error": text }))).into_response()
    }
}
