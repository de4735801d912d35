//! Faults of the server, the network and the caller, with exact counts of what goes over the wire.
//!
//! What is pure timing (windows, jitter, backoff, clocks) is tested on virtual time beside the token manager.

mod credentials;
mod deadlines;
mod expiry;
mod outage;
mod rejection;
mod replies;
mod retries;
mod single_flight;
mod tokens;

use std::{sync::Arc, time::Duration};

use ekodb_client::{Client, ClientBuilder, Error};
use ekodb_tests::deployment::API_KEY;
use tokio::task::JoinSet;

/// A builder whose calls give up well before a test runner does.
fn builder(url: &str) -> ClientBuilder {
    Client::builder()
        .base_url(url)
        .api_key(API_KEY)
        .deadline(Duration::from_secs(30))
}

fn client(url: &str) -> Client {
    builder(url).build().unwrap()
}

/// Makes `count` calls at once, each on a clone of its own, and returns their outcomes.
async fn at_once(client: &Client, count: usize) -> Vec<Result<Vec<String>, Error>> {
    let gate = Arc::new(tokio::sync::Barrier::new(count));
    let mut calls = JoinSet::new();
    for _ in 0..count {
        let (client, gate) = (client.clone(), gate.clone());
        calls.spawn(async move {
            gate.wait().await;
            client.collections().list().await
        });
    }
    calls.join_all().await
}

/// How many of the outcomes are failures.
fn failures(outcomes: &[Result<Vec<String>, Error>]) -> usize {
    outcomes.iter().filter(|outcome| outcome.is_err()).count()
}
