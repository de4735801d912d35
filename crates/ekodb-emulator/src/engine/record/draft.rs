//! A record as a request has it: its special members apart from its fields.

use std::collections::BTreeMap;

use ekodb_api::{Nullable, check_segment};
use serde_json::{Map, Value};

use super::ttl;
use crate::engine::value::{Mismatch, Typed, unwrapped};

/// Members of a request's record that are not fields.
pub(crate) const SPECIAL_MEMBERS: [&str; 3] = ["id", "ttl", "ttl_update_on_access"];

/// The content of a request's record.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) id: Option<String>,
    pub(crate) fields: BTreeMap<String, Typed>,
    /// In milliseconds.
    pub(crate) ttl: Nullable<i64>,
    pub(crate) ttl_on_access: Option<bool>,
}

/// Why a request's record is none.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum DraftError {
    #[error(
        "Invalid id: it must be a text that is not empty, not dots only and without control characters"
    )]
    Id,
    #[error("Invalid ttl: it must be seconds, or a text such as 30s, 5m, 1h or 1d")]
    Ttl,
    #[error("Invalid ttl_update_on_access: it must be true or false")]
    TtlOnAccess,
    #[error("Type mismatch for field '{field}': expected {}, got {}", .mismatch.expected, .mismatch.got)]
    Value { field: String, mismatch: Mismatch },
    #[error("Invalid field name: it is empty")]
    FieldName,
}

impl Draft {
    /// Takes a request's members apart. `alias` is another name for `id`.
    pub(crate) fn new(members: Map<String, Value>, alias: &str) -> Result<Self, DraftError> {
        let mut draft = Self {
            id: None,
            fields: BTreeMap::new(),
            ttl: Nullable::Absent,
            ttl_on_access: None,
        };
        for (name, value) in members {
            match name.as_str() {
                "" => return Err(DraftError::FieldName),
                "ttl" if value.is_null() => draft.ttl = Nullable::Null,
                "ttl" => {
                    let value = unwrapped(&value);
                    draft.ttl = Nullable::Value(ttl::millis(value).ok_or(DraftError::Ttl)?);
                }
                "ttl_update_on_access" => {
                    let on_access = unwrapped(&value).as_bool();
                    draft.ttl_on_access = Some(on_access.ok_or(DraftError::TtlOnAccess)?);
                }
                name if name == "id" || name == alias => draft.id = Some(id(&value)?),
                _ => {
                    let value =
                        Typed::from_request(value).map_err(|mismatch| DraftError::Value {
                            field: name.clone(),
                            mismatch,
                        })?;
                    draft.fields.insert(name, value);
                }
            }
        }
        Ok(draft)
    }
}

fn id(value: &Value) -> Result<String, DraftError> {
    match unwrapped(value) {
        Value::String(id) if check_segment(id).is_ok() => Ok(id.clone()),
        _ => Err(DraftError::Id),
    }
}
