//! A cold start costs one token request, however many calls there are.

use std::time::Duration;

use ekodb_tests::deployment::{Deployment, Tokens};

use super::{at_once, client, failures};

async fn cold_start(calls: usize, latency: Duration) -> usize {
    let deployment = Deployment::start(Tokens {
        latency,
        ..Tokens::default()
    })
    .await;
    let outcomes = at_once(&client(&deployment.url()), calls).await;
    assert_eq!(failures(&outcomes), 0);
    deployment.issued()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_cold_call_makes_one_token_request() {
    assert_eq!(cold_start(1, Duration::ZERO).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_cold_calls_make_one_token_request() {
    assert_eq!(cold_start(100, Duration::ZERO).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_cold_calls_make_one_token_request_though_it_takes_500_ms() {
    assert_eq!(cold_start(1_000, Duration::from_millis(500)).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_cold_calls_make_one_token_request() {
    // Calls that end with the token: ten thousand sockets at once would test the machine, not the token manager.
    let deployment = Deployment::start(Tokens {
        latency: Duration::from_millis(500),
        ..Tokens::default()
    })
    .await;
    let client = client(&deployment.url());
    let tokens = (0..10_000).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.token().await })
    });
    for token in futures::future::join_all(tokens).await {
        token.unwrap().unwrap();
    }
    assert_eq!(deployment.issued(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_the_first_caller_half_way_loses_nothing_for_the_others() {
    let deployment = Deployment::start(Tokens {
        latency: Duration::from_millis(300),
        ..Tokens::default()
    })
    .await;
    let client = client(&deployment.url());
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.collections().list().await }
    });
    while deployment.issued() == 0 {
        tokio::task::yield_now().await;
    }
    first.abort();
    let outcomes = at_once(&client, 100).await;
    assert_eq!(failures(&outcomes), 0);
    assert_eq!(deployment.issued(), 1);
}
