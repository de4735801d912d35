//! Values with the server's types.
//!
//! The types of this module are for the fields of records. Written by this client, as the field of
//! a [`Record`](crate::Record) or of a type of your own, they arrive with their type; for any other
//! serializer, and inside objects and arrays, they are the plain value.
//!
//! ```
//! use ekodb_client::value::{Decimal, Vector};
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Product {
//!     name: String,
//!     price: Decimal,
//!     embedding: Vector,
//! }
//! ```

mod bytes;
mod content;
mod date_time;
mod decimal;
mod deserialize;
mod duration;
mod from;
pub(crate) mod kind;
pub(crate) mod typed_json;
mod typed_value;
mod uuid;
mod vector;

pub(crate) use deserialize::Read;

pub use self::{
    bytes::Bytes, date_time::DateTime, decimal::Decimal, duration::Duration, typed_value::Value,
    uuid::Uuid, vector::Vector,
};

use std::fmt;

/// Why a text or a number is not a value of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue(String);

impl InvalidValue {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidValue {}
