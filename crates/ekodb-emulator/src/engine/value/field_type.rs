//! The types that values have.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The types a field can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FieldType {
    String,
    Integer,
    Float,
    Boolean,
    DateTime,
    #[serde(rename = "UUID")]
    Uuid,
    Array,
    Object,
    Decimal,
    Bytes,
    Null,
    Number,
    Set,
    Vector,
    Binary,
    Duration,
}

impl FieldType {
    /// Every type, in the order in which the server names them.
    const ALL: [Self; 16] = [
        Self::String,
        Self::Integer,
        Self::Float,
        Self::Boolean,
        Self::DateTime,
        Self::Uuid,
        Self::Array,
        Self::Object,
        Self::Decimal,
        Self::Bytes,
        Self::Null,
        Self::Number,
        Self::Set,
        Self::Vector,
        Self::Binary,
        Self::Duration,
    ];

    /// The type's name on the wire.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Integer => "Integer",
            Self::Float => "Float",
            Self::Boolean => "Boolean",
            Self::DateTime => "DateTime",
            Self::Uuid => "UUID",
            Self::Array => "Array",
            Self::Object => "Object",
            Self::Decimal => "Decimal",
            Self::Bytes => "Bytes",
            Self::Null => "Null",
            Self::Number => "Number",
            Self::Set => "Set",
            Self::Vector => "Vector",
            Self::Binary => "Binary",
            Self::Duration => "Duration",
        }
    }

    /// The type of this name; names are case-sensitive.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// All names, as an error text lists them.
    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
