//! A change of the constraints of some fields.

use std::collections::BTreeMap;

use serde_json::Value;

use super::FieldType;
use crate::{Error, argument};

/// A change of the constraints of some fields of a schema: only the fields and the properties named
/// change.
///
/// ```
/// use ekodb_client::{FieldConstraints, SchemaUpdate};
///
/// let update = SchemaUpdate::new()
///     .field("age", FieldConstraints::new().min(18).required(true))
///     .field("status", FieldConstraints::new().one_of(["active", "inactive"]));
/// # let _ = update;
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SchemaUpdate {
    pub(crate) constraints: BTreeMap<String, FieldConstraints>,
}

impl SchemaUpdate {
    /// A change of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Changes the constraints of a field.
    pub fn field(mut self, name: impl Into<String>, constraints: FieldConstraints) -> Self {
        self.constraints.insert(name.into(), constraints);
        self
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.constraints.is_empty() {
            return Err(Error::invalid_argument(
                "the schema update names no field: add one with `SchemaUpdate::field`",
            ));
        }
        argument::field_names("constraints", self.constraints.keys())
    }
}

/// The constraints of one field in a [`SchemaUpdate`]: what is not named is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldConstraints {
    pub(crate) field_type: Option<FieldType>,
    pub(crate) default: Option<Value>,
    pub(crate) unique: Option<bool>,
    pub(crate) required: Option<bool>,
    pub(crate) enums: Option<Vec<Value>>,
    pub(crate) max: Option<Value>,
    pub(crate) min: Option<Value>,
    pub(crate) regex: Option<String>,
}

impl FieldConstraints {
    /// A change of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The type of the values.
    pub fn field_type(mut self, field_type: FieldType) -> Self {
        self.field_type = Some(field_type);
        self
    }

    /// The value of a record that leaves the field out.
    pub fn default_value(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Whether no two records may have the same value.
    pub fn unique(mut self, unique: bool) -> Self {
        self.unique = Some(unique);
        self
    }

    /// Whether a record must have the field.
    pub fn required(mut self, required: bool) -> Self {
        self.required = Some(required);
        self
    }

    /// Only these values are allowed; an empty list allows all.
    pub fn one_of(mut self, values: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        self.enums = Some(values.into_iter().map(Into::into).collect());
        self
    }

    /// The smallest value, or the least length.
    pub fn min(mut self, min: impl Into<Value>) -> Self {
        self.min = Some(min.into());
        self
    }

    /// The largest value, or the greatest length.
    pub fn max(mut self, max: impl Into<Value>) -> Self {
        self.max = Some(max.into());
        self
    }

    /// The regular expression that a text must match.
    pub fn regex(mut self, regex: impl Into<String>) -> Self {
        self.regex = Some(regex.into());
        self
    }
}
