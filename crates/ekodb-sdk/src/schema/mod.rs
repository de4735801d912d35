//! Schemas: what the records of a collection look like.

mod collection_schema;
pub(crate) mod convert;
mod field;
mod index;
mod request_form;
mod update;

pub use collection_schema::CollectionSchema;
pub use field::{Field, FieldType};
pub use index::Index;
pub use update::{FieldConstraints, SchemaUpdate};
