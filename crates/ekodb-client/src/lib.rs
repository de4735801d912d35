//! The Rust SDK of ekoDB.
#![deny(missing_docs)]

mod access_token;
// Injected clocks and chance are for its own tests.
#[allow(dead_code, unused_imports)]
mod auth;
mod builder;
mod client;
mod config;
mod error;
mod health;
#[cfg(feature = "raw-api")]
mod raw;
mod request;
mod transport;

pub use access_token::AccessToken;
pub use auth::{ApiKey, ApiKeyProvider, ProvidedKey, TokenRefresh, TokenState, TokenWatch};
pub use builder::ClientBuilder;
pub use client::Client;
pub use config::{Config, ConfigChange};
pub use error::{Error, ErrorKind};
pub use health::Health;
pub use request::Request;
pub use transport::{RateLimit, Retry};

/// The generated client and its types. Needs the feature `raw-api`.
#[cfg(feature = "raw-api")]
pub use ekodb_api as raw_api;
