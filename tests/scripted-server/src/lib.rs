//! An HTTP/1.1 server for tests that follows a script.
//!
//! It is written on plain TCP, because a proper HTTP server refuses to hang, to reset a connection,
//! to send a body without end or to announce a wrong length. A function of the request decides the
//! reply; all requests are recorded.
//!
//! ```
//! use scripted_server::{Reply, Server};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let server = Server::start(|request| match request.before {
//!     0 => Reply::empty(503),
//!     _ => Reply::json(200, r#"{"status":"ok"}"#),
//! })
//! .await;
//! assert!(server.url().starts_with("http://127.0.0.1:"));
//! assert!(server.requests().is_empty());
//! # }
//! ```
#![deny(missing_docs)]

mod clock;
mod connection;
pub mod jwt;
mod reply;
mod request;
mod server;
mod tokens;

pub use clock::advance_clock;
pub use reply::{Counter, Reply};
pub use request::Request;
pub use server::Server;
pub use tokens::{API_KEY, TokenPolicy, TokenServer};
