//! The low-level client of ekoDB, generated from the project's OpenAPI document.
//!
//! Most applications want the crate `ekodb-client`, which adds the builder, automatic token refresh,
//! retries, bounded replies and one error type. This crate is the raw call: one builder per operation
//! with typed bodies ([`Client`], [`builder`], [`types`]), the table of operations
//! ([`Operation::all`]) and the one seam through which every request leaves ([`Transport`]).
#![deny(missing_docs)]

mod generated_operations;
mod nullable;
mod operation;
mod path;
mod secret;
mod transport;

pub use nullable::Nullable;
pub use operation::{Auth, Operation, Privilege, Replay};
pub use path::{SegmentError, check_segment, encode_path};
pub use secret::SecretString;
pub use transport::{SharedTransport, Transport, TransportFuture};

// The parts made by `cargo xtask codegen` from spec/ekodb.yaml.
//
//     #[rustfmt::skip] mod generated;
//     #[rustfmt::skip] mod generated_operations;
//     mod hooks;
