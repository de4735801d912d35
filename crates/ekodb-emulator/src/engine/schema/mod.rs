//! Schemas of collections: their stored form, what a request says of them, and what they ask of
//! values.

mod constraints;
mod error;
mod field;
mod index;
mod pattern;
mod request;
#[expect(clippy::module_inception, reason = "the type that the module is about")]
mod schema;

pub(crate) use constraints::Violation;
pub(crate) use error::SchemaError;
pub(crate) use request::{ConstraintsRequest, SchemaRequest};
pub(crate) use schema::Schema;
