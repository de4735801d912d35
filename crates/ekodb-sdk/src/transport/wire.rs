//! What all calls of a client share, whatever their key.

use std::{sync::Arc, time::Duration};

use ekodb_api::{SharedTransport, Transport};

use super::{BaseUrl, Retry, budget::Budget};

/// The connections to one deployment and the rules for using them.
#[derive(Debug)]
pub(crate) struct Wire {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: BaseUrl,
    pub(crate) limits: Limits,
    pub(crate) retry: Retry,
    pub(super) budget: Budget,
}

impl Wire {
    pub(crate) fn new(
        http: reqwest::Client,
        base_url: BaseUrl,
        limits: Limits,
        retry: Retry,
    ) -> Self {
        let budget = Budget::new(retry.budget);
        Self {
            http,
            base_url,
            limits,
            retry,
            budget,
        }
    }

    /// The generated client, with `transport` to carry its requests.
    pub(crate) fn client(&self, transport: Arc<dyn Transport>) -> ekodb_api::Client {
        ekodb_api::Client::new_with_client(
            self.base_url.as_str(),
            self.http.clone(),
            SharedTransport::new(transport),
        )
    }
}

/// How long a call may take and how much it may bring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// The whole call: tokens, attempts and pauses.
    pub(crate) deadline: Duration,
    /// One attempt, from connecting to the last byte of the reply.
    pub(crate) attempt_timeout: Duration,
    /// The body of a reply, both as it is sent and as it unpacks.
    pub(crate) max_reply_bytes: usize,
}
