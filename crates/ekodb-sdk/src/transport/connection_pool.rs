//! What all calls to one deployment share, whatever their key.

use std::time::Duration;

use super::{BaseUrl, Retry, engine::Engine, retry_budget::Budget};
use crate::{
    error::Error,
    setting::{LONGER, refuse},
};

/// The connections to one deployment and the rules for using them.
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

impl Limits {
    /// Refuses what cannot work.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        let (problem, remedy) = if self.timeout.is_zero() {
            ("timeout is zero", LONGER)
        } else if self.attempt_timeout.is_zero() {
            ("attempt_timeout is zero", LONGER)
        } else if self.max_reply_bytes == 0 {
            let remedy = "allow the size of the largest reply you expect";
            ("max_reply_bytes is zero", remedy)
        } else {
            return Ok(());
        };
        Err(refuse(problem, remedy))
    }
}
