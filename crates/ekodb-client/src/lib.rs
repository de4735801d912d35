//! The Rust SDK of ekoDB.
#![deny(missing_docs)]

mod access_token;
mod argument;
mod auth;
mod builder;
mod client;
mod collections;
mod config;
mod error;
mod health;
mod keys;
mod probe;
#[cfg(feature = "raw-api")]
mod raw;
mod request;
mod schema;
mod transport;

pub use access_token::AccessToken;
pub use auth::{ApiKey, ApiKeyProvider, ProvidedKey, TokenRefresh, TokenState, TokenWatch};
pub use builder::ClientBuilder;
pub use client::Client;
pub use collections::{Collection, CollectionDetails, Collections};
pub use config::{Config, ConfigChange};
pub use error::{Error, ErrorKind};
pub use health::Health;
pub use keys::{
    Change, CollectionGrant, CollectionGrantHandle, CollectionGrantPatch, KeyId, KeyPermissions,
    KeyRecord, Keys, KvGrant, KvGrantHandle, NewKey, Permission, Permissions, RegisteredKey,
};
pub use request::Request;
pub use schema::{CollectionSchema, Field, FieldConstraints, FieldType, Index, SchemaUpdate};
pub use transport::{RateLimit, Retry};

/// The generated client and its types. Needs the feature `raw-api`.
#[cfg(feature = "raw-api")]
pub use ekodb_api as raw_api;
