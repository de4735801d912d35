//! What all calls to one deployment share, whatever their key.

use std::time::Duration;

use super::{BaseUrl, Retry, budget::Budget, engine::Engine};

/// The connections to one deployment and the rules for using them.
#[derive(Debug)]
pub(crate) struct ConnectionPool {
    pub(crate) engine: Engine,
    pub(crate) base_url: BaseUrl,
    /// Prepares the operations. It has no transport.
    pub(crate) api: ekodb_api::Client,
    pub(crate) limits: Limits,
    pub(crate) retry: Retry,
    pub(super) budget: Budget,
}

impl ConnectionPool {
    pub(crate) fn new(
        engine: Engine,
        base_url: BaseUrl,
        api: ekodb_api::Client,
        limits: Limits,
        retry: Retry,
    ) -> Self {
        let budget = Budget::new(retry.budget);
        Self {
            engine,
            base_url,
            api,
            limits,
            retry,
            budget,
        }
    }
}

/// How long a call may take and how much it may bring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The whole call: tokens, attempts and pauses.
    pub(crate) timeout: Duration,
    /// One attempt, from connecting to the last byte of the reply.
    pub(crate) attempt_timeout: Duration,
    /// The body of a reply, both as it is sent and as it unpacks.
    pub(crate) max_reply_bytes: usize,
}
