//! Every call ends in time, whatever the server does, and leaves nothing behind.

use std::time::Duration;

use ekodb_client::{ErrorKind, Retry, TokenRefresh};

use crate::support::{Answer, Server, builder, client, soon};

const SHORT: Duration = Duration::from_millis(60);

/// Longer than any of these tests may take.
const LONG: Duration = Duration::from_secs(600);

fn silent() -> [Answer; 3] {
    [Answer::hang(), Answer::head_only(), Answer::trickle()]
}

#[tokio::test]
async fn an_attempt_ends_at_its_timeout() {
    for answer in silent() {
        let server = Server::start(move |_| answer.clone()).await;
        let client = builder(&server)
            .attempt_timeout(SHORT)
            .deadline(LONG)
            .retry(Retry::none())
            .build()
            .unwrap();
        let error = soon(client.health()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(
            error.to_string(),
            "get_health: no complete reply within the attempt timeout of 60ms"
        );
        soon(server.idle()).await;
    }
}

#[tokio::test]
async fn a_connection_ends_at_its_timeout_with_nothing_sent() {
    // It accepts, and then does not speak TLS.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = ekodb_client::Client::builder()
        .base_url(format!("https://{}", listener.local_addr().unwrap()))
        .api_key("ek-test")
        .connect_timeout(SHORT)
        .attempt_timeout(LONG)
        .deadline(LONG)
        .retry(Retry::none())
        .build()
        .unwrap();
    let error = soon(client.health()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(
        error.to_string(),
        "get_health: no connection to the server within the connect timeout; check base_url and the network"
    );
    assert!(error.has_no_side_effects());
}

#[tokio::test]
async fn an_attempt_that_took_too_long_is_followed_by_another() {
    let server = Server::start(|request| match request.before {
        0 => Answer::hang(),
        _ => Answer::ok(),
    })
    .await;
    let client = builder(&server).attempt_timeout(SHORT).build().unwrap();
    soon(client.health()).await.unwrap();
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_timeout_tells_the_failure_before_it() {
    let server = Server::start(|request| match request.before {
        0 => Answer::empty(503),
        _ => Answer::hang(),
    })
    .await;
    let client = builder(&server)
        .attempt_timeout(LONG)
        .deadline(SHORT)
        .build()
        .unwrap();
    let error = soon(client.health()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let source = std::error::Error::source(&error).map(ToString::to_string);
    assert_eq!(
        source.as_deref(),
        Some("the server is not ready; try again later (HTTP 503)")
    );
}

#[tokio::test]
async fn a_call_ends_at_its_deadline() {
    for answer in silent() {
        let server = Server::start(move |_| answer.clone()).await;
        let client = builder(&server)
            .attempt_timeout(LONG)
            .deadline(SHORT)
            .build()
            .unwrap();
        let error = soon(client.health()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(
            error.to_string(),
            "get_health: the call did not end within its deadline of 60ms"
        );
        assert_eq!(server.seen().len(), 1);
        soon(server.idle()).await;
    }
}

#[tokio::test]
async fn a_call_can_have_a_deadline_of_its_own() {
    let server = Server::start(|_| Answer::hang()).await;
    let client = builder(&server)
        .attempt_timeout(LONG)
        .deadline(LONG)
        .build()
        .unwrap();
    let error = soon(client.health().timeout(SHORT)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.has_no_side_effects());
}

#[tokio::test]
async fn a_call_that_waits_for_a_token_ends_at_its_deadline() {
    let server = Server::start(|_| Answer::hang()).await;
    let client = builder(&server)
        .token_refresh(TokenRefresh::new().deadline(LONG).attempt_timeout(LONG))
        .build()
        .unwrap();
    let error = soon(client.config().use_typed_values(true).timeout(SHORT))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.has_no_side_effects());
    let error = soon(client.token().timeout(SHORT)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(server.token_requests(), 1);
}

#[tokio::test]
async fn a_silent_body_of_an_error_does_not_hide_its_status() {
    let cut = Answer::with(404, &[("content-type", "text/plain")], b"never sent");
    let server = Server::start(move |_| cut.clone().without_its_body()).await;
    let client = builder(&server)
        .attempt_timeout(SHORT)
        .retry(Retry::none())
        .build()
        .unwrap();
    let error = soon(client.health()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::NotFound, Some(404))
    );
    assert_eq!(error.message(), None);
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_nothing_running() {
    let server = Server::start(|_| Answer::hang()).await;
    let client = client(&server);
    let call = tokio::spawn(client.health().into_future());
    soon(server.has_seen(1)).await;
    call.abort();
    soon(server.idle()).await;
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_call_without_a_runtime_is_an_error_and_no_panic() {
    let client = ekodb_client::Client::builder()
        .base_url("http://127.0.0.1:1")
        .api_key("ek-test")
        .build()
        .unwrap();
    let outcome = futures::executor::block_on(client.health().into_future());
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Configuration);
}
