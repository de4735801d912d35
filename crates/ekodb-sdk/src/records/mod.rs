//! Records: the calls of a [`Collection`](crate::Collection) on what it holds.

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
