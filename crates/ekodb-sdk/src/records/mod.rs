//! Records: the calls of a [`Collection`](crate::Collection) on what it holds.
//!
//! # Which types are kept
//!
//! ekoDB gives each field of a record a type, which its replies name (`{"type": "Decimal",
//! "value": "1.50"}`) unless `use_typed_values` is off. A record that is read, changed and written
//! back keeps the types of its fields:
//!
//! - A type of [`value`](crate::value), a number, a text, a boolean, a list, a struct or an enum
//!   gets the value, and is written with the type of the Rust type: a Decimal that is read into a
//!   `String` becomes a String.
//! - A [`Record`] and a [`Value`](crate::Value) get the value with its type, and keep all types.
//! - A [`serde_json::Value`], or another type that takes anything, also by `#[serde(flatten)]` or
//!   `#[serde(untagged)]`, gets the value, with `type` and `value` around it where JSON alone
//!   could not tell its type. It keeps all types.
//!
//! While `use_typed_values` is off, a reply does not tell a Decimal, a UUID, Bytes and Binary from
//! a String, a Vector and a Set from an Array, and a Duration from an Object. An update with a
//! [`Record`] of such a reply leaves these fields as they are unless they were set; the types of
//! `value` are written with their type as ever; anything else writes them as what JSON tells, as
//! does a `Record` that is flattened into another type. What is inside an Object, an Array or a
//! Set has no type of its own.
//!
//! An object of your own with exactly the members `type`, with the name of one of ekoDB's types,
//! and `value` is written so that it stays an object. In a reply that does not name types it
//! cannot be told from a value with its type: there it is an object of your own, unless it names a
//! type that JSON does not have, with a `value` that fits. In a type that takes anything such an
//! object stands for a value with its type, when it is read and when it is written.

mod actions;
mod batch;
mod batch_outcome;
mod delete;
mod find;
mod get;
mod insert;
mod options;
mod request_form;
mod update;
mod upsert;

pub use crate::record::Record;
pub use actions::{Action, Amount};
pub use batch_outcome::{BatchOutcome, Interruption, ItemFailure};
pub use options::{
    Batch, BatchOptions, Read, ReadOptions, RecordRequest, Remove, RemoveOptions, Store,
    StoreOptions,
};
pub use upsert::Upserted;

pub(crate) use options::CHUNK;
