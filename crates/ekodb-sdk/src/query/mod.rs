//! Queries: which records, in which order, and how many at a time.

mod execute;
mod field;
mod filter;
mod find;
mod join;
mod pages;
mod stream;

pub use field::{FieldPath, field};
pub use filter::Filter;
pub use find::Find;
pub use join::Join;
pub use stream::RecordStream;

pub(crate) use pages::Pages;
