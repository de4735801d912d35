//! Obtaining and refreshing tokens.
//!
//! From the ground up: `clock`, `token`, `claims`, `skew` and `lifetime` say what time it is and how long a
//! token lives; `window` and `backoff` say when to act; `state` decides, as a pure function; `provider`,
//! `mint` and `attempt` make one request; `shared` and `settle` hold the state machine and the token;
//! `flight` runs a refresh on a task of its own; `manager` is what a call sees.

mod arrival;
mod attempt;
mod backoff;
mod claims;
mod clock;
mod failure;
mod flight;
mod health;
mod lifetime;
mod manager;
mod mint;
mod provider;
mod race;
mod settings;
mod settle;
mod shared;
mod skew;
mod slot;
mod state;
#[cfg(test)]
mod tests;
mod token;
mod window;

pub use health::{TokenState, TokenWatch};
pub use provider::{ApiKeyProvider, ProvidedKey};
pub use settings::TokenRefresh;
pub use token::ApiKey;

pub(crate) use clock::Moment;
pub(crate) use manager::TokenManager;
pub(crate) use mint::{Mint, MintError, MintReply};
pub(crate) use provider::key_of;
pub(crate) use token::Bearer;
