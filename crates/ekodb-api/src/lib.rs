#![doc = include_str!("../README.md")]
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
mod outgoing_request;
mod path;
mod raw;
mod reply;
mod request_builder;
mod response;
mod secret;
mod table;
mod transport;
mod typed_request;

pub use base::Base;
pub use client::Client;
pub use error::Error;
pub use generated::{builder, types};
pub use key_id::{KeyId, KeyIdError};
pub use nullable::Nullable;
pub use operation::{Auth, Operation, Privilege, Replay};
pub use outgoing_request::Outgoing;
pub use path::{SegmentError, check_segment, encode_path};
pub use reply::Reply;
pub use response::ResponseValue;
pub use secret::SecretString;
pub use transport::{Transport, TransportFuture, TransportResult};
pub use typed_request::Prepared;
