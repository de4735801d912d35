//! One field of a schema.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::index::FieldIndex;
use crate::engine::value::FieldType;

/// What a schema says of one field. `max` and `min` stay as they were sent, plain or typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FieldSchema {
    pub(crate) field_type: FieldType,
    pub(crate) default: Value,
    pub(crate) unique: bool,
    pub(crate) required: bool,
    pub(crate) enums: Vec<Value>,
    pub(crate) max: Value,
    pub(crate) min: Value,
    pub(crate) regex: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<FieldIndex>,
}
