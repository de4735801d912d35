//! Obtaining and refreshing tokens.
//!
//! From the ground up: `clock`, `token`, `claims`, `skew` and `lifetime` say what time it is and
//! how long a token lives; `refresh_schedule` and `delays` say when to act; `state` decides, as a
//! pure function; `provider`, `endpoint` and `fetcher` make one request; `known_tokens` compares
//! tokens; `shared` and `apply_outcome` hold the state machine and the token; `refresh_task` runs a
//! refresh on a task of its own; `manager` is what a call sees.

mod apply_outcome;
mod cached_token;
mod claims;
mod clock;
mod delays;
mod endpoint;
mod failure;
mod fetcher;
mod health;
mod known_tokens;
mod lifetime;
mod manager;
mod provider;
mod race;
mod refresh_schedule;
mod refresh_task;
mod settings;
mod shared;
mod skew;
mod state;
#[cfg(test)]
mod tests;
mod token;
mod validate;

pub use health::{TokenState, TokenWatch};
pub use provider::{ApiKeyProvider, ProvidedKey};
pub use settings::TokenRefresh;
pub use token::ApiKey;

pub(crate) use clock::Moment;
pub(crate) use endpoint::{IssuedToken, TokenEndpoint, TokenRequestError};
pub(crate) use manager::TokenManager;
pub(crate) use provider::key_of;
pub(crate) use token::Bearer;
