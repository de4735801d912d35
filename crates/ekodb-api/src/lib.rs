//! The low-level client of ekoDB, generated from the project's OpenAPI document.
//!
//! Most applications want the crate `ekodb-sdk`, which adds the builder, automatic token refresh,
//! retries, bounded replies and one error type. This crate is the raw call: one builder per operation
//! with typed bodies ([`Client`], [`builder`], [`types`]), the table of operations
//! ([`Operation::all`]) and the one seam through which every request leaves ([`Transport`]).
//!
//! A client has no transport of its own: `ekodb_client::Client::api` gives one with all that the
//! upper crate adds, and an implementation of [`Transport`] is one method.
//!
//! ```
//! use ekodb_api::{Base, Client};
//!
//! # fn main() -> Result<(), ekodb_api::Error> {
//! let api = Client::without_transport(Base::parse("https://eko.example")?);
//! let request = api.get_collection().collection("users").prepare()?.into_outgoing();
//! assert_eq!(request.operation().method, "GET");
//! assert_eq!(request.url().as_str(), "https://eko.example/api/collections/users");
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]

#[rustfmt::skip]
#[allow(missing_docs, missing_debug_implementations, unreachable_pub, rustdoc::all, clippy::all)]
mod generated;

mod base;
mod client;
mod error;
mod key_id;
mod nullable;
mod operation;
mod outgoing;
mod path;
mod prepared;
mod raw;
mod reply;
mod request;
mod response;
mod secret;
mod table;
mod transport;

pub use base::Base;
pub use client::Client;
pub use error::Error;
pub use generated::{builder, types};
pub use key_id::{KeyId, KeyIdError};
pub use nullable::Nullable;
pub use operation::{Auth, Operation, Privilege, Replay};
pub use outgoing::Outgoing;
pub use path::{SegmentError, check_segment, encode_path};
pub use prepared::Prepared;
pub use reply::Reply;
pub use response::ResponseValue;
pub use secret::SecretString;
pub use transport::{Transport, TransportFuture, TransportResult};
