//! Typed [`httpmock`] wrappers for every operation of ekoDB, for the unit tests of applications.
//!
//! Every operation has a method on [`MockServerExt`]. It takes a closure that says when the mock answers, with the
//! operation's own parameters and body types, and what it answers, with the statuses and types that the contract allows.
//!
//! ```
//! use ekodb_api::types::{CollectionList, TokenReply};
//! use ekodb_client::Client;
//! use ekodb_httpmock::MockServerExt;
//! use httpmock::MockServer;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = MockServer::start_async().await;
//! server.create_token(|_, then| {
//!     let body = serde_json::json!({ "token": "a-token" });
//!     then.ok(&serde_json::from_value::<TokenReply>(body).unwrap());
//! });
//! let mock = server.list_collections(|_, then| {
//!     then.ok(&CollectionList {
//!         collections: vec!["users".to_owned()],
//!         extra: Default::default(),
//!     });
//! });
//!
//! let client = Client::builder().base_url(server.base_url()).api_key("a-key").build()?;
//! assert_eq!(client.collections().list().await?, ["users"]);
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

pub use ekodb_api::KeyId;
pub use generated::{MockServerExt, operations};
