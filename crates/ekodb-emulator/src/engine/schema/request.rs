//! What a request says of a schema: a whole one on creation, some properties on an update.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use ekodb_api::{Nullable, check_segment};
use serde::Deserialize;
use serde_json::Value;

use super::error::SchemaError;
use super::field::FieldSchema;
use super::index::IndexRequest;
use super::pattern;
use super::schema::Schema;
use crate::engine::clock::rfc3339;
use crate::engine::input::{Object, UnknownMembers};
use crate::engine::value::{FieldType, is_too_deep};

/// The body of a collection's creation. What the server sets itself (version, times) may be sent,
/// and is not taken over.
#[derive(Debug, Deserialize)]
pub(crate) struct SchemaRequest {
    #[serde(default)]
    fields: BTreeMap<String, Object<FieldRequest>>,
    #[serde(default)]
    bypass_ripple: bool,
    #[serde(default)]
    primary_key_alias: Option<String>,
    #[serde(default, rename = "version")]
    _version: Value,
    #[serde(default, rename = "created_at")]
    _created_at: Value,
    #[serde(default, rename = "last_modified")]
    _last_modified: Value,
}

#[derive(Debug, Deserialize)]
struct FieldRequest {
    field_type: String,
    #[serde(default)]
    default: Value,
    #[serde(default)]
    unique: bool,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    enums: Vec<Value>,
    #[serde(default)]
    max: Value,
    #[serde(default)]
    min: Value,
    #[serde(default)]
    regex: Option<String>,
    #[serde(default)]
    index: Option<IndexRequest>,
}

impl SchemaRequest {
    pub(crate) fn into_schema(
        self,
        now: DateTime<Utc>,
        unknown: UnknownMembers,
    ) -> Result<Schema, SchemaError> {
        if self.fields.is_empty() {
            return Err(SchemaError::NoFields);
        }
        let alias = match self.primary_key_alias {
            Some(alias) if alias.trim().is_empty() => return Err(SchemaError::Alias),
            Some(alias) => alias,
            None => "id".to_owned(),
        };
        let mut fields = BTreeMap::new();
        for (name, Object(field)) in self.fields {
            check_name(&name)?;
            let field = field.into_field(&name, unknown)?;
            check_depth(&name, &field)?;
            fields.insert(name, field);
        }
        Ok(Schema {
            fields,
            bypass_ripple: self.bypass_ripple,
            primary_key_alias: alias,
            ..Schema::empty(now)
        })
    }
}

impl FieldRequest {
    fn into_field(self, name: &str, unknown: UnknownMembers) -> Result<FieldSchema, SchemaError> {
        check_regex(name, self.regex.as_deref())?;
        let index = self.index.map(|index| index.into_index(name, unknown));
        Ok(FieldSchema {
            field_type: field_type(&self.field_type)?,
            default: self.default,
            unique: self.unique,
            required: self.required,
            enums: self.enums,
            max: self.max,
            min: self.min,
            regex: self.regex,
            index: index.transpose()?,
        })
    }
}

/// The body of a schema's update: only the fields and the properties it names change.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct ConstraintsRequest {
    constraints: BTreeMap<String, Object<FieldConstraints>>,
}

#[derive(Clone, Debug, Deserialize)]
struct FieldConstraints {
    #[serde(default)]
    field_type: Option<String>,
    #[serde(default)]
    default: Nullable<Value>,
    #[serde(default)]
    unique: Option<bool>,
    #[serde(default)]
    required: Option<bool>,
    #[serde(default)]
    enums: Nullable<Vec<Value>>,
    #[serde(default)]
    max: Nullable<Value>,
    #[serde(default)]
    min: Nullable<Value>,
    #[serde(default)]
    regex: Nullable<String>,
}

impl ConstraintsRequest {
    /// Applies the update to a schema, all of it or nothing.
    pub(crate) fn apply(self, schema: &mut Schema, now: DateTime<Utc>) -> Result<(), SchemaError> {
        let mut fields = schema.fields.clone();
        for (name, Object(constraints)) in self.constraints {
            check_name(&name)?;
            let field = match fields.remove(&name) {
                Some(field) => field,
                None => blank(&name, constraints.field_type.as_deref())?,
            };
            let field = constraints.apply(&name, field)?;
            check_depth(&name, &field)?;
            fields.insert(name, field);
        }
        schema.fields = fields;
        schema.version += 1;
        schema.last_modified = rfc3339(now);
        Ok(())
    }
}

impl FieldConstraints {
    fn apply(self, name: &str, mut field: FieldSchema) -> Result<FieldSchema, SchemaError> {
        if let Some(found) = self.field_type {
            field.field_type = field_type(&found)?;
        }
        field.unique = self.unique.unwrap_or(field.unique);
        field.required = self.required.unwrap_or(field.required);
        field.default = replace(self.default, field.default);
        field.enums = replace(self.enums, field.enums);
        field.max = replace(self.max, field.max);
        field.min = replace(self.min, field.min);
        if let Some(regex) = self.regex.into_option() {
            check_regex(name, regex.as_deref())?;
            field.regex = regex;
        }
        Ok(field)
    }
}

/// Absent keeps what was there, `null` clears it, a value replaces it.
fn replace<T: Default>(new: Nullable<T>, old: T) -> T {
    match new.into_option() {
        None => old,
        Some(value) => value.unwrap_or_default(),
    }
}

fn blank(name: &str, found: Option<&str>) -> Result<FieldSchema, SchemaError> {
    let found = found.ok_or_else(|| SchemaError::NoType {
        field: name.to_owned(),
    })?;
    Ok(FieldSchema {
        field_type: field_type(found)?,
        default: Value::Null,
        unique: false,
        required: false,
        enums: Vec::new(),
        max: Value::Null,
        min: Value::Null,
        regex: None,
        index: None,
    })
}

fn field_type(found: &str) -> Result<FieldType, SchemaError> {
    FieldType::by_name(found).ok_or_else(|| SchemaError::UnknownType {
        found: found.to_owned(),
    })
}

fn check_name(name: &str) -> Result<(), SchemaError> {
    let refuse = |problem| {
        Err(SchemaError::Name {
            field: name.to_owned(),
            problem,
        })
    };
    match name {
        "id" | "ttl" => refuse("it is reserved"),
        _ if check_segment(name).is_err() => {
            refuse("it is empty, dots only, or has control or invisible characters")
        }
        _ => Ok(()),
    }
}

fn check_depth(name: &str, field: &FieldSchema) -> Result<(), SchemaError> {
    let FieldSchema {
        default,
        max,
        min,
        enums,
        ..
    } = field;
    let mut values = [default, max, min].into_iter().chain(enums);
    if values.any(is_too_deep) {
        return Err(SchemaError::TooDeep {
            field: name.to_owned(),
        });
    }
    Ok(())
}

fn check_regex(field: &str, regex: Option<&str>) -> Result<(), SchemaError> {
    let Some(text) = regex else { return Ok(()) };
    match pattern::compile(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(SchemaError::Regex {
            field: field.to_owned(),
            // The parser draws a picture over several lines; its last line says what is wrong.
            problem: error
                .to_string()
                .lines()
                .next_back()
                .unwrap_or_default()
                .trim()
                .to_owned(),
        }),
    }
}
