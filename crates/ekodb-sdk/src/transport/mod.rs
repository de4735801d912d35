//! Sends requests: authenticates, replays, retries, bounds and traces them.
//!
//! From the ground up: `base_url`, `retry`, `budget`, `retry_after` and `rate_limit` are values and rules without I/O; `scrub`,
//! `message` and `status` make an error of a reply; `body` reads one within bounds; `reply` makes it what the generated code
//! expects; `attempt` sends one request once; `exchange` sends it until it is answered; `dispatch` is the way of one call, which
//! the generated client takes as its transport; `mint` asks for tokens, by such a call of its own.

mod attempt;
mod base_url;
mod body;
mod budget;
mod connection;
mod dispatch;
mod exchange;
mod failure;
mod last_key;
mod message;
mod mint;
mod rate_limit;
mod reply;
mod retry;
mod retry_after;
mod scrub;
mod secrets;
mod session;
mod status;
mod trace;
mod wire;

pub use rate_limit::RateLimit;
pub use retry::Retry;

pub(crate) use base_url::BaseUrl;
pub(crate) use dispatch::{CallOptions, Dispatch};
pub(crate) use mint::open_session;
pub(crate) use session::Session;
pub(crate) use wire::{Limits, Wire};
