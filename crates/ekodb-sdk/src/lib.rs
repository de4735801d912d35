#![doc = include_str!("../README.md")]
//!
//! The sections below are a guide: [connect](#connect), [authenticate](#authenticate),
//! [limited keys](#limited-keys), [collections](#collections), [records](#records),
//! [errors and retries](#errors-and-retries), [time limits](#time-limits),
//! [environment variables](#environment-variables), [tracing](#tracing), [tests](#tests),
//! [coming from the official crate](#coming-from-the-official-crate), [features](#features).
//!
//! # Connect
//!
//! A [`Client`] is made by [`Client::builder`], which checks every setting, needs no runtime and
//! sends nothing. It is cheap to clone; its clones share connections and the token.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = ekodb_emulator::Emulator::builder().start().await?;
//! # let (url, key) = (emulator.url(), emulator.admin_key());
//! use std::time::Duration;
//!
//! use ekodb_client::Client;
//!
//! let client = Client::builder()
//!     .base_url(url)
//!     .api_key(key)
//!     .timeout(Duration::from_secs(20))
//!     .build()?;
//! assert!(client.health().await?.is_ok());
//! # Ok(())
//! # }
//! ```
//!
//! Plain `http` is refused except for this machine: the API key would travel in the clear.
//! Redirects are not followed. See [`ClientBuilder`] for proxies, certificates and bounds.
//!
//! # Authenticate
//!
//! The client exchanges the API key for a short-lived token when a call first needs one. It
//! refreshes the token in the background before it expires, while calls go on with the old one, and
//! replaces it once when the server rejects it. One request is made however many calls wait. An
//! application does nothing for it; [`TokenRefresh`] has the settings, [`Client::token_state`] and
//! [`Client::watch_token`] show what happens, and [`Client::token`] gives the token itself, for a
//! tool that needs it. A key that rotates comes from an [`ApiKeyProvider`].
//!
//! No error, log, panic, URL or `Debug` holds an API key or a token.
//!
//! # Limited keys
//!
//! In production an application holds a key that may do only what it needs. An admin key registers
//! it:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = ekodb_emulator::Emulator::builder().start().await?;
//! # let (url, key) = (emulator.url(), emulator.admin_key());
//! # let client = ekodb_client::Client::builder().base_url(url).api_key(key).build()?;
//! use ekodb_client::{ErrorKind, NewKey, Permission};
//!
//! let new = NewKey::limited("web-shop").allow("products", [Permission::Read]);
//! let registered = client.keys().register(new).await?;
//! // The key's value is in this reply and in no other.
//! let shop = client.with_api_key(registered.key)?;
//!
//! let refused = shop.collection("orders").find().await.unwrap_err();
//! assert_eq!(refused.kind(), ErrorKind::PermissionDenied);
//! # Ok(())
//! # }
//! ```
//!
//! A call that gets `PermissionDenied` names the operation and the grant that it takes. With the
//! same key `client.keys().me().get()` returns what it may do, and an admin grants what is missing:
//! `keys.key(&id).collection("orders").patch(CollectionGrantPatch::new().write(true))` adds to a
//! grant, and `put` replaces it. On the command line these are `ekodb keys show me` and
//! `ekodb keys grant`; the latter replaces too, so give `--read` and `--write` to keep both.
//!
//! # Collections
//!
//! [`Client::collections`] lists them. A [`Collection`], made by [`Client::collection`] without a
//! request, has the calls on one: its schema, its records, and deleting and restoring it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = ekodb_emulator::Emulator::builder().start().await?;
//! # let (url, key) = (emulator.url(), emulator.admin_key());
//! # let client = ekodb_client::Client::builder().base_url(url).api_key(key).build()?;
//! use ekodb_client::{CollectionSchema, Field};
//!
//! let schema = CollectionSchema::new()
//!     .field("title", Field::string().required())
//!     .field("stock", Field::integer().min(0));
//! client.collection("products").create(schema).await?;
//! assert!(client.collections().exists("products").await?);
//! # Ok(())
//! # }
//! ```
//!
//! # Records
//!
//! Records are read and written as untyped [`Record`]s or, with [`typed`](Collection::typed), as a
//! type of your own. A query is awaited for a page of them, or streamed for all. The module
//! [`records`] says which of ekoDB's types are kept in which of Rust's.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let emulator = ekodb_emulator::Emulator::builder().start().await?;
//! # let (url, key) = (emulator.url(), emulator.admin_key());
//! # let client = ekodb_client::Client::builder().base_url(url).api_key(key).build()?;
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
//! let price = "12.50".parse()?;
//! let id = products.insert(Product { title: "tea".to_owned(), price, stock: 3 }).await?;
//! let tea = products.act(&id, Action::decrement("stock", 1)).await?;
//! assert_eq!(tea.stock, 2);
//!
//! let scarce = field("stock").lt(5) & !field("title").starts_with("old");
//! let page = products.find().filter(scarce.clone()).sort_asc("title").limit(20).await?;
//! assert_eq!(page.len(), 1);
//! let mut all = products.find().filter(scarce).stream();
//! while let Some(product) = all.try_next().await? {
//!     println!("{}", product.title);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Errors and retries
//!
//! There is one [`Error`], with a [`kind`](Error::kind), the HTTP status, the server's own words
//! and the operation. Arguments are checked first; what could reach the wrong endpoint is refused,
//! and nothing is sent.
//!
//! A failure that may pass is retried, with growing pauses and within the call's time limit; see
//! [`Retry`]. A write is sent again only if it is certain that the server did not apply it. For a
//! failure that remains, [`is_retryable`](Error::is_retryable) says whether the same call may
//! succeed later, and [`has_no_side_effects`](Error::has_no_side_effects) whether nothing was
//! applied.
//!
//! Where a call's documentation speaks of the transport's kinds, it means those that any call can
//! end with: [`Unauthenticated`](ErrorKind::Unauthenticated),
//! [`RateLimited`](ErrorKind::RateLimited), [`Unavailable`](ErrorKind::Unavailable),
//! [`Server`](ErrorKind::Server), [`Connect`](ErrorKind::Connect),
//! [`Connection`](ErrorKind::Connection), [`Timeout`](ErrorKind::Timeout),
//! [`ReplyTooLarge`](ErrorKind::ReplyTooLarge), [`InvalidReply`](ErrorKind::InvalidReply),
//! [`InvalidRequest`](ErrorKind::InvalidRequest) and [`Unsupported`](ErrorKind::Unsupported).
//!
//! # Time limits
//!
//! Every call is a [`Request`]: it is sent when it is awaited, and takes what is rare before that,
//! such as [`timeout`](Request::timeout). It returns within its time limit (60 seconds unless set
//! otherwise) whatever the server does. A call that is dropped leaves nothing running but a token
//! refresh that other calls share.
//!
//! # Environment variables
//!
//! Nothing is read from the environment unless [`ClientBuilder::from_env`] says so.
//!
//! | variable | what it sets |
//! | --- | --- |
//! | `EKODB_API_URL` | [`base_url`](ClientBuilder::base_url) |
//! | `EKODB_BASE_URL` | the same, for settings made for the official clients |
//! | `EKODB_API_KEY` | [`api_key`](ClientBuilder::api_key) |
//!
//! # Tracing
//!
//! A call is one span of the crate [`tracing`](https://docs.rs/tracing), named `ekodb.call`, at the
//! level `INFO`. Its fields are the attributes that OpenTelemetry defines for clients of HTTP and
//! of databases. No field holds a header, a body, a query or a secret.
//!
//! | field | value |
//! | --- | --- |
//! | `otel.name` | method and template, such as `GET /api/collections` |
//! | `otel.kind` | `client` |
//! | `otel.status_code` | `ERROR`, if the call failed |
//! | `db.system.name` | `ekodb` |
//! | `db.operation.name` | the operation, such as `list_collections` |
//! | `db.collection.name` | the collection, if the operation has one, percent-encoded |
//! | `http.request.method`, `url.template` | method and template |
//! | `server.address`, `server.port` | of the base URL |
//! | `http.request.resend_count` | how many attempts were replayed or retried |
//! | `http.response.status_code` | of the last reply |
//! | `error.type` | the status of a failed call, or its kind |
//!
//! A replay and a retry are events of that span at the level `DEBUG`. A token refresh has a span of
//! its own, `token_refresh`, that follows from the call that caused it; a token request that fails
//! is an event at the level `WARN`.
//!
//! # Tests
//!
//! The package `ekodb-emulator` starts a local server inside a test, as the examples on this page
//! do:
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use ekodb_client::Client;
//! use ekodb_emulator::Emulator;
//!
//! let emulator = Emulator::builder().start().await?;
//! let client = Client::builder()
//!     .base_url(emulator.url())
//!     .api_key(emulator.admin_key())
//!     .build()?;
//! assert!(client.collections().list().await?.is_empty());
//! # Ok(())
//! # }
//! ```
//!
//! For a unit test that says itself what the server answers, the package `ekodb-httpmock` has a
//! typed mock of every operation.
//!
//! # Coming from the official crate
//!
//! Search this documentation for the name that you know: `find_by_id` leads to [`Collection::get`],
//! `batch_insert` to [`Collection::insert_many`], `QueryBuilder` to [`query::Find`]. The README of
//! the repository has the whole table.
//!
//! # Features
//!
//! - `tls-ring`, on by default: TLS by rustls with ring, and the certificates that the system
//!   trusts, which are read once in a process.
//! - `tls-aws-lc`: the same with AWS-LC, which adds post-quantum key exchange and P-521. It is used
//!   where `tls-ring` is on too.
//! - `tls-native`: the TLS of the operating system, on Linux OpenSSL. It is used where the other
//!   two are on too.
//! - `gzip`, on by default: replies are asked for in gzip, and unpacked.
//! - `chrono`, `uuid`: conversions between [`value::DateTime`] and [`value::Uuid`] and the types of
//!   these crates.
//! - `blocking`: `.wait()` in addition to `.await`, for scripts without a runtime. See the module
//!   `blocking`.
//! - `raw-api`: `Client::api`, the generated client behind the same authentication and retries. Its
//!   types may change with any release.
//!
//! rustls uses the cryptography that the application has installed for its process before it built
//! its first client, if there is one (`CryptoProvider::install_default`), such as one that is
//! certified. Without any of the TLS features the client refuses `https`.
//!
//! An application that also uses `reqwest` turns on a TLS feature of reqwest for
//! itself: with those of this crate alone reqwest has rustls without a default provider, and
//! `reqwest::Client::new` panics.
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
pub mod kv;
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
pub mod transactions;
mod transport;
pub mod value;

pub use access_token::AccessToken;
pub use auth::{ApiKey, ApiKeyProvider, ProvidedKey, TokenRefresh, TokenState, TokenWatch};
pub use builder::ClientBuilder;
pub use client::Client;
pub use collections::{Collection, CollectionDetails, Collections};
pub use config::{Config, ConfigChange, ConfigValues};
pub use error::{Error, ErrorKind};
pub use health::Health;
pub use keys::{
    Change, CollectionGrant, CollectionGrantHandle, CollectionGrantPatch, KeyId, KeyPermissions,
    KeyRecord, Keys, KvGrant, KvGrantHandle, KvGrantPatch, NewKey, Permission, Permissions,
    RegisteredKey,
};
pub use raw_request::RawReply;
pub use record::Record;
pub use records::Action;
pub use request::Request;
pub use schema::{CollectionSchema, Field, FieldConstraints, FieldType, Index, SchemaUpdate};
pub use transactions::{IsolationLevel, Transaction};
pub use transport::{RateLimit, Retry};
pub use value::Value;

/// The generated client and its types. Needs the feature `raw-api`.
#[cfg(feature = "raw-api")]
pub use ekodb_api as raw_api;
