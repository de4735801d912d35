//! A server that does as it is told, and clients for it.

mod answer;
pub(crate) mod authority;
mod seen;
mod server;

use std::time::Duration;

use ekodb_client::{Client, ClientBuilder, Retry};

pub(crate) use answer::Answer;
pub(crate) use seen::Seen;
pub(crate) use server::Server;

/// The key of every client here.
pub(crate) const KEY: &str = "ek-test-0123456789abcdef";

/// A builder for `server`, with pauses too short to notice.
pub(crate) fn builder(server: &Server) -> ClientBuilder {
    Client::builder()
        .base_url(server.url())
        .api_key(KEY)
        .retry(quick())
}

pub(crate) fn client(server: &Server) -> Client {
    builder(server).build().unwrap()
}

/// The default retries without their pauses.
pub(crate) fn quick() -> Retry {
    Retry::new().backoff(Duration::from_millis(1), Duration::from_millis(1))
}

/// Fails a test that would hang.
pub(crate) async fn soon<T>(work: impl IntoFuture<Output = T>) -> T {
    match tokio::time::timeout(Duration::from_secs(30), work.into_future()).await {
        Ok(outcome) => outcome,
        Err(_) => panic!("still not done after 30 seconds"),
    }
}
