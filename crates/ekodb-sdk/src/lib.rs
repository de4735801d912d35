//! The Rust SDK of [ekoDB](https://ekodb.io), a document database reached over HTTP.
//!
//! An application holds a long-lived API key. The client exchanges it for a short-lived token, renews the token ahead of its
//! expiry, replaces it when the server rejects it, and sends it with every call:
//!
//! ```
//! # async fn example() -> Result<(), ekodb_client::Error> {
//! use ekodb_client::{Client, CollectionSchema, Field, NewKey, Permission};
//!
//! let client = Client::builder()
//!     .base_url("https://your-subdomain.production.aws.ekodb.io")
//!     .api_key("your-api-key-here")
//!     .build()?;
//!
//! let schema = CollectionSchema::new().field("title", Field::string().required());
//! client.collection("products").create(schema).await?;
//! println!("{:?}", client.collections().list().await?);
//!
//! // In production an application holds a key that may do only what it needs.
//! let new = NewKey::limited("web-shop").allow("products", [Permission::Read]);
//! let shop = client.with_api_key(client.keys().register(new).await?.key)?;
//! # Ok(())
//! # }
//! ```
//!
//! # Records
//!
//! A [`Collection`] has the calls on its records, as untyped [`Record`]s or, with [`typed`](Collection::typed), as a type of your
//! own. A query is awaited for a page of them, or streamed for all:
//!
//! ```no_run
//! # async fn example(client: ekodb_client::Client) -> Result<(), ekodb_client::Error> {
//! use ekodb_client::{Action, query::field, value::Decimal};
//! use futures::TryStreamExt;
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Serialize, Deserialize)]
//! struct Product {
//!     title: String,
//!     price: Decimal,
//!     stock: u32,
//! }
//!
//! let products = client.collection("products").typed::<Product>();
//! let price = "12.50".parse().expect("it is a number");
//! let id = products.insert(Product { title: "Tea".to_owned(), price, stock: 3 }).await?;
//! let tea = products.act(&id, Action::decrement("stock", 1)).await?;
//!
//! let scarce = field("stock").lt(5) & !field("title").starts_with("Old");
//! let page = products.find().filter(scarce.clone()).sort_asc("title").limit(20).await?;
//! let mut all = products.find().filter(scarce).stream();
//! while let Some(product) = all.try_next().await? {
//!     println!("{}", product.title);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! Every call is a [`Request`]: it is sent when it is awaited, and takes what is rare before that, such as
//! [`timeout`](Request::timeout). Arguments are checked first; what could reach the wrong endpoint is refused and nothing is
//! sent. A call returns within its timeout (60 seconds unless set otherwise) whatever the server does, and dropping it leaves
//! nothing running but a token refresh that other calls share.
//!
//! # Errors
//!
//! There is one [`Error`], with a [`kind`](Error::kind), the HTTP status, the server's own words and the operation.
//! [`is_retryable`](Error::is_retryable) and [`has_no_side_effects`](Error::has_no_side_effects) say whether and when to try
//! again. Where a call's documentation speaks of the transport's kinds, it means those that any call can end with:
//! [`Unauthenticated`](ErrorKind::Unauthenticated), [`RateLimited`](ErrorKind::RateLimited),
//! [`Unavailable`](ErrorKind::Unavailable), [`Server`](ErrorKind::Server), [`Connect`](ErrorKind::Connect),
//! [`Connection`](ErrorKind::Connection), [`Timeout`](ErrorKind::Timeout), [`ReplyTooLarge`](ErrorKind::ReplyTooLarge),
//! [`InvalidReply`](ErrorKind::InvalidReply), [`InvalidRequest`](ErrorKind::InvalidRequest) and
//! [`Unsupported`](ErrorKind::Unsupported).
//!
//! # Secrets
//!
//! No error, log, panic or `Debug` holds an API key or a token, and no URL does either. Redirects are not followed. Plain
//! `http` is refused but for loopback addresses, unless it is asked for.
//!
//! # Tests
//!
//! The crate `ekodb-emulator` starts a local server inside a test, `ekodb-httpmock` has typed mocks of every operation.
//!
//! # Features
//!
//! - `tls-ring`, on by default: TLS by rustls with ring, and the certificates that the system trusts, which are read once in
//!   a process.
//! - `tls-aws-lc`: the same with AWS-LC, which adds post-quantum key exchange and P-521. It is used where `tls-ring` is on too.
//! - `tls-native`: the TLS of the operating system, on Linux OpenSSL. It is used where the other two are on too.
//! - `gzip`, on by default: replies are asked for in gzip, and unpacked.
//! - `chrono`, `uuid`: conversions between [`value::DateTime`] and [`value::Uuid`] and the types of these crates.
//! - `blocking`: `.wait()` beside `.await`, for scripts without a runtime. See the module `blocking`.
//! - `raw-api`: `Client::api`, the generated client behind the same authentication and retries.
//!   Its types may change with any release.
//!
//! rustls uses the cryptography that the application has installed for its process before it built its first client, if there
//! is one (`CryptoProvider::install_default`), such as one that is certified. Without any of the TLS features the client
//! refuses `https`.
//!
//! An application that uses `reqwest` beside this crate turns on a TLS feature of reqwest for itself: with those of this crate
//! alone reqwest has rustls without a default provider, and `reqwest::Client::new` panics.
#![deny(missing_docs)]

mod access_token;
mod argument;
mod auth;
#[cfg(feature = "blocking")]
pub mod blocking;
mod builder;
mod client;
mod codec;
mod collections;
mod config;
mod error;
mod exponential_backoff;
mod health;
mod keys;
pub mod query;
#[cfg(feature = "raw-api")]
mod raw;
mod raw_request;
mod record;
pub mod records;
mod request;
mod schema;
mod server_generation;
mod setting;
mod transport;
pub mod value;

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
pub use record::Record;
pub use records::Action;
pub use request::Request;
pub use schema::{CollectionSchema, Field, FieldConstraints, FieldType, Index, SchemaUpdate};
pub use transport::{RateLimit, Retry};
pub use value::Value;

/// The generated client and its types. Needs the feature `raw-api`.
#[cfg(feature = "raw-api")]
pub use ekodb_api as raw_api;
