//! Why a schema is refused.

use crate::engine::input::UNKNOWN_MEMBER_HINT;
use crate::engine::value::{DEEPEST, FieldType};

/// Why a schema is refused; the texts are the server's where they are known.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum SchemaError {
    #[error("Schema must contain at least one field")]
    NoFields,
    #[error("Invalid field type: '{found}' - must be one of: {}", FieldType::NAMES)]
    UnknownType { found: String },
    #[error("Missing field_type for new field '{field}'")]
    NoType { field: String },
    #[error("Invalid regex for field '{field}': {problem}")]
    Regex { field: String, problem: String },
    #[error("Invalid field name '{field}': {problem}")]
    Name {
        field: String,
        problem: &'static str,
    },
    #[error("Invalid schema for field '{field}': a value is nested deeper than {DEEPEST}")]
    TooDeep { field: String },
    #[error(
        "Invalid schema: unknown member '{member}' of the index of field '{field}' {UNKNOWN_MEMBER_HINT}"
    )]
    IndexMember { field: String, member: String },
    #[error("Invalid primary_key_alias: it is empty")]
    Alias,
}
