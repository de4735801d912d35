//! Every call ends in time, whatever the server does, and leaves nothing behind.
//!
//! Limits are minutes, and the clock is moved past them: how fast the machine is does not matter.

use std::time::Duration;

use ekodb_client::{Client, CollectionSchema, ErrorKind, Field, Retry, TokenRefresh};

use scripted_server::advance_clock;

use crate::support::{KEY, LONG, Reply, Server, builder, client, error_of, past, quick, soon};

/// A limit that is not reached when the clock has been moved past `LONG`.
const LONGER: Duration = Duration::from_secs(6_000);

/// The ways in which a server can keep a client waiting.
fn silent() -> [Reply; 4] {
    [
        Reply::hang(),
        Reply::hang_in_head(),
        Reply::hang_in_body(),
        Reply::trickle(),
    ]
}

#[tokio::test]
async fn an_attempt_ends_at_its_timeout() {
    for reply in silent() {
        let server = Server::start(move |_| reply.clone()).await;
        let client = builder(&server)
            .attempt_timeout(LONG)
            .timeout(LONGER)
            .retry(Retry::none())
            .build()
            .unwrap();
        let error = past(LONG, &server, 1, client.health()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        let text = "get_health: no complete reply within the attempt timeout of 600s";
        assert_eq!(error.to_string(), text);
        soon(server.wait_until_idle()).await;
    }
}

#[tokio::test]
async fn a_connection_ends_at_its_timeout_with_nothing_sent() {
    // It accepts, and then does not speak TLS.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::builder()
        .base_url(format!("https://{}", listener.local_addr().unwrap()))
        .api_key(KEY)
        .connect_timeout(LONG)
        .attempt_timeout(LONGER)
        .timeout(LONGER)
        .retry(Retry::none())
        .build()
        .unwrap();
    let (outcome, _connection) = tokio::join!(client.health().into_future(), async {
        let accepted = soon(listener.accept()).await.unwrap();
        advance_clock(LONG).await;
        accepted
    });
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(
        error.to_string(),
        "get_health: no connection to the server within the connect timeout; check base_url, the network and, for https, \
         that the server speaks TLS"
    );
    assert!(error.has_no_side_effects());
}

#[tokio::test]
async fn an_attempt_that_took_too_long_is_followed_by_another() {
    let server = Server::start(|request| match request.before {
        0 => Reply::hang(),
        _ => Reply::ok(),
    })
    .await;
    let client = builder(&server).timeout(LONGER).build().unwrap();
    past(LONG, &server, 1, client.health()).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_timeout_tells_the_failure_before_it() {
    let server = Server::start(|request| match request.before {
        0 => Reply::empty(503),
        _ => Reply::hang(),
    })
    .await;
    let client = builder(&server).attempt_timeout(LONGER).build().unwrap();
    let error = past(LONG, &server, 2, client.health()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let source = std::error::Error::source(&error).map(ToString::to_string);
    let cause = "the server is not ready; try again later (HTTP 503)";
    assert_eq!(source.as_deref(), Some(cause));
    let text = error.to_string();
    let start = "get_health: the call did not end within its timeout of 600s: \
                 the server is not ready; try again later (HTTP 503) (after 2 attempts in ";
    assert!(text.starts_with(start), "{text}");
}

#[tokio::test]
async fn a_deadline_that_comes_while_a_token_is_requested_tells_why_there_is_none() {
    let server = Server::start(|_| Reply::json(503, r#"{"error":"starting"}"#)).await;
    let refresh = TokenRefresh::new()
        .backoff(LONGER, LONGER)
        .timeout(10 * LONGER);
    let client = builder(&server).token_refresh(refresh).build().unwrap();
    let outcome = past(LONG, &server, 1, client.collections().list()).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let source = std::error::Error::source(&error).map(ToString::to_string);
    assert!(source.is_some_and(|source| source.contains("starting")));
    let text = error.to_string();
    assert!(text.contains("(HTTP 503): starting"), "{text}");
}

#[tokio::test]
async fn the_last_of_several_attempts_says_how_many_there_were_and_names_the_known_cause() {
    // Only time-outs follow the failure that is known.
    let server = Server::start(|request| match request.before {
        0 => Reply::json(503, r#"{"error":"starting"}"#),
        _ => Reply::hang(),
    })
    .await;
    let client = builder(&server).timeout(10 * LONGER).build().unwrap();
    let call = client.health().into_future();
    let (error, ()) = tokio::join!(call, async {
        for requests in [2, 3] {
            soon(server.wait_for_requests(requests)).await;
            advance_clock(LONG).await;
        }
    });
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    let text = error.to_string();
    assert!(text.contains("starting"), "{text}");
    assert_eq!(text.matches("attempt timeout").count(), 1, "{text}");
    assert!(text.contains("after 3 attempts in 1200"), "{text}");
    // The failures of token requests are told in the same way.
    let server = Server::start(|request| match request.before {
        0 => Reply::json(503, r#"{"error":"starting"}"#),
        _ => Reply::hang(),
    })
    .await;
    let refresh = TokenRefresh::new()
        .attempt_timeout(LONG)
        .timeout(10 * LONGER)
        .backoff(Duration::from_millis(1), LONG);
    let client = builder(&server)
        .timeout(10 * LONGER)
        .retry(quick().attempts(2))
        .token_refresh(refresh)
        .build()
        .unwrap();
    let outcome = past(LONG, &server, 2, client.collections().list()).await;
    let error = outcome.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("starting"), "{text}");
    assert!(text.contains("after 2 attempts in 600"), "{text}");
}

#[tokio::test]
async fn a_connection_that_is_refused_says_so() {
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .api_key("key")
        .retry(Retry::none())
        .build()
        .unwrap();
    let error = error_of(client.health()).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.to_string().contains("Connection refused"), "{error}");
    assert!(error.to_string().contains("nobody listens"), "{error}");
}

#[tokio::test]
async fn the_retry_setting_governs_a_cold_start() {
    for (retry, attempts) in [(Retry::none(), 1), (quick(), 3)] {
        let server = Server::start(|_| Reply::json(503, r#"{"error":"starting"}"#)).await;
        let refresh = TokenRefresh::new().backoff(Duration::from_millis(1), LONG);
        let client = builder(&server)
            .retry(retry)
            .token_refresh(refresh)
            .build()
            .unwrap();
        let error = error_of(client.collections().list()).await;
        assert_eq!(error.kind(), ErrorKind::Unavailable);
        assert_eq!(server.token_requests(), attempts);
    }
}

#[tokio::test]
async fn a_call_ends_at_its_deadline() {
    for reply in silent() {
        let server = Server::start(move |_| reply.clone()).await;
        let client = builder(&server).attempt_timeout(LONGER).build().unwrap();
        let error = past(LONG, &server, 1, client.health()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert_eq!(error.operation(), Some("get_health"));
        let text = "get_health: the call did not end within its timeout of 600s";
        assert_eq!(error.to_string(), text);
        assert_eq!(server.requests().len(), 1);
        soon(server.wait_until_idle()).await;
    }
}

#[tokio::test]
async fn a_call_can_have_a_deadline_of_its_own() {
    let server = Server::start(|_| Reply::hang()).await;
    let client = builder(&server)
        .attempt_timeout(LONGER)
        .timeout(LONGER)
        .build()
        .unwrap();
    let call = client.health().timeout(LONG);
    let error = past(LONG, &server, 1, call).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.has_no_side_effects());
}

#[tokio::test]
async fn a_call_that_waits_for_a_token_ends_at_its_deadline() {
    for reply in silent() {
        let server = Server::start(move |_| reply.clone()).await;
        let refresh = TokenRefresh::new().timeout(LONGER).attempt_timeout(LONGER);
        let client = builder(&server).token_refresh(refresh).build().unwrap();
        let call = client.config().use_typed_values(true).timeout(LONG);
        let error = past(LONG, &server, 1, call).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.has_no_side_effects(), "the call itself was not sent");
        let error = past(LONG, &server, 1, client.token().timeout(LONG)).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Timeout);
        assert_eq!(server.token_requests(), 1);
        assert_eq!(server.calls().len(), 0);
    }
}

#[tokio::test]
async fn a_write_that_times_out_may_have_been_applied_and_is_not_sent_again() {
    let server = Server::with_tokens(|_| Reply::hang()).await;
    let client = builder(&server).timeout(LONGER).build().unwrap();
    let schema = CollectionSchema::new().field("a", Field::string());
    let users = client.collection("users");
    let outcome = past(LONG, &server, 2, users.create(schema)).await;
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(!error.has_no_side_effects());
    assert_eq!(server.calls().len(), 1);
}

#[tokio::test]
async fn a_silent_body_of_an_error_does_not_hide_its_status() {
    let reply = Reply::body(404, "text/plain", "never sent")
        .header("x-ratelimit-limit", "1")
        .hang_after_head();
    let server = Server::start(move |_| reply.clone()).await;
    let client = builder(&server).retry(Retry::none()).build().unwrap();
    let (outcome, ()) = tokio::join!(client.health().into_future(), async {
        // The client takes note of the limit as soon as it has the head.
        soon(async {
            while client.rate_limit().is_none() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        advance_clock(LONG).await;
    });
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.status(), Some(404));
    assert_eq!(error.message(), None);
}

#[tokio::test]
async fn a_call_that_is_dropped_leaves_nothing_running() {
    let server = Server::start(|_| Reply::hang()).await;
    let client = client(&server);
    let call = tokio::spawn(client.health().into_future());
    soon(server.wait_for_requests(1)).await;
    call.abort();
    soon(server.wait_until_idle()).await;
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_call_without_a_runtime_is_an_error_and_no_panic() {
    let client = Client::builder()
        .base_url("http://127.0.0.1:1")
        .api_key(KEY)
        .build()
        .unwrap();
    let outcome = futures::executor::block_on(client.health().into_future());
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Configuration);
}
