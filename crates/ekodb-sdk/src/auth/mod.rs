//! Obtaining and refreshing tokens.
//!
//! From the ground up: `clock`, `token`, `claims`, `skew` and `lifetime` say what time it is and
//! how long a token lives; `refresh_schedule` and `retry_delays` say when to act; `state` decides,
//! as a pure function; `provider`, `token_request` and `fetcher` make one request; `known_tokens`
//! compares tokens; `shared` and `apply_outcome` hold the state machine and the token;
//! `refresh_task` runs a refresh on a task of its own; `manager` is what a call sees.

mod apply_outcome;
mod cached_token;
mod claims;
mod clock;
mod failure;
mod fetcher;
mod first_of_two;
mod known_tokens;
mod lifetime;
mod manager;
mod provider;
mod refresh_schedule;
mod refresh_task;
mod retry_delays;
mod settings;
mod shared;
mod skew;
mod state;
#[cfg(test)]
mod tests;
mod token;
mod token_health;
mod token_request;
mod validate;

pub use provider::{ApiKeyProvider, ProvidedKey};
pub use settings::TokenRefresh;
pub use token::ApiKey;
pub use token_health::{TokenState, TokenWatch};

pub(crate) use clock::Moment;
pub(crate) use manager::TokenManager;
pub(crate) use provider::key_of;
pub(crate) use token::Bearer;
pub(crate) use token_request::{IssuedToken, TokenEndpoint, TokenRequestError};
