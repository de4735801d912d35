//! A call that is answered with 401: a new token, and once more.

use std::sync::atomic::{AtomicBool, Ordering};

use ekodb_client::{ErrorKind, Retry};
use futures::future::join_all;

use crate::support::{Answer, Seen, Server, builder, client, soon};

fn unauthorized() -> Answer {
    Answer::json(401, r#"{"code":401,"message":"Invalid or expired token"}"#)
}

/// Accepts every token but the first.
fn but_the_first(request: &Seen) -> Answer {
    match request.header("authorization") {
        Some("Bearer token-1") => unauthorized(),
        _ => Answer::json(200, "{}"),
    }
}

#[tokio::test]
async fn the_call_is_sent_once_more_with_a_new_token_and_the_same_body() {
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
async fn many_calls_at_once_cost_one_new_token() {
    let server = Server::with_tokens(but_the_first).await;
    let client = client(&server);
    let calls = (0..16).map(|_| client.config().use_typed_values(true).into_future());
    for outcome in soon(join_all(calls)).await {
        outcome.unwrap();
    }
    assert_eq!(server.token_requests(), 2);
    let rejected = server
        .calls()
        .iter()
        .filter(|call| call.header("authorization") == Some("Bearer token-1"))
        .count();
    assert_eq!(server.calls().len(), 16 + rejected);
}

#[tokio::test]
async fn a_second_401_is_the_callers() {
    let server = Server::with_tokens(|_| unauthorized()).await;
    let error = soon(client(&server).config().use_typed_values(true))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(error.operation(), Some("update_config"));
    assert!(error.has_no_side_effects());
    assert_eq!(server.calls().len(), 2);
    assert_eq!(server.token_requests(), 2);
}

#[tokio::test]
async fn it_needs_no_retries_and_is_not_bound_by_their_number() {
    let server = Server::with_tokens(but_the_first).await;
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    soon(client.config().use_typed_values(true).no_retry())
        .await
        .unwrap();
    assert_eq!(server.calls().len(), 2);
}

#[tokio::test]
async fn it_counts_as_an_attempt() {
    let server = Server::with_tokens(|request| match request.before {
        0 => unauthorized(),
        _ => Answer::empty(503),
    })
    .await;
    let error = soon(client(&server).config().use_typed_values(true))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(server.calls().len(), 3);
}

#[tokio::test]
async fn a_403_is_never_sent_again() {
    let server = Server::with_tokens(|_| Answer::json(403, r#"{"error":"no"}"#)).await;
    let error = soon(client(&server).config().use_typed_values(true))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);
    assert_eq!((server.calls().len(), server.token_requests()), (1, 1));
}

#[tokio::test]
async fn a_rejected_key_is_told_at_once() {
    for status in [401, 403] {
        let server =
            Server::start(move |_| Answer::json(status, r#"{"error":"Invalid API key"}"#)).await;
        let error = soon(client(&server).config().use_typed_values(true))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthenticated);
        assert_eq!(error.status(), Some(status));
        assert_eq!(error.operation(), Some("create_token"));
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_key_that_is_rejected_on_the_way_is_told_instead_of_the_401() {
    let revoked = AtomicBool::new(false);
    let server = Server::start(move |request| match request.target.as_str() {
        "/api/auth/token" if revoked.load(Ordering::Relaxed) => {
            Answer::json(401, r#"{"error":"Invalid API key"}"#)
        }
        "/api/auth/token" => Answer::json(200, r#"{"token":"token-1"}"#),
        _ => {
            revoked.store(true, Ordering::Relaxed);
            unauthorized()
        }
    })
    .await;
    let error = soon(client(&server).config().use_typed_values(true))
        .await
        .unwrap_err();
    assert_eq!(error.operation(), Some("create_token"));
    assert_eq!(error.message(), Some("Invalid API key"));
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_call_without_a_token_is_not_sent_again() {
    let server = Server::start(|_| unauthorized()).await;
    let error = soon(client(&server).health()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_token_that_was_invalidated_is_replaced_by_the_next_call() {
    let server = Server::with_tokens(|_| Answer::json(200, "{}")).await;
    let client = client(&server);
    soon(client.config().use_typed_values(true)).await.unwrap();
    client.invalidate_token();
    soon(client.config().use_typed_values(true)).await.unwrap();
    assert_eq!(
        server.calls()[1].header("authorization"),
        Some("Bearer token-2")
    );
}
