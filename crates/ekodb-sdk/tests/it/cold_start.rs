//! A cold start costs one token request, however many calls there are.

use futures::future::join_all;
use scripted_server::{Counter, TokenPolicy, TokenServer};

use crate::support::{at_once, client, failures, soon};

/// A server that holds its first token back until the counter is 1.
async fn holding() -> (TokenServer, Counter) {
    let hold = Counter::new();
    let policy = TokenPolicy {
        hold: Some(hold.clone()),
        ..TokenPolicy::default()
    };
    (TokenServer::start(policy).await, hold)
}

/// Gives the token out once it has been asked for.
async fn release(server: &TokenServer, hold: &Counter) {
    soon(server.server().wait_for_requests(1)).await;
    hold.add(1);
}

#[tokio::test(flavor = "multi_thread")]
async fn any_number_of_cold_calls_make_one_token_request() {
    for count in [1, 100, 1_000] {
        let server = TokenServer::start(TokenPolicy::default()).await;
        let outcomes = at_once(&client(server.server()), count).await;
        assert_eq!(failures(&outcomes), 0, "{count} calls");
        assert_eq!(server.issued(), 1, "{count} calls");
    }
}

#[tokio::test]
async fn a_thousand_calls_that_wait_for_a_token_make_one_token_request() {
    let (server, hold) = holding().await;
    let client = client(server.server());
    let calls = (0..1_000).map(|_| client.collections().list().into_future());
    // All calls are polled, and wait, before the token is given out.
    let (outcomes, ()) = tokio::join!(soon(join_all(calls)), release(&server, &hold));
    assert_eq!(failures(&outcomes), 0);
    assert_eq!(server.issued(), 1);
}

#[tokio::test]
async fn ten_thousand_callers_make_one_token_request() {
    // They want the token alone: ten thousand sockets would test the machine, not the token
    // manager.
    let (server, hold) = holding().await;
    let client = client(server.server());
    let tokens = (0..10_000).map(|_| client.token().into_future());
    let (tokens, ()) = tokio::join!(soon(join_all(tokens)), release(&server, &hold));
    for token in tokens {
        token.unwrap();
    }
    assert_eq!(server.issued(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_first_caller_half_way_loses_nothing_for_the_others() {
    let (server, hold) = holding().await;
    let client = client(server.server());
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.collections().list().await }
    });
    soon(server.server().wait_for_requests(1)).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    let (outcomes, ()) = tokio::join!(at_once(&client, 100), release(&server, &hold));
    assert_eq!(failures(&outcomes), 0);
    assert_eq!(server.issued(), 1);
}
