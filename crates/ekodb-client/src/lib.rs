//! The Rust SDK of ekoDB.
#![deny(missing_docs)]

// Until the client lands above it.
#[allow(dead_code, unused_imports)]
mod auth;
mod error;

pub use auth::{ApiKey, ApiKeyProvider, ProvidedKey, TokenRefresh, TokenState, TokenWatch};
pub use error::{Error, ErrorKind};
