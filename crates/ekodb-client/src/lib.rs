//! The Rust SDK of ekoDB.
#![deny(missing_docs)]

mod error;

pub use error::{Error, ErrorKind};
