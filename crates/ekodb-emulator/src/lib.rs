//! A local ekoDB server for development and tests.
//!
//! It speaks the HTTP contract of an ekoDB deployment (keys, tokens, permissions, collections,
//! schemas, records, trash, the key-value store, transactions, configuration) on an embedded ACID
//! store, in memory or in a data directory. The other groups of the API (search, chat, functions
//! and so on) answer 501 and say so. Production is an ekoDB deployment: only the URL and the key
//! change.
//!
//! In a test, start one per case: it is ready in milliseconds, takes a free port and stops when
//! dropped.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use ekodb_emulator::Emulator;
//!
//! let emulator = Emulator::builder().start().await?;
//!
//! let reply: serde_json::Value = reqwest::Client::new()
//!     .post(format!("{}/api/auth/token", emulator.url()))
//!     .json(&serde_json::json!({ "api_key": emulator.admin_key() }))
//!     .send()
//!     .await?
//!     .json()
//!     .await?;
//! assert!(reply["token"].is_string());
//! assert_eq!(emulator.token_requests(), 1);
//!
//! emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]

pub mod cli;
mod emulator;
mod engine;
mod http;

pub use emulator::{Emulator, EmulatorBuilder, Error, ErrorKind};
pub use engine::{Durability, Seed, SeedProgress, Seeded, Snapshot};
pub use http::Fault;
