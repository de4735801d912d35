//! Clients of a scripted server.

pub(crate) mod authority;

use std::{sync::Arc, time::Duration};

use ekodb_client::{Client, ClientBuilder, Error, Retry, TokenRefresh};
use scripted_server::advance_clock;
use tokio::{sync::Barrier, task::JoinSet};

pub(crate) use scripted_server::{API_KEY as KEY, Reply, Request, Server};

/// A limit that no test reaches unless it moves the clock.
pub(crate) const LONG: Duration = Duration::from_secs(600);

/// A builder for `server`, with pauses too short to notice, and limits that a slow machine does not
/// reach.
pub(crate) fn builder(server: &Server) -> ClientBuilder {
    Client::builder()
        .base_url(server.url())
        .api_key(KEY)
        .connect_timeout(LONG)
        .attempt_timeout(LONG)
        .timeout(LONG)
        .retry(quick())
}

pub(crate) fn client(server: &Server) -> Client {
    builder(server).build().unwrap()
}

/// The default retries without their pauses.
pub(crate) fn quick() -> Retry {
    Retry::new().backoff(Duration::from_millis(1), Duration::from_millis(1))
}

/// A refresh that gives up after its first failure, and has all the time for that one.
pub(crate) fn one_attempt() -> TokenRefresh {
    TokenRefresh::new()
        .timeout(Duration::from_secs(5))
        .attempt_timeout(LONG)
        .backoff(LONG, LONG)
}

/// Fails a test that would hang. The bound is far above what a test takes on a busy machine.
pub(crate) async fn soon<T>(work: impl IntoFuture<Output = T>) -> T {
    match tokio::time::timeout(LONG / 2, work.into_future()).await {
        Ok(outcome) => outcome,
        Err(_) => panic!("still not done after {:?}", LONG / 2),
    }
}

/// The error of a call that must fail.
pub(crate) async fn error_of<T, E>(call: impl IntoFuture<Output = Result<T, E>>) -> E {
    match soon(call).await {
        Ok(_) => panic!("the call succeeded"),
        Err(error) => error,
    }
}

/// Makes a call that needs a token and may be repeated.
pub(crate) async fn idempotent(client: &Client) -> Result<(), Error> {
    soon(client.config().use_typed_values(true)).await.map(drop)
}

/// Makes the call, and moves the clock by `span` once `requests` have arrived at the server.
pub(crate) async fn past<T>(
    span: Duration,
    server: &Server,
    requests: usize,
    call: impl IntoFuture<Output = T>,
) -> T {
    let (outcome, ()) = tokio::join!(call.into_future(), async {
        soon(server.wait_for_requests(requests)).await;
        advance_clock(span).await;
    });
    outcome
}

/// Lists the collections `count` times at once, each time from a task and a clone of its own.
pub(crate) async fn at_once(client: &Client, count: usize) -> Vec<Result<Vec<String>, Error>> {
    let barrier = Arc::new(Barrier::new(count));
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let (client, barrier) = (client.clone(), barrier.clone());
        calls.spawn(async move {
            barrier.wait().await;
            client.collections().list().await
        });
    }
    soon(calls.join_all()).await
}

/// How many of the outcomes are failures.
pub(crate) fn failures(outcomes: &[Result<Vec<String>, Error>]) -> usize {
    outcomes.iter().filter(|outcome| outcome.is_err()).count()
}
