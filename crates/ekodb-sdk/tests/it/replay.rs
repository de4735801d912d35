//! A call that is answered with 401 is sent once more, with a new token.

use std::sync::atomic::{AtomicBool, Ordering};

use ekodb_client::{ErrorKind, Retry};

use crate::support::{Reply, Request, Server, builder, client, error_of, idempotent, soon};

fn unauthorized() -> Reply {
    Reply::json(401, r#"{"code":401,"message":"Invalid or expired token"}"#)
}

/// Accepts every token but the first.
fn but_the_first(request: &Request) -> Reply {
    match request.header("authorization") {
        Some("Bearer token-1") => unauthorized(),
        _ => Reply::json(200, "{}"),
    }
}

#[tokio::test]
async fn a_call_is_sent_once_more_with_a_new_token_and_the_same_body() {
    let server = Server::with_tokens(but_the_first).await;
    soon(client(&server).config().use_typed_values(false))
        .await
        .unwrap();
    let calls = server.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[1].header("authorization"), Some("Bearer token-2"));
    assert_eq!(calls[0].body, calls[1].body);
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test]
async fn a_call_that_is_always_answered_with_401_is_refreshed_and_replayed_once() {
    let server = Server::with_tokens(|_| unauthorized()).await;
    let error = idempotent(&client(&server)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(error.status(), Some(401));
    assert_eq!(error.operation(), Some("update_config"));
    assert!(error.has_no_side_effects());
    assert_eq!(server.calls().len(), 2);
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test]
async fn a_replay_needs_no_retries_and_is_not_bound_by_their_number() {
    let server = Server::with_tokens(but_the_first).await;
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    soon(client.config().use_typed_values(true).no_retry())
        .await
        .unwrap();
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn a_replay_counts_as_an_attempt() {
    let server = Server::with_tokens(|request| match request.before {
        0 => unauthorized(),
        _ => Reply::empty(503),
    })
    .await;
    let error = idempotent(&client(&server)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(server.calls().len(), 3);
}

#[tokio::test]
async fn a_403_is_neither_refreshed_nor_replayed() {
    let server = Server::with_tokens(|_| Reply::json(403, r#"{"error":"no"}"#)).await;
    let error = idempotent(&client(&server)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!((server.calls().len(), server.token_requests()), (1, 1));
}

#[tokio::test]
async fn a_key_that_is_rejected_during_the_refresh_is_reported_instead_of_the_401() {
    let revoked = AtomicBool::new(false);
    let server = Server::start(move |request| match request.target.as_str() {
        "/api/auth/token" if revoked.load(Ordering::Relaxed) => {
            Reply::json(401, r#"{"error":"Invalid API key"}"#)
        }
        "/api/auth/token" => Reply::json(200, r#"{"token":"token-1"}"#),
        _ => {
            revoked.store(true, Ordering::Relaxed);
            unauthorized()
        }
    })
    .await;
    let error = idempotent(&client(&server)).await.unwrap_err();
    assert_eq!(error.operation(), Some("create_token"));
    assert_eq!(error.message(), Some("Invalid API key"));
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_call_without_a_token_is_not_sent_again() {
    let server = Server::start(|_| unauthorized()).await;
    let error = error_of(client(&server).health()).await;
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_token_that_was_invalidated_is_replaced_by_the_next_call() {
    let server = Server::with_tokens(|_| Reply::json(200, "{}")).await;
    let client = client(&server);
    idempotent(&client).await.unwrap();
    client.invalidate_token();
    idempotent(&client).await.unwrap();
    let call = &server.calls()[1];
    assert_eq!(call.header("authorization"), Some("Bearer token-2"));
}
