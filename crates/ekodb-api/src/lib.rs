//! The low-level client of ekoDB, generated from the project's OpenAPI document.
//!
//! Most applications want the crate `ekodb-sdk`, which adds the builder, automatic token refresh,
//! retries, bounded replies and one error type. This crate is the raw call: one builder per operation
//! with typed bodies ([`Client`], [`builder`], [`types`]), the table of operations
//! ([`Operation::all`]) and the one seam through which every request leaves ([`Transport`]).
//!
//! ```no_run
//! use ekodb_api::{Client, SharedTransport};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // Sends every request as it is: good for the open endpoints, or with a transport of your own.
//! let api = Client::new_with_client(
//!     "http://localhost:8080",
//!     reqwest::Client::new(),
//!     SharedTransport::default(),
//! );
//! let health = api.get_health().send().await?.into_inner();
//! println!("{}", health.status);
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]

#[rustfmt::skip]
#[allow(missing_docs, missing_debug_implementations, unreachable_pub, rustdoc::all, clippy::all)]
mod generated;
#[rustfmt::skip]
mod generated_operations;
mod hooks;
mod nullable;
mod operation;
mod path;
mod secret;
mod transport;

pub use generated::{Client, builder, types};
pub use nullable::Nullable;
pub use operation::{Auth, Operation, Privilege, Replay};
pub use path::{SegmentError, check_segment, encode_path};
pub use progenitor_client::{ByteStream, ClientInfo, Error, ResponseValue};
pub use secret::SecretString;
pub use transport::{SharedTransport, Transport, TransportFuture};
