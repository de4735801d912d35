//! Records: the calls of a [`Collection`](crate::Collection) on what it holds.

mod act;
mod action;
mod batch;
mod decode;
mod encode;
mod kind_probe;
mod many;
mod options;
mod record;
mod request_form;
mod single;
mod upsert;

pub use action::{Action, Amount};
pub use batch::{Batch, BatchOutcome, Interruption, ItemFailure};
pub use options::{Read, ReadOptions, RecordRequest, Remove, RemoveOptions, Store, StoreOptions};
pub use record::Record;
pub use upsert::Upserted;

pub(crate) use decode::decode;
