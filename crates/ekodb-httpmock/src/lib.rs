//! Typed [`httpmock`] wrappers for every operation of ekoDB, for the unit tests of applications.
//!
//! Every operation has a method on [`MockServerExt`]. It takes a closure that says when the mock answers, with the
//! operation's own parameters and body types, and what it answers, with the statuses and types that the contract allows.
//!
//! ```
//! use ekodb_api::{Client, SharedTransport, types::CollectionList};
//! use ekodb_httpmock::MockServerExt;
//! use httpmock::MockServer;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start_async().await;
//! let mock = server.list_collections(|when, then| {
//!     when.exclude_internal(true);
//!     then.ok(&CollectionList {
//!         collections: vec!["users".to_owned()],
//!         extra: Default::default(),
//!     });
//! });
//!
//! let api = Client::new_with_client(
//!     &server.base_url(),
//!     reqwest::Client::new(),
//!     SharedTransport::default(),
//! );
//! let list = api.list_collections().exclude_internal(true).send().await?;
//! assert_eq!(list.collections, ["users"]);
//! mock.assert();
//! # Ok(())
//! # }
//! ```
//!
//! A path parameter is matched as a regular expression on the encoded path, and a mock gives the same answer each time. To
//! test what a server does over several calls, use the emulator.
#![deny(missing_docs)]

#[rustfmt::skip]
#[allow(missing_docs, missing_debug_implementations, unreachable_pub, rustdoc::all, clippy::all)]
mod generated;

pub use generated::{MockServerExt, operations};
