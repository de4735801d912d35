//! The fields of a schema.

use std::fmt;

use serde_json::{Map, Value};

use super::Index;
use crate::value::kind::Kind;

/// The type of a field, one of the 16 that ekoDB knows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FieldType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A floating-point number.
    Float,
    /// A whole or a floating-point number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A nested object.
    Object,
    /// A list.
    Array,
    /// A list without duplicates.
    Set,
    /// A list of numbers for similarity search.
    Vector,
    /// A point in time, RFC 3339.
    DateTime,
    /// A UUID.
    Uuid,
    /// A decimal number of any precision.
    Decimal,
    /// A span of time.
    Duration,
    /// Binary data.
    Binary,
    /// Binary data.
    Bytes,
    /// Always null.
    Null,
    /// A type that a newer server added.
    Other(String),
}

/// The types and how values name them.
const KINDS: [(FieldType, Kind); 16] = [
    (FieldType::String, Kind::String),
    (FieldType::Integer, Kind::Integer),
    (FieldType::Float, Kind::Float),
    (FieldType::Number, Kind::Number),
    (FieldType::Boolean, Kind::Boolean),
    (FieldType::Object, Kind::Object),
    (FieldType::Array, Kind::Array),
    (FieldType::Set, Kind::Set),
    (FieldType::Vector, Kind::Vector),
    (FieldType::DateTime, Kind::DateTime),
    (FieldType::Uuid, Kind::Uuid),
    (FieldType::Decimal, Kind::Decimal),
    (FieldType::Duration, Kind::Duration),
    (FieldType::Binary, Kind::Binary),
    (FieldType::Bytes, Kind::Bytes),
    (FieldType::Null, Kind::Null),
];

impl FieldType {
    /// The type's name as it travels, such as `String` or `UUID`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => KINDS
                .iter()
                .find(|(field_type, _)| field_type == known)
                .map_or("", |(_, kind)| kind.name()),
        }
    }
}

impl From<&str> for FieldType {
    fn from(name: &str) -> Self {
        KINDS
            .into_iter()
            .find(|(_, kind)| kind.name() == name)
            .map_or_else(|| Self::Other(name.to_owned()), |(known, _)| known)
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A field of a [`CollectionSchema`](super::CollectionSchema).
///
/// ```
/// use ekodb_client::{Field, Index};
///
/// let email = Field::string().required().unique().regex("^[^@]+@[^@]+$");
/// let age = Field::integer().min(0).max(150);
/// let biography = Field::string().index(Index::text("english"));
/// # let _ = (email, age, biography);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Field {
    /// The type of the values.
    pub field_type: FieldType,
    /// The value of a record that leaves the field out.
    pub default: Option<Value>,
    /// Whether no two records may have the same value.
    pub unique: bool,
    /// Whether a record must have the field.
    pub required: bool,
    /// The values allowed; empty allows all.
    pub enums: Vec<Value>,
    /// The largest value, or the greatest length.
    pub max: Option<Value>,
    /// The smallest value, or the least length.
    pub min: Option<Value>,
    /// The regular expression that a text must match.
    pub regex: Option<String>,
    /// The index over the field.
    pub index: Option<Index>,
    /// Members that a newer server added.
    pub extra: Map<String, Value>,
}

impl Field {
    /// A field of this type, without constraints.
    pub fn new(field_type: FieldType) -> Self {
        Self {
            field_type,
            default: None,
            unique: false,
            required: false,
            enums: Vec::new(),
            max: None,
            min: None,
            regex: None,
            index: None,
            extra: Map::new(),
        }
    }

    /// A text.
    pub fn string() -> Self {
        Self::new(FieldType::String)
    }

    /// A whole number.
    pub fn integer() -> Self {
        Self::new(FieldType::Integer)
    }

    /// A floating-point number.
    pub fn float() -> Self {
        Self::new(FieldType::Float)
    }

    /// An exact decimal number, such as a price.
    pub fn decimal() -> Self {
        Self::new(FieldType::Decimal)
    }

    /// A UUID.
    pub fn uuid() -> Self {
        Self::new(FieldType::Uuid)
    }

    /// `true` or `false`.
    pub fn boolean() -> Self {
        Self::new(FieldType::Boolean)
    }

    /// A point in time.
    pub fn date_time() -> Self {
        Self::new(FieldType::DateTime)
    }

    /// A nested object.
    pub fn object() -> Self {
        Self::new(FieldType::Object)
    }

    /// A list.
    pub fn array() -> Self {
        Self::new(FieldType::Array)
    }

    /// A list of numbers for similarity search.
    pub fn vector() -> Self {
        Self::new(FieldType::Vector)
    }

    /// A record must have the field.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// No two records may have the same value.
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// The value of a record that leaves the field out.
    pub fn default_value(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Only these values are allowed.
    pub fn one_of(mut self, values: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        self.enums = values.into_iter().map(Into::into).collect();
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

    /// An index over the field.
    pub fn index(mut self, index: Index) -> Self {
        self.index = Some(index);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_name_reads_back_as_its_type() {
        assert_eq!(KINDS.map(|(_, kind)| kind), Kind::ALL);
        for (field_type, kind) in KINDS {
            assert_eq!(field_type.as_str(), kind.name());
            assert_eq!(FieldType::from(kind.name()), field_type);
        }
    }

    #[test]
    fn an_unknown_type_from_a_newer_server_is_kept() {
        let unknown = FieldType::from("GeoPoint");
        assert_eq!(unknown, FieldType::Other("GeoPoint".to_owned()));
        assert_eq!(unknown.to_string(), "GeoPoint");
    }
}
