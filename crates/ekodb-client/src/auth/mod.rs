//! Obtaining and refreshing tokens.
//!
//! From the ground up: `clock`, `claims` and `skew` say what time it is and how long a token lives; `window` and `backoff` say
//! when to act; `state` decides, as a pure function; `attempt` and `flight` do what was decided, on a task of their own; `manager`
//! is what a call sees.

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
mod settings;
mod shared;
mod skew;
mod state;
#[cfg(test)]
mod tests;
mod token;
mod window;

pub use health::{TokenState, TokenWatch};
pub use provider::{ApiKeyProvider, ProvidedKey};
pub use settings::TokenRefresh;
pub use token::ApiKey;

pub(crate) use manager::TokenManager;
pub(crate) use mint::{Mint, MintError, MintReply};
pub(crate) use token::Bearer;
