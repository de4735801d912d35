//! Sends requests: authenticates, replays, retries, bounds and traces them.
//!
//! From the ground up: `base_url`, `retry`, `retry_budget`, `retry_after` and `rate_limit` are
//! values and rules without I/O; `redact`, `scrub`, `error_message` and `status` make an error of a
//! reply; `engine` sends one request over the network, by the client of its runtime
//! (`runtime_clients`); `reply_body` reads a reply within bounds, `reply` checks it; `attempt`
//! sends a request once, with one timer; `retry_loop` sends it until it is answered;
//! `token_endpoint` exchanges keys for tokens by a retry loop of its own; `decode` makes a value of
//! a reply.

mod attempt;
mod base_url;
mod connection_pool;
mod deadline;
mod decode;
mod engine;
mod error_message;
mod last_api_key;
mod network_error;
mod rate_limit;
mod redact;
mod reply;
mod reply_body;
mod retry;
mod retry_after;
mod retry_budget;
mod retry_loop;
mod runtime_clients;
mod scrub;
mod secrets;
mod session;
mod status;
mod token_endpoint;
mod trace;

pub use rate_limit::RateLimit;
pub use retry::Retry;

pub(crate) use base_url::BaseUrl;
pub(crate) use connection_pool::{ConnectionPool, Limits};
pub(crate) use deadline::Deadline;
pub(crate) use decode::{decode, generated as generated_error};
pub(crate) use engine::Engine;
pub(crate) use retry_loop::{MayHaveBeenApplied, RetryLoop};
pub(crate) use session::Session;
pub(crate) use token_endpoint::open_session;
