//! Queries: which records, in which order, and how many at a time.

mod call;
mod field;
mod filter;
mod find;
mod join;
mod stream;

pub use field::{FieldPath, field};
pub use filter::Filter;
pub use find::Find;
pub use join::Join;
pub use stream::RecordStream;

/// The operation whose replies queries read.
pub(crate) const FIND: &str = "find_records";
